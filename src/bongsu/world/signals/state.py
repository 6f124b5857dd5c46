"""A controller's whole state: what each ring shows, and every request for priority it knows."""

from __future__ import annotations

import msgspec

from bongsu.core.signal import Light, Mode, Phase, PriorityState, Strategy, VehicleClass, Walk
from bongsu.world.signals.plan import Junction, wanted

RANK = {VehicleClass.FIRE: 0, VehicleClass.AMBULANCE: 1, VehicleClass.POLICE: 2}


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """One ring: the phase that was green last, what it shows, and since when (Unix ms)."""

    phase: int
    light: Light
    since_ms: int


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the controller keeps it; `order` is the order of first hearing, times are Unix ms."""

    key: str
    version: int
    vehicle: VehicleClass
    strategy: Strategy
    phase: int
    arrives_ms: int
    leaves_ms: int
    lease_until_ms: int
    order: int
    state: PriorityState = PriorityState.QUEUED
    why: str = ""
    green_from_ms: int | None = None
    green_to_ms: int | None = None
    over_ms: int | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The controller at `now_ms`. `held_since_ms` is when the hold began; no priority begins before `rest_until_ms`."""

    now_ms: int
    mode: Mode
    rings: tuple[Ring, ...]
    asks: tuple[Held, ...] = ()
    heard: int = 0
    held_since_ms: int | None = None
    rest_until_ms: int = 0
    refuses: bool = False

    @property
    def active(self) -> Held | None:
        """The one priority at work."""
        return next((ask for ask in self.asks if ask.state is PriorityState.ACTIVE), None)

    def find(self, key: str) -> Held | None:
        """A request by its key."""
        return next((ask for ask in self.asks if ask.key == key), None)


def begin(junction: Junction, now_ms: int) -> State:
    """All red, on the way to the plan: how a controller starts."""
    rings = tuple(
        Ring(phase=wanted(junction, ring, now_ms).number, light=Light.RED, since_ms=now_ms) for ring in junction.rings
    )
    return State(now_ms=now_ms, mode=Mode.RECOVERING, rings=rings)


def is_lit(ring: Ring) -> bool:
    """Whether vehicles of the ring's phase may still be in the junction."""
    return ring.light is not Light.RED


def walk_of(phase: Phase, ring: Ring, now_ms: int) -> Walk:
    """What pedestrians beside a ring's phase are shown; they set out when its green begins."""
    into_ms = now_ms - ring.since_ms
    if ring.light is not Light.GREEN or into_ms >= phase.walk_ms + phase.walk_clearance_ms:
        return Walk.DONT_WALK
    return Walk.WALK if into_ms < phase.walk_ms else Walk.CLEARANCE
