"""The core's way-finding: the streets made ready, and who can be at each fire case how soon, beside the flow.

A core comes up at once and has no ways for its first moments: `City.ways` is None until then, and whoever asks is told
so (`roads.building`), never given a straight line. Everything slow runs in a thread; nothing here blocks the loop.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
import structlog
from msgspec.structs import replace

from bongsu.city import City
from bongsu.core.asking import Spot
from bongsu.core.asset import Ground
from bongsu.core.clock import Clocks
from bongsu.core.dispatch import CrewWay, DispatchPlan, Doubt
from bongsu.core.entry import Entry
from bongsu.core.errors import BongsuError
from bongsu.core.incident import Incident
from bongsu.core.revision import Closure, RecordKind, ServiceTerms
from bongsu.desk.board import Board
from bongsu.estate import gentle
from bongsu.services.fire_dispatch.respond import NAME, Settings
from bongsu.web.live import LiveBoard
from bongsu.web.plans import Plans

if TYPE_CHECKING:
    from bongsu.city.ways import Ways
    from bongsu.dispatching import Dispatching, Look

LOOK_S = 0.5
PLAN_S = 3.0
TOLD_AT_ONCE = 10
"""So many plans are told before whoever else waits for the core has a turn."""
GROUND = (RecordKind.CLOSURE, RecordKind.SERVICE)
SILENT = "dispatch.silent"

log = structlog.get_logger()


class Wayfinding:
    """Keeps the ways of the city that stands and the plans of its open fire cases, and hands these to the screens."""

    def __init__(
        self,
        city: Callable[[], City],
        board: Board,
        live: LiveBoard,
        clocks: Clocks,
        traffic: Callable[[], Sequence[Spot]] = tuple,
    ) -> None:
        """`traffic` gives the city's traffic detectors with what each told last."""
        self._city = city
        self._traffic = traffic
        self._board = board
        self.plans = Plans(live, board, clocks.now)
        self._clocks = clocks
        self._due_s = clocks.monotonic()
        self._built: Ground | None = None
        self._wake = asyncio.Event()
        self._new: set[str] = set()
        self._dispatching: Dispatching | None = None

    def hear(self, entry: Entry) -> None:
        """Look again at once when a fire case, one with crews or a closure changed; no other costs anything here.

        A case that is new is planned alone: a thousand at once must not plan each other a thousand times. What else
        happens to one may bind a crew or set it free, so that all are planned.
        """
        terms = self._terms()
        cases = [change.incident for change in entry.changes if self._is_ours(change.incident, terms)]
        self._new |= {case.id for case in cases if self._is_new(case)}
        is_all = not all(map(self._is_new, cases)) or any(one.kind in GROUND for one in entry.revisions)
        if is_all:
            self._due_s = self._clocks.monotonic()
        if cases or is_all:
            self._wake.set()

    async def run(self) -> None:
        """For ever: build the ways of a ground that has none yet, and plan every few seconds or when woken."""
        await asyncio.gather(self._keep_built(), self._keep_planned())

    async def _keep_built(self) -> None:
        while True:
            await self.build()
            await asyncio.sleep(LOOK_S)

    async def _keep_planned(self) -> None:
        while True:
            await self.turn()
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def turn(self) -> None:
        """Plan if something changed or the last plans are some seconds old; whoever drives the clocks calls this."""
        is_woken, self._new, new = self._wake.is_set(), set(), self._new
        self._wake.clear()
        if self._clocks.monotonic() >= self._due_s:
            self._due_s = math.inf
            try:
                await self.plan()
            finally:  # sooner, if something happened meanwhile
                self._due_s = min(self._due_s, self._clocks.monotonic() + PLAN_S)
        elif is_woken:
            await self.plan(new)

    async def build(self) -> None:
        """Build what is missing; the ways of a ground replaced meanwhile are let go."""
        ground = self._city().given.ground
        if ground is self._built:
            return
        began = time.perf_counter()
        ways = await asyncio.to_thread(_build, ground)
        self._built = ground
        city = self._city()
        if city.given.ground is ground:
            city.ways = ways
            self._due_s = self._clocks.monotonic()
            self._wake.set()
            arcs = ways.streets.arcs if ways is not None else 0
            log.info("ways.built", count=arcs, seconds=round(time.perf_counter() - began, 2))

    async def plan(self, only: Collection[str] | None = None) -> None:
        """Plan every open fire case, or `only` these, as things stand now, and tell what came of it."""
        if self._dispatching is None:
            self._dispatching = await asyncio.to_thread(_dispatching)
        look = self._look(only)
        plans = await asyncio.to_thread(self._dispatching.look, look)
        for number, plan in enumerate(plans.values(), 1):
            # Meanwhile a case may have ended or a crew been called back: what is told is of those that still stand.
            case = self._board.incidents[plan.incident]
            if not case.is_over:
                self._keep(plan, case)
            if number % TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)
        self._forget()

    def _look(self, only: Collection[str] | None) -> Look:
        from bongsu.dispatching import Look  # read by then, in a thread

        city, terms = self._city(), self._terms()
        open_ = self._board.list_open()
        return Look(
            city=city,
            cases=[case for case in open_ if (only is None or case.id in only) and self.is_for_fire(case, terms)],
            crews=city.whereabouts(),
            traffic=self._traffic(),
            closures=self._closures(),
            sent=frozenset(crew.unit for case in open_ for crew in case.sent),
            terms=terms,
            now=self._clocks.now(),
        )

    def is_for_fire(self, case: Incident, terms: Settings) -> bool:
        """A case of the fire service's kinds, or one it was told of."""
        granted = (one for one in self._board.grants_of(case.id) if one.service == NAME and not one.ended)
        return case.kind in terms.kinds or next(granted, None) is not None

    def _is_ours(self, case: Incident, terms: Settings) -> bool:
        """Whether a plan is owed for it, or stands, or crews drive to it."""
        return bool(case.sent) or case.id in self.plans.plans or self.is_for_fire(case, terms)

    def _is_new(self, case: Incident) -> bool:
        return not case.sent and case.id not in self.plans.plans

    def _terms(self) -> Settings:
        record = self._board.records.get((RecordKind.SERVICE, NAME))
        body = record.body if record is not None else None
        return msgspec.convert(body.terms, Settings) if isinstance(body, ServiceTerms) else Settings()

    def _closures(self) -> Mapping[str, Closure]:
        records = self._board.records.items()
        return {name: one.body for (_, name), one in records if isinstance(one.body, Closure)}

    def _keep(self, plan: DispatchPlan, case: Incident) -> None:
        sent = {crew.unit for crew in case.sent}
        ways = tuple(self._numbered(way) for way in plan.ways if way.unit in sent)
        plan = replace(plan, ways=ways, problem=self._problem(plan))
        self.plans.keep(plan)

    def _problem(self, plan: DispatchPlan) -> str:
        """What is being built is not there yet; what was built and is not there never will be."""
        is_built = self._built is self._city().given.ground
        return "roads.none" if plan.problem == "roads.building" and is_built else plan.problem

    def _numbered(self, way: CrewWay) -> CrewWay:
        """A way with the next number where it is another than before; of a silent crew the last way stands."""
        before = self.plans.ways.get(way.unit)
        if before is None or before.incident != way.incident:
            return replace(way, number=1)
        if way.problem == SILENT and not before.problem:
            return replace(before, doubts=tuple(dict.fromkeys((*before.doubts, Doubt.SILENT))))
        return replace(way, number=before.number + (not follows(before, way)))

    def _forget(self) -> None:
        """Plans of cases that are over, and ways of crews that are sent nowhere any more."""
        open_ = self._board.list_open()
        self.plans.forget({case.id for case in open_}, {crew.unit for case in open_ for crew in case.sent})


def follows(before: CrewWay, way: CrewWay) -> bool:
    """Whether a way is the rest of the one before: it leads along the same junctions, of which some are passed."""
    if before.problem != way.problem or before.goal != way.goal:
        return False
    old, new = ([(spot.lon, spot.lat) for spot in one.crossings] for one in (before, way))
    return len(new) <= len(old) and old[len(old) - len(new) :] == new


def _dispatching() -> Dispatching:
    from bongsu.dispatching import Dispatching

    return Dispatching()


def _build(ground: Ground) -> Ways | None:
    # Read here and not above: a core that starts cold must not wait for a compiler; spares have read it (cli.serving).
    from bongsu.city.roads.warm import warm
    from bongsu.city.ways import ways_of

    warm()
    try:
        return ways_of(ground, breathe=gentle())
    except BongsuError as problem:
        log.error("ways.unbuildable", code=problem.code)
        return None
