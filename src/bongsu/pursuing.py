"""The watch plans of everybody who fled, kept beside the flow: worked out in a thread, told when they change.

What people said stands in the journal; the plans are made of it, so that a restart makes the same ones again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import structlog

from bongsu.city import City
from bongsu.core.clock import Clocks
from bongsu.core.entry import Entry
from bongsu.core.errors import BongsuError
from bongsu.core.geo import Point
from bongsu.core.incident import Incident
from bongsu.core.pursuit import Fled, Flight, Seen, Sighting, WatchPlan
from bongsu.core.revision import RecordKind, ServiceTerms
from bongsu.desk.board import Board
from bongsu.services.police_dispatch.respond import NAME, Settings
from bongsu.settings import CameraSettings
from bongsu.web.live import LiveBoard
from bongsu.web.watches import Watches

if TYPE_CHECKING:
    from bongsu.city.pursuit.ground import Hunt
    from bongsu.city.ways import Ways

LOOK_S = 0.5
AGAIN_S = 30.0
"""A plan is made anew for each of its slots: whoever flees goes on."""

log = structlog.get_logger()


class Pursuing:
    """Keeps a watch plan for each open case in which somebody fled, and hands it to the screens."""

    def __init__(
        self, city: Callable[[], City], board: Board, live: LiveBoard, clocks: Clocks, assume: CameraSettings
    ) -> None:
        self._city = city
        self._board = board
        self._clocks = clocks
        self._assume = assume
        self._wake = asyncio.Event()
        self._hunt: tuple[City, Ways, Hunt] | None = None
        self.watches = Watches(live, board, clocks.now)

    def hear(self, entry: Entry) -> None:
        """Look again at once when a flight, or a case with one, changed."""
        if entry.flights or any(change.incident.id in self._board.flights for change in entry.changes):
            self._wake.set()

    async def run(self) -> None:
        """For ever: every plan anew for each slot, when woken, and when the streets have come."""
        due, had_ways = 0.0, False
        while True:
            has_ways = self._city().ways is not None
            if self._wake.is_set() or self._clocks.monotonic() >= due or has_ways is not had_ways:
                self._wake.clear()
                had_ways = has_ways
                await self.look()
                due = self._clocks.monotonic() + AGAIN_S
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """The plan of every open case in which somebody fled, as things stand now."""
        cases = [case for case in self._board.list_open() if case.id in self._board.flights]
        self.watches.forget({case.id for case in cases})
        for case in cases:
            found = await self._plan(case)
            if not self._board.incidents[case.id].is_over:
                self.watches.keep(found)

    async def _plan(self, case: Incident) -> WatchPlan:
        now_ms, fled, seen = self._clocks.now_ms(), self._fled(case), self._seen(case)
        if fled is None:
            return _without(case.id, now_ms, len(seen), None, "watch.nowhere")
        try:
            return await self._drawn(fled, seen, now_ms)
        except BongsuError as fault:
            log.error("watch.unplanned", incident=case.id, code=fault.code)
            return _without(case.id, now_ms, len(seen), fled.where, fault.code)

    async def _drawn(self, fled: Fled, seen: tuple[Sighting, ...], now_ms: int) -> WatchPlan:
        city = self._city()
        ways = city.ways
        if ways is None:
            problem = "roads.building" if city.given.ground.roads else "roads.none"
            return _without(fled.incident, now_ms, len(seen), fled.where, problem)
        if self._hunt is None or self._hunt[0] is not city or self._hunt[1] is not ways:
            self._hunt = city, ways, await asyncio.to_thread(_hunt, ways, city, self._assume)
        return await asyncio.to_thread(_watch_plan, self._hunt[2], city, self._terms(), fled, seen, now_ms)

    def _fled(self, case: Incident) -> Fled | None:
        """What is known of the flight, the case's own word where nobody said more; None: nobody knows from where."""
        said = [note for note in self._board.flights[case.id] if isinstance(note, Flight)][-1]
        where = said.where or case.where
        if where is None:
            return None
        fled_ms = int(case.occurred_at.timestamp() * 1000) if said.fled_ms is None else said.fled_ms
        return Fled(incident=case.id, where=where, at_ms=fled_ms, mode=said.mode)

    def _seen(self, case: Incident) -> tuple[Sighting, ...]:
        return tuple(
            Sighting(where=note.where, at_ms=note.seen_ms, heading_deg=note.heading_deg, mode=note.mode)
            for note in self._board.flights[case.id]
            if isinstance(note, Seen)
        )

    def _terms(self) -> Settings:
        record = self._board.records.get((RecordKind.SERVICE, NAME))
        body = record.body if record is not None else None
        return msgspec.convert(body.terms, Settings) if isinstance(body, ServiceTerms) else Settings()


def _without(incident: str, now_ms: int, number: int, where: Point | None, problem: str) -> WatchPlan:
    """No plan, and why."""
    return WatchPlan(
        incident=incident, at_ms=now_ms, since_ms=now_ms, number=number, modes={}, where=where, problem=problem
    )


def _hunt(ways: Ways, city: City, assume: CameraSettings) -> Hunt:
    # Read here and not above: a core that starts cold must not wait for a compiler.
    from bongsu.city.pursuit.ground import hunt_of

    return hunt_of(ways, list(city.cameras.values()), assume)


def _watch_plan(
    hunt: Hunt, city: City, terms: Settings, fled: Fled, seen: tuple[Sighting, ...], now_ms: int
) -> WatchPlan:
    from bongsu.city.pursuit.case import watch_plan
    from bongsu.city.pursuit.ground import usable_of

    usable = usable_of(hunt.cameras, city.purpose_terms, terms.agency, terms.basis)
    return watch_plan(hunt, fled, seen, now_ms, usable)
