"""The REST profile as the controller speaks it (reference/signals.md); a copy of its own, on purpose."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from bongsu.core.signal import PriorityAsk, Strategy, VehicleClass
from bongsu.world.signals.plan import Junction
from bongsu.world.signals.state import Held, State, walk_of

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Ahead = Annotated[int, msgspec.Meta(ge=-3_600_000, le=3_600_000)]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a PUT: times are milliseconds from now."""

    version: Count
    vehicle: Literal["fire", "ambulance", "police"]
    strategy: Literal["preempt", "shorten"]
    phase: Count
    arrives_in_ms: Ahead
    leaves_in_ms: Ahead
    lease_ms: Annotated[int, msgspec.Meta(ge=1, le=120_000)]

    def at(self, key: str, now_ms: int) -> PriorityAsk:
        """The request with its times on this controller's clock."""
        return PriorityAsk(
            key=key,
            version=self.version,
            vehicle=VehicleClass(self.vehicle),
            strategy=Strategy(self.strategy),
            phase=self.phase,
            arrives_ms=now_ms + self.arrives_in_ms,
            leaves_ms=now_ms + self.leaves_in_ms,
            lease_ms=self.lease_ms,
        )


def word(held: Held, now_ms: int) -> dict[str, object]:
    """A request as it is told."""
    told: dict[str, object] = {
        "key": held.key,
        "version": held.version,
        "state": held.state.value,
        "phase": held.phase,
        "why": held.why,
    }
    if held.green_from_ms is not None:
        told["green_ago_ms"] = now_ms - held.green_from_ms
    if held.green_to_ms is not None:
        told["green_end_ago_ms"] = now_ms - held.green_to_ms
    return told


def status(junction: Junction, state: State, boot: str) -> dict[str, object]:
    """The whole controller as it is told."""
    lit = {ring.phase: ring for ring in state.rings}
    phases = []
    for phase in junction.phases:
        ring = lit.get(phase.number)
        light = "red" if ring is None else ring.light.value
        walk = "dont_walk" if ring is None else walk_of(phase, ring, state.now_ms).value
        phases.append({"phase": phase.number, "light": light, "walk": walk})
    return {
        "controller": junction.id,
        "boot": boot,
        "mode": state.mode.value,
        "phases": phases,
        "requests": [word(held, state.now_ms) for held in state.asks],
    }
