"""One second after another: the street's word goes in through the core's doors, every part has its turn, crews hear."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bongsu.app import Core
from bongsu.benches.arrivals.kinds import Answers, Arms, Blocked, Call, Fix, Rig
from bongsu.benches.arrivals.platform.cabinets import Cabinets
from bongsu.benches.arrivals.platform.clock import Driven
from bongsu.benches.arrivals.platform.dispatcher import WHO, Dispatcher
from bongsu.core.asset import Unit, UnitKind
from bongsu.core.batch import Batch
from bongsu.core.command import Revise
from bongsu.core.report import Report, Step
from bongsu.core.revision import Closure, RecordKind

SENDER = "FIRE119"


class Lockstep:
    """A core under a driven clock. `tick` goes on to a second, and is done when nothing in the core is at work."""

    def __init__(self, core: Core, clock: Driven, rigs: Sequence[Rig], arms: Arms, cabinets: Cabinets) -> None:
        self.core = core
        self._clock = clock
        self._arms = arms
        self._cabinets = cabinets
        self._units = {rig.unit: unit_of(rig) for rig in rigs}
        self._desk = Dispatcher(core, [rig for rig in rigs if rig.kind == "engine"], arms)

    async def tick(
        self, at_s: float, fixes: Sequence[Fix], calls: Sequence[Call], blocked: Sequence[Blocked] = ()
    ) -> Answers:
        """Hear a second, answer it. Probes and closures are only told where crews follow live ways."""
        self._clock.at_s = at_s
        await self._see(fixes)
        if self._arms.live_route:
            for one in blocked:
                await self.core.order(closing(one))
        for call in calls:
            ack = await self.core.take(self._report(call))
            self._desk.expect(call, ack.incident)
        await self.core.clockwork.tick()
        await self.core.lookouts.wayfinding.turn()
        if await self._desk.send():
            await self.core.lookouts.wayfinding.turn()
        if not self._arms.preemption:
            return Answers(self._desk.orders())
        await self.core.signalling.turn()
        return Answers(self._desk.orders(), self._cabinets.lights())

    async def _see(self, fixes: Sequence[Fix]) -> None:
        heard = [one for one in fixes if self._arms.live_route or one.status != "driving"]
        if heard:
            fresh = tuple(self._units.pop(one.unit) for one in heard if one.unit in self._units)
            await self.core.observe(batch_of(heard, self._clock), fresh)

    def _report(self, call: Call) -> Report:
        now = self._clock.clocks.now()
        return Report(
            sender=SENDER,
            key=call.id,
            digest=call.id,
            occurrence=call.id,
            step=Step.OCCURRED,
            kind=call.kind,
            received_at=now,
            occurred_at=now,
            where=call.place.point(),
        )


def unit_of(rig: Rig) -> Unit:
    """A rig as the city's register has it; a probe is a car of some fleet that tells where it is."""
    if rig.kind == "engine":
        return Unit(id=rig.unit, name=rig.unit, kind=UnitKind.ENGINE)
    return Unit(id=rig.unit, name=rig.unit, kind=UnitKind.PATROL, vehicle="car")


def batch_of(fixes: Sequence[Fix], clock: Driven) -> Batch:
    """Fixes as columns, as the door of observations makes them of its body."""
    return Batch(
        sender=SENDER,
        unit=tuple(one.unit for one in fixes),
        lon=np.array([one.place.lon for one in fixes]),
        lat=np.array([one.place.lat for one in fixes]),
        speed_mps=np.array([one.speed_mps for one in fixes]),
        heading_deg=np.array([one.heading_deg for one in fixes]) % 360,
        phenomenon_time_ms=np.array([clock.ms(one.at_s) for one in fixes], np.int64),
    )


def closing(blocked: Blocked) -> Revise:
    """What an operator enters when they hear that a street is shut."""
    at = tuple((place.lon, place.lat) for place in blocked.at)
    return Revise(
        kind=RecordKind.CLOSURE,
        id=blocked.id,
        body=Closure(name=blocked.id, at=at),
        version=0,
        by=WHO,
        note="heard to be shut",
    )
