"""What a look at the cases under way needs of the streets: closures, live speeds, plans. One at a time, in a thread.

It is handed everything as it stood when the look began, and keeps between looks only what crews were believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import structlog
from msgspec.structs import replace

from bongsu.city import City
from bongsu.city.closures import close, closed_by
from bongsu.city.crews import Believed
from bongsu.city.detectors import Detectors
from bongsu.city.probes import Probes
from bongsu.core.asking import Spot
from bongsu.core.dispatch import Crew, DispatchPlan
from bongsu.core.errors import BongsuError
from bongsu.core.incident import Incident
from bongsu.core.revision import Closure
from bongsu.services.fire_dispatch.plan import plan
from bongsu.services.fire_dispatch.respond import Settings

log = structlog.get_logger()


class Look(msgspec.Struct, frozen=True, eq=False):
    """What stands when a look begins."""

    city: City
    cases: Sequence[Incident]
    crews: Sequence[Crew]
    traffic: Sequence[Spot]
    closures: Mapping[str, Closure]
    sent: frozenset[str]
    terms: Settings
    now: datetime


class Dispatching:
    """Plans for the cases of one look after another."""

    def __init__(self) -> None:
        self._believed = Believed()
        self._probes = Probes()
        self._detectors = Detectors()

    def look(self, look: Look) -> dict[str, DispatchPlan]:
        """The plan of each case; one that cannot be planned says why, and the others are planned all the same."""
        ways = look.city.ways
        crews = self._believed.hear(look.crews)
        held: tuple[str, ...] = ()
        unplaced: tuple[str, ...] = ()
        if ways is not None:
            closed = closed_by(ways, look.closures, look.now)
            close(ways, closed)
            held, unplaced = closed.held, closed.unplaced
            self._probes.hear(crews, look.sent)
            self._probes.tell(ways)
            self._detectors.tell(ways, look.traffic)
        plans = {case.id: _plan(look, case, crews) for case in look.cases}
        return {name: replace(one, closures=held, unplaced=unplaced) for name, one in plans.items()}


def _plan(look: Look, case: Incident, crews: Sequence[Crew]) -> DispatchPlan:
    now_ms = int(look.now.timestamp() * 1000)
    try:
        return plan(case, crews, look.city.ways, look.city, look.terms, now_ms)
    except BongsuError as problem:
        log.error("dispatch.unplanned", incident=case.id, code=problem.code)
        return DispatchPlan(incident=case.id, at_ms=now_ms, problem=problem.code)
