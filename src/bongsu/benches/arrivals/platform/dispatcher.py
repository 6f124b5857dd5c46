"""Who sits at 119's desk: sends the first crew the plan ranks, or the nearest as the crow flies, as a desk would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bongsu.app import Core
from bongsu.benches.arrivals.crews import nearest
from bongsu.benches.arrivals.kinds import Arms, Call, Order, Place, Rig
from bongsu.core.command import SendCrew
from bongsu.core.dispatch import CrewWay

WHO = "dispatcher"


class Dispatcher:
    """Calls that wait for a crew, and crews that are under way; a crew once sent stays with its call."""

    def __init__(self, core: Core, engines: Sequence[Rig], arms: Arms) -> None:
        self._core = core
        self._arms = arms
        self._free = {rig.unit: rig for rig in engines}
        self._waiting: list[tuple[Call, str]] = []
        self._sent: dict[str, Call] = {}
        self._told: dict[str, int] = {}

    def expect(self, call: Call, incident: str) -> None:
        """A call became an incident: somebody has to be sent."""
        self._waiting.append((call, incident))

    async def send(self) -> bool:
        """Send a crew to each call that waits, in their order; whether any was sent."""
        waiting, self._waiting = self._waiting, []
        for call, incident in waiting:
            unit = self._first(call, incident)
            if unit is None:
                self._waiting.append((call, incident))
                continue
            await self._core.order(SendCrew(incident=incident, unit=unit, by=WHO))
            del self._free[unit]
            self._sent[unit] = call
        return len(self._waiting) < len(waiting)

    def _first(self, call: Call, incident: str) -> str | None:
        if not self._arms.station_choice:
            rig = nearest(self._free.values(), call)
            return None if rig is None else rig.unit
        plan = self._core.lookouts.wayfinding.plans.plans.get(incident)
        ranked = () if plan is None else plan.candidates
        return next((one.unit for one in ranked if one.eta is not None and one.unit in self._free), None)

    def orders(self) -> tuple[Order, ...]:
        """What crews are told now: where to go, and their way whenever it is another one."""
        ways = self._core.lookouts.wayfinding.plans.ways
        return tuple(self._news((unit, call, ways[unit]) for unit, call in self._sent.items() if unit in ways))

    def _news(self, sent: Iterable[tuple[str, Call, CrewWay]]) -> Iterator[Order]:
        for unit, call, way in sent:
            is_first = unit not in self._told
            if is_first or (self._arms.live_route and way.number != self._told[unit]):
                self._told[unit] = way.number
                yield Order(call.id, unit, tuple(Place(lon, lat) for lon, lat in way.line))
