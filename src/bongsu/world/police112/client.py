"""The police as SCSNS client: signs on with its key and tells the city what happens, until it is taken."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import httpx
import msgspec

from bongsu.core.clock import Now
from bongsu.core.errors import Refused, Unavailable
from bongsu.world.police112 import wire

FORM = "application/x-www-form-urlencoded; charset=utf-8"
JSON = "application/json; charset=utf-8"
UNAUTHORISED = "4001"
KEEP_OPEN_S = 2.0
"""An idle connection is given up well before servers do (5 s is common): a request never meets a closing door."""


class City(msgspec.Struct, frozen=True, kw_only=True):
    """Where the city's platform listens, and the key it knows us by."""

    url: str
    key: str
    auth_path: str = "/api/getAuth.json"
    event_path: str = "/linkHttp/recvEvent.json"


class Client:
    """One connection to one city; a session is asked for when there is none and renewed when it is refused."""

    def __init__(self, city: City, party: wire.Party, *, now: Now, chance: random.Random) -> None:
        self._city = city
        self._party = party
        self._now = now
        self._chance = chance
        self._session = ""
        self._signing_on = asyncio.Lock()
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64, keepalive_expiry=KEEP_OPEN_S)
        self._http = httpx.AsyncClient(base_url=city.url, limits=limits, timeout=70.0, trust_env=False)

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def sign_on(self) -> None:
        """Get a session for our key; raise Refused("police112.key") when the city does not know it."""
        answer = await self._post(self._city.auth_path, "AUTH", {"apiKey": self._city.key}, form=False)
        if not answer.is_taken or not answer.message:
            raise Refused("police112.key", type=answer.type, status=answer.status)
        self._session = answer.message

    async def tell(self, event: wire.Event, *, form: bool = False) -> wire.Answer:
        """Send one event once, signing on first where needed; raise Unavailable when the city is not reached."""
        used = await self._signed_on("")
        answer = await self._post(self._city.event_path, "EVENT", wire.event_body(event), form=form)
        if answer.type != UNAUTHORISED:
            return answer
        await self._signed_on(used)
        return await self._post(self._city.event_path, "EVENT", wire.event_body(event), form=form)

    async def insist(self, event: wire.Event, *, tries: int = 6, pause_s: float = 0.25) -> wire.Answer:
        """Send one event until it is taken or refused for good; the same event each time, so once in effect."""
        for turn in range(tries):
            try:
                answer = await self.tell(event, form=turn % 2 == 1)
            except Unavailable:
                answer = wire.Answer(status=0)
            if answer.is_taken or 400 <= answer.status < 429:
                return answer
            await asyncio.sleep(pause_s * 2**turn * (0.5 + self._chance.random()))
        return answer

    async def claim(self, event: wire.Event, session: str) -> wire.Answer:
        """Send an event under a session that is not ours, as an impostor might."""
        message = wire.envelope(self._party, "EVENT", wire.event_body(event), now=self._now(), turn=session)
        content = json.dumps(message, ensure_ascii=False).encode()
        return await self._send(self._city.event_path, "EVENT", content, JSON, session)

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
            raise Unavailable("police112.city", detail=str(problem)) from problem
        return wire.read_answer(got.status_code, got.content)
