"""The maps of everybody who is looked for, kept beside the flow: worked out in a thread, told when they change.

What people said stands in the journal; the maps are made of it, so that a restart makes the same ones again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import msgspec
import structlog

from bongsu.city import City
from bongsu.core.clock import Clocks
from bongsu.core.entry import Entry
from bongsu.core.errors import BongsuError
from bongsu.core.incident import Incident
from bongsu.core.recording import Orders
from bongsu.core.revision import RecordKind, ServiceTerms
from bongsu.core.search import Looked, Lost, SearchMap
from bongsu.desk.board import Board
from bongsu.services.missing_person.respond import NAME
from bongsu.services.missing_person.respond import Settings as Terms
from bongsu.settings import CameraSettings, Settings
from bongsu.web.live import LiveBoard
from bongsu.web.searches import Searches

if TYPE_CHECKING:
    from bongsu.city.search_map.land import Land
    from bongsu.city.ways import Ways

LOOK_S = 0.5
AGAIN_S = 60.0
"""So often a map is made anew where nobody said anything: who is lost walks on."""

log = structlog.get_logger()


class Searching:
    """Keeps a map for each open case of somebody lost, and hands it to the screens."""

    def __init__(
        self,
        city: Callable[[], City],
        board: Board,
        live: LiveBoard,
        clocks: Clocks,
        orders: Callable[[], Orders],
        settings: Settings,
    ) -> None:
        self._city = city
        self._board = board
        self._clocks = clocks
        self._orders = orders
        self._assume = settings.cameras
        self._wake = asyncio.Event()
        self._land: Land | None = None
        self.searches = Searches(live, board, clocks.now, self.is_search)

    def hear(self, entry: Entry) -> None:
        """Look again at once when a search, a case that has one or the service's terms changed."""
        kinds, maps = self._terms().maps, self.searches.maps
        cases = (change.incident for change in entry.changes)
        if (
            entry.searches
            or any(case.id in maps or self._is_search(case, kinds) for case in cases)
            or any(one.kind is RecordKind.SERVICE for one in entry.revisions)
        ):
            self._wake.set()

    async def run(self) -> None:
        """For ever: every map anew once a minute, when woken, and when the streets have come."""
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
        """The map of every open case of somebody lost, as things stand now."""
        kinds = self._terms().maps
        cases = [case for case in self._board.list_open() if self._is_search(case, kinds)]
        self.searches.forget({case.id for case in cases})
        for case in cases:
            found = await self._map(case)
            standing = self._board.incidents[case.id]
            if not standing.is_over and self._is_news(found):
                self.searches.keep(found)

    def is_search(self, case: Incident) -> bool:
        """A case of a kind that is looked for, or one in which somebody said who is lost."""
        return self._is_search(case, self._terms().maps)

    def _is_search(self, case: Incident, kinds: Collection[str]) -> bool:
        return case.kind in kinds or case.id in self._board.searches

    def _is_news(self, found: SearchMap) -> bool:
        before = self.searches.maps.get(found.incident)
        return before is None or msgspec.structs.replace(before, at_ms=found.at_ms) != found

    async def _map(self, case: Incident) -> SearchMap:
        now_ms = self._clocks.now_ms()
        known, problem = self._known(case)
        bare = SearchMap(
            incident=case.id,
            at_ms=now_ms,
            number=len(self._board.searches.get(case.id, ())),
            problem=problem,
            subject=known.subject,
            where=known.where,
            seen_ms=known.seen_ms or 0,
            heading_deg=known.heading_deg,
        )
        if problem:
            return bare
        try:
            return await self._drawn(known, bare)
        except BongsuError as fault:
            log.error("search.unmapped", incident=case.id, code=fault.code)
            return msgspec.structs.replace(bare, problem=fault.code)

    async def _drawn(self, known: Lost, bare: SearchMap) -> SearchMap:
        ways = self._city().ways
        if ways is None:
            has_roads = bool(self._city().given.ground.roads)
            return msgspec.structs.replace(bare, problem="roads.building" if has_roads else "roads.none")
        recorded = frozenset(self._orders().cameras)
        land = self._land
        if land is None or land.ways is not ways or frozenset(land.cameras) != recorded:
            land = self._land = await asyncio.to_thread(_land, ways, self._city(), recorded, self._assume)
        looks = tuple(note for note in self._board.searches.get(bare.incident, ()) if isinstance(note, Looked))
        return await asyncio.to_thread(_search_map, land, bare, looks)

    def _known(self, case: Incident) -> tuple[Lost, str]:
        """What is known of who is lost, the case's own word where nobody said more; and why there is no map."""
        said = [note for note in self._board.searches.get(case.id, ()) if isinstance(note, Lost)]
        last = said[-1] if said else Lost(incident=case.id, at=case.opened_at, by="")
        known = Lost(
            incident=case.id,
            at=last.at,
            by=last.by,
            subject=last.subject or self._terms().subjects.get(case.kind, ""),
            where=last.where or case.where,
            seen_ms=int(case.occurred_at.timestamp() * 1000) if last.seen_ms is None else last.seen_ms,
            heading_deg=last.heading_deg,
        )
        problem = "search.nowhere" if known.where is None else "" if known.subject else "search.category"
        return known, problem

    def _terms(self) -> Terms:
        record = self._board.records.get((RecordKind.SERVICE, NAME))
        body = record.body if record is not None else None
        return msgspec.convert(body.terms, Terms) if isinstance(body, ServiceTerms) else Terms()


def _land(ways: Ways, city: City, recorded: frozenset[str], assume: CameraSettings) -> Land:
    # Read here and not above: a core that starts cold must not wait for a compiler.
    from bongsu.city.search_map.land import land_of

    return land_of(ways, [camera for camera in city.cameras.values() if camera.id in recorded], assume)


def _search_map(land: Land, bare: SearchMap, looks: tuple[Looked, ...]) -> SearchMap:
    from bongsu.city.search_map.case import Case, search_map

    if bare.where is None:
        return bare
    case = Case(
        incident=bare.incident,
        number=bare.number,
        subject=bare.subject,
        where=bare.where,
        seen_ms=bare.seen_ms,
        heading_deg=bare.heading_deg,
        looks=looks,
    )
    return search_map(land, case, bare.at_ms)
