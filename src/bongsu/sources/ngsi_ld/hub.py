"""One hub: a subscription of ours kept standing there, and its present state asked for whenever it was put up anew."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
import structlog

from bongsu.core.clock import Now
from bongsu.core.errors import BongsuError, Conflict, Invalid, Unavailable
from bongsu.core.report import Take
from bongsu.sources.ngsi_ld.mapping import AttributeRule, EventRule, Rules, report_of, type_of
from bongsu.sources.ngsi_ld.reading import ReadingRule, readings_of

LOOK_S = 30.0
PAGE = 100
PAGES_AT_MOST = 100
ROWS = 1000
"""So many readings go into one message at most."""
TIMEOUT_S = 10.0
NOTIFIED = "/v1/ngsi-ld/notifications"
PROFILE = "hub"

Publish = Callable[[str, str, bytes], Awaitable[None]]
"""Hands a message of a profile and source to the queue; raises Unavailable("telemetry.away")."""

log = structlog.get_logger()


class HubTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hub as `hubs.toml` has it: the code of the partner that it is, its NGSI-LD root, its mapping rules.

    Entities of the types of `reading` are readings of devices, those of the types of `event` (and of no other) reports.
    `context` is the URL of the @context its names are to be read in, "" the core's.
    """

    partner: str
    url: str
    context: str = ""
    event: tuple[EventRule, ...] = ()
    attribute: AttributeRule = AttributeRule()
    reading: tuple[ReadingRule, ...] = ()

    def types(self) -> list[str]:
        """The types of entities that are asked for."""
        named = [*(rule.type for rule in self.event), *(rule.type for rule in self.reading)]
        return list(dict.fromkeys(named))


class _File(msgspec.Struct, forbid_unknown_fields=True):
    hub: tuple[HubTerms, ...] = ()


def read_hubs(path: Path) -> tuple[HubTerms, ...]:
    """The hubs of a file, none where there is none. Raises Invalid("settings.wrong")."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File).hub
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, msgspec.ValidationError) as problem:
        raise Invalid("settings.wrong", path=str(path), detail=str(problem)) from problem


class Hub:
    """Keeps our subscription at a hub and takes what it tells; `client` carries our key to it and its root.

    `notify_url` is where the hub finds us and `key` what it shows there; `publish` takes readings, None where no
    telemetry runs.
    """

    def __init__(
        self,
        terms: HubTerms,
        take: Take,
        now: Now,
        client: httpx.AsyncClient,
        *,
        name: str,
        notify_url: str,
        key: str,
        publish: Publish | None = None,
    ) -> None:
        self.terms = terms
        self.rules = Rules(event=terms.event, attribute=terms.attribute)
        self._take = take
        self._publish = publish
        self._now = now
        self._client = client
        self._id = f"urn:ngsi-ld:Subscription:bongsu:{name}"
        self._notify = {
            "uri": notify_url,
            "accept": "application/json",
            "receiverInfo": [{"key": "Authorization", "value": f"Bearer {key}"}],
        }

    async def run(self) -> None:
        """For ever: keep the subscription; after a start and whenever it had to be made, ask for what stands."""
        is_caught_up, said = False, ""
        while True:
            try:
                is_caught_up = await self.stand() and is_caught_up
                if not is_caught_up:
                    await self.catch_up()
                is_caught_up, said = True, ""
            except (BongsuError, httpx.HTTPError, msgspec.DecodeError) as problem:
                code = problem.code if isinstance(problem, BongsuError) else type(problem).__name__
                if code != said:
                    log.warning("hub.away", partner=self.terms.partner, code=code)
                said = code
            await asyncio.sleep(LOOK_S)

    async def stand(self) -> bool:
        """Whether our subscription stood and works; it does afterwards. Raises Unavailable, httpx.HTTPError."""
        found = await self._client.get(f"/subscriptions/{self._id}")
        if found.status_code == httpx.codes.OK and _works(msgspec.json.decode(found.content)):
            return True
        if found.status_code == httpx.codes.OK:
            _check(await self._client.delete(f"/subscriptions/{self._id}"))
        elif found.status_code != httpx.codes.NOT_FOUND:
            _check(found)
        wanted = {
            "id": self._id,
            "type": "Subscription",
            "entities": [{"type": name} for name in self.terms.types()],
            "notification": {"endpoint": self._notify, "format": "normalized"},
        }
        _check(await self._client.post("/subscriptions", content=msgspec.json.encode(wanted), headers=self._headers()))
        return False

    async def catch_up(self) -> None:
        """Take every entity that stands there now: what was told while nobody listened is not lost."""
        for kind in self.terms.types():
            for page in range(PAGES_AT_MOST):
                query: dict[str, str | int] = {"type": kind, "limit": PAGE, "offset": page * PAGE}
                found = await self._client.get("/entities", params=query, headers=self._headers())
                _check(found)
                entities = msgspec.json.decode(found.content, type=list[dict[str, Any]])
                await self.hear(entities)
                if len(entities) < PAGE:
                    break

    async def hear(self, entities: Sequence[Mapping[str, Any]]) -> int:
        """Take entities in; how many were new. One that was told before is committed already.

        Raises Unavailable: then nothing is acknowledged, and the hub tells it again.
        """
        await self._measure(entities)
        fresh = 0
        measured = {rule.type for rule in self.terms.reading} - {rule.type for rule in self.terms.event}
        for entity in entities:
            if type_of(entity) in measured:
                continue
            try:
                ack = await self._take(report_of(entity, self.rules, self.terms.partner, self._now()))
                fresh += not ack.duplicate
            except Conflict as problem:
                log.warning("hub.conflict", partner=self.terms.partner, code=problem.code)
        return fresh

    async def _measure(self, entities: Sequence[Mapping[str, Any]]) -> None:
        """Hand the readings of registered devices on; what was told before is told apart there by its time."""
        now = self._now()
        rows = [row for entity in entities for row in readings_of(entity, self.terms.reading, now)]
        if not rows:
            return
        if self._publish is None:
            raise Unavailable("telemetry.away")
        for begin in range(0, len(rows), ROWS):
            await self._publish(PROFILE, self.terms.partner, msgspec.json.encode(rows[begin : begin + ROWS]))

    def _headers(self) -> dict[str, str]:
        kind = {"Content-Type": "application/json", "Accept": "application/json"}
        rel = 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
        return kind | ({"Link": f"<{self.terms.context}>; {rel}"} if self.terms.context else {})


def _works(told: Mapping[str, Any]) -> bool:
    """Whether a subscription tells: one that expired, was paused or was never answered is made anew."""
    return told.get("status", "active") == "active" and told.get("isActive", True) is not False


def _check(answer: httpx.Response) -> None:
    if not answer.is_success:
        raise Unavailable("hub.refused", status=answer.status_code)
