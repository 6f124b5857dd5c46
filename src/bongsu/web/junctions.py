"""Junctions with signals as the people at the desk see them."""

from __future__ import annotations

import msgspec

from bongsu.core.geo import Point
from bongsu.core.signal import Light, PriorityState, VehicleClass


class PhaseShown(msgspec.Struct, frozen=True, kw_only=True):
    """What a phase showed when its controller was asked last."""

    phase: int
    light: Light


class AskShown(msgspec.Struct, frozen=True, kw_only=True):
    """A request that stands; times are Unix ms. `acknowledged`: the controller has this version of it."""

    unit: str
    incident: str
    vehicle: VehicleClass
    phase: int
    arrives_ms: int
    leaves_ms: int
    state: PriorityState
    acknowledged: bool
    green_from_ms: int | None = None


class WaitingShown(msgspec.Struct, frozen=True, kw_only=True):
    """A crew that priority is not asked for at the moment, and why."""

    unit: str
    incident: str
    why: str


class SignalShown(msgspec.Struct, frozen=True, kw_only=True):
    """A junction: `trouble` is the code of what is wrong with its line ("" nothing), `mode` "" until it was heard."""

    id: str
    name: str
    name_en: str
    where: Point | None
    trouble: str
    mode: str
    phases: tuple[PhaseShown, ...]
    asks: tuple[AskShown, ...]
    waiting: tuple[WaitingShown, ...]
