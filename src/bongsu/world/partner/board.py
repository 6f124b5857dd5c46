"""What a signed-in screen knows: incidents, grants and cameras as the live board told them, and when it did.

It keeps its own, loose reading of the board's JSON; nothing of it comes from the platform's code.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import msgspec


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A grant as it reached this screen: on which case, to see what, and the moment it arrived.

    `at_s` is on the monotonic clock and `at_ms` on the wall clock of this process.
    """

    id: str
    incident: str
    occurrence: str
    service: str
    cameras: tuple[str, ...]
    at_s: float
    at_ms: float


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one incident, as told to this screen."""

    seq: int
    what: str
    incident: str
    occurrence: str
    version: int


class Screen:
    """A live board read from its messages; `hear` takes one text message at a time."""

    def __init__(self) -> None:
        self.seq = 0
        self.incidents: dict[str, dict[str, Any]] = {}
        self.grants: dict[str, dict[str, Any]] = {}
        self.cameras: dict[str, dict[str, Any]] = {}
        self.given: list[Given] = []
        self.told: list[Told] = []
        self.gone: list[str] = []
        self.snapshots = 0
        self.health: dict[str, Any] = {}
        self.videos: list[dict[str, Any]] = []
        self._waiting: dict[str, asyncio.Future[Given]] = {}
        self._more = asyncio.Event()

    def hear(self, text: str | bytes, at_s: float, at_ms: float) -> None:
        """Take in one message that arrived at these moments (monotonic seconds, wall-clock ms)."""
        told = json.loads(text)
        match told.get("what"):
            case "snapshot":
                self._snapshot(told, at_s, at_ms)
            case "change":
                self._change(told, at_s, at_ms)
            case "gone":
                self.gone.append(told["incident"])
                self.grants.pop(told["grant"], None)
                self.incidents.pop(told["incident"], None)
            case "health":
                self.health = told
            case "videos":
                self.videos = told["videos"]

    async def granted(self, occurrence: str) -> Given:
        """The first grant on an occurrence, as soon as it is here."""
        for given in self.given:
            if given.occurrence == occurrence:
                return given
        waiting = self._waiting.setdefault(occurrence, asyncio.get_running_loop().create_future())
        return await asyncio.shield(waiting)

    async def given_after(self, known: int) -> list[Given]:
        """The grants that came after the first `known` ones, as soon as there is one."""
        while len(self.given) <= known:
            self._more.clear()
            await self._more.wait()
        return self.given[known:]

    def incident_of(self, occurrence: str) -> dict[str, Any] | None:
        """The incident an occurrence stands for on this screen, if any."""
        found = (i for i in self.incidents.values() if number_of(i) == occurrence)
        return next(found, None)

    def _snapshot(self, told: dict[str, Any], at_s: float, at_ms: float) -> None:
        self.snapshots += 1
        self.seq = told["seq"]
        self.incidents = {incident["id"]: incident for incident in told["incidents"]}
        self.cameras = dict(told["cameras"])
        self.grants = {}
        for grant in told["grants"]:
            self._grant(grant, at_s, at_ms)

    def _change(self, told: dict[str, Any], at_s: float, at_ms: float) -> None:
        incident = told["incident"]
        self.seq = told["seq"]
        self.incidents[incident["id"]] = incident
        self.cameras.update(told.get("cameras", {}))
        self.told.append(
            Told(
                seq=told["seq"],
                what=told["change"]["what"],
                incident=incident["id"],
                occurrence=number_of(incident),
                version=incident["version"],
            )
        )
        for grant in told["grants"]:
            self._grant(grant, at_s, at_ms)

    def _grant(self, grant: dict[str, Any], at_s: float, at_ms: float) -> None:
        known = grant["id"] in self.grants
        self.grants[grant["id"]] = grant
        if known or grant.get("ended"):
            return
        given = Given(
            id=grant["id"],
            incident=grant["incident"],
            occurrence=number_of(self.incidents.get(grant["incident"], {})),
            service=grant["service"],
            cameras=tuple(view["camera"] for view in grant["views"]),
            at_s=at_s,
            at_ms=at_ms,
        )
        self.given.append(given)
        self._more.set()
        waiting = self._waiting.pop(given.occurrence, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(given)


def number_of(incident: Mapping[str, Any]) -> str:
    """Our own occurrence number out of an incident, whatever the city put in front of it."""
    digits = str(incident.get("occurrence", ""))
    return digits.replace("/", " ").replace(":", " ").split()[-1] if digits else ""
