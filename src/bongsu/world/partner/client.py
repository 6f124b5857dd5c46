"""A partner as SCSNS client: signs on with its key and tells the city what happens, until it is taken."""

from __future__ import annotations

import asyncio
import json
import random
from itertools import count
from typing import Any

import httpx
import msgspec

from bongsu.core.clock import Now
from bongsu.core.errors import Refused, Unavailable
from bongsu.world.partner import wire
from bongsu.world.partner.log import Answered, Log, Sent

FORM = "application/x-www-form-urlencoded; charset=utf-8"
JSON = "application/json; charset=utf-8"
UNAUTHORISED = "4001"
LONGEST_PAUSE_S = 4.0
KEEP_OPEN_S = 2.0
"""An idle connection is given up well before servers do (5 s is common): a request never meets a closing door."""


class City(msgspec.Struct, frozen=True, kw_only=True):
    """Where the city's platform listens, and the key it knows us by."""

    url: str
    key: str
    auth_path: str = "/api/getAuth.json"
    event_path: str = "/linkHttp/recvEvent.json"


class Client:
    """One connection to one city; a session is asked for when there is none and renewed when it is refused.

    Where a log is given, every event sent and every answer to it are written there before anything else happens.
    """

    def __init__(
        self, city: City, party: wire.Party, *, now: Now, chance: random.Random, log: Log | None = None
    ) -> None:
        self._log = log
        self._city = city
        self._party = party
        self._now = now
        self._chance = chance
        self._session = ""
        self._signing_on = asyncio.Lock()
        # No limit of the pool's own: a wait given up in there leaves a connection behind (docs/reference/bugs.md, 14).
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=64, keepalive_expiry=KEEP_OPEN_S)
        self._http = httpx.AsyncClient(base_url=city.url, limits=limits, timeout=70.0, trust_env=False)

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def sign_on(self) -> None:
        """Get a session for our key; raise Refused("city.key") when the city does not know it."""
        answer = await self._post(self._city.auth_path, "AUTH", {"apiKey": self._city.key}, form=False)
        if not answer.is_taken or not answer.message:
            raise Refused("city.key", type=answer.type, status=answer.status)
        self._session = answer.message

    async def tell(self, event: wire.Event, *, form: bool = False) -> wire.Answer:
        """Send one event once, signing on first where needed; raise Unavailable when the city is not reached."""
        key = wire.said_key(self._party, event)
        self._keep(Sent(at=self._now(), key=key, occurrence=event.occurrence, code=event.code, step=event.step))
        used = await self._signed_on("")
        answer = await self._tell(event, form)
        if answer.type == UNAUTHORISED:
            await self._signed_on(used)
            answer = await self._tell(event, form)
        self._keep(Answered.of(self._now(), key, event.occurrence, event.step, answer))
        return answer

    async def insist(self, event: wire.Event, *, tries: int = 6, pause_s: float = 0.25) -> wire.Answer:
        """Send one event until it is taken or refused for good; the same event each time, so once in effect."""
        answer = wire.Answer(status=0)
        for turn in range(tries):
            answer = await self._try(event, turn)
            if answer.is_final:
                return answer
            await self._rest(turn, pause_s)
        return answer

    async def insist_for_ever(self, event: wire.Event, *, pause_s: float = 0.25) -> wire.Answer:
        """The same without giving up: a city that is away for an hour hears of it in an hour."""
        for turn in count():
            answer = await self._try(event, turn)
            if answer.is_final:
                break
            await self._rest(turn, pause_s)
        return answer

    async def _try(self, event: wire.Event, turn: int) -> wire.Answer:
        try:
            return await self.tell(event, form=turn % 2 == 1)
        except (Unavailable, Refused):
            return wire.Answer(status=0)

    async def _rest(self, turn: int, pause_s: float) -> None:
        pause = min(LONGEST_PAUSE_S, pause_s * 2 ** min(turn, 10))
        await asyncio.sleep(pause * (0.5 + self._chance.random()))

    async def claim(self, event: wire.Event, session: str) -> wire.Answer:
        """Send an event under a session that is not ours, as an impostor might."""
        body = wire.event_body(event, self._party)
        message = wire.envelope(self._party, "EVENT", body, now=self._now(), turn=session)
        content = json.dumps(message, ensure_ascii=False).encode()
        return await self._send(self._city.event_path, "EVENT", content, JSON, session)

    def _keep(self, line: Sent | Answered) -> None:
        if self._log is not None:
            self._log.keep(line)

    async def _tell(self, event: wire.Event, form: bool) -> wire.Answer:
        return await self._post(self._city.event_path, "EVENT", wire.event_body(event, self._party), form=form)

    async def _signed_on(self, refused: str) -> str:
        async with self._signing_on:
            if self._session == refused:
                await self.sign_on()
            return self._session

    async def _post(self, path: str, kind: str, body: dict[str, Any], *, form: bool) -> wire.Answer:
        turn = f"{self._chance.getrandbits(64):016x}"
        message = wire.envelope(self._party, kind, body, now=self._now(), turn=turn)
        content = wire.as_form(message) if form else json.dumps(message, ensure_ascii=False).encode()
        secret = "" if kind == "AUTH" else self._session
        return await self._send(path, kind, content, FORM if form else JSON, secret)

    async def _send(self, path: str, kind: str, content: bytes, content_type: str, secret: str) -> wire.Answer:
        told = {**wire.headers(self._party, kind, secret), "Content-Type": content_type}
        try:
            got = await self._http.post(path, content=content, headers=told)
        except httpx.TransportError as problem:
            raise Unavailable("city.unreachable", detail=str(problem)) from problem
        return wire.read_answer(got.status_code, got.content)
