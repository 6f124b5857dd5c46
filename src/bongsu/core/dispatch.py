"""Who goes to a case and by which way: what 119 and its crews are told (119 긴급출동 지원)."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bongsu.core.asset import Line, Unit, UnitKind
from bongsu.core.geo import Point
from bongsu.core.grant import View

VEHICLE = {UnitKind.PATROL: "patrol", UnitKind.ENGINE: "engine", UnitKind.AMBULANCE: "ambulance"}


def vehicle_of(unit: Unit) -> str:
    """What a crew drives, as the streets know it (`city.roads.vehicles`): its own word, else what its kind drives."""
    return unit.vehicle or VEHICLE[unit.kind]


class Doubt(StrEnum):
    """What an answer rests on that one should know of."""

    OLD = "old_position"
    SILENT = "silent"
    JUMPED = "jumped"
    TYPICAL = "typical_speeds"
    STALE = "stale_speeds"
    WIDTHS = "widths_assumed"


class Crew(msgspec.Struct, frozen=True, kw_only=True):
    """A crew where it was last believed to be. `jumped`: a later fix says a place it cannot have driven to."""

    unit: Unit
    where: Point
    at_ms: int
    heading_deg: float | None = None
    speed_mps: float | None = None
    jumped: bool = False


class Eta(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds to the place, from the moment of the answer; `low_ms` to `high_ms` is how far it may be off.

    `live_share` is the part of the time that is spent on roads whose speed is known now.
    """

    ms: int
    low_ms: int
    high_ms: int
    live_share: float = 0.0


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A crew that could go. `eta` is None where `problem` (an error's code) says why there is none."""

    unit: str
    name: str
    kind: UnitKind
    vehicle: str
    seen_ms: int
    eta: Eta | None = None
    problem: str = ""
    doubts: tuple[Doubt, ...] = ()
    short_m: float = 0.0
    sent: bool = False
    carries: tuple[str, ...] = ()


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the turn list; `bend` is start, straight, left, right, back or arrive."""

    bend: str
    name: str
    at_m: float
    at_ms: int
    lon: float
    lat: float


class Narrow(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the way hardly wider than the vehicle needs; `known`: the map says so, else its class is assumed."""

    at_m: float
    length_m: float
    width_m: float
    known: bool
    name: str


class Crossing(msgspec.Struct, frozen=True, kw_only=True):
    """A junction of three roads or more on the way and when it is reached; directions of coming and going, degrees
    clockwise from north. What a request for priority along the way is made of."""

    at_m: float
    at_ms: int
    lon: float
    lat: float
    from_deg: float
    to_deg: float


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """A hydrant or a hazardous place near the scene, as its register tells it."""

    id: str
    name: str
    lon: float
    lat: float
    distance_m: float
    phone: str = ""
    more: dict[str, str] = {}


class Along(msgspec.Struct, frozen=True, kw_only=True):
    """A camera beside the way: after so many metres."""

    camera: str
    at_m: float


class CrewWay(msgspec.Struct, frozen=True, kw_only=True):
    """The way of one crew to the case it is sent to, as known at `at_ms`; `number` grows with every other way.

    Without a way `problem` says why and everything of the way is empty: nothing is drawn in its place. A way kept while
    the crew is silent is the last one, with the doubt `silent`. It ends `short_m` beside the place: where the vehicle
    can get no nearer, the rest is walked.
    """

    incident: str
    unit: str
    vehicle: str
    at_ms: int
    number: int
    goal: Point
    address: str = ""
    problem: str = ""
    doubts: tuple[Doubt, ...] = ()
    eta: Eta | None = None
    length_m: float = 0.0
    short_m: float = 0.0
    line: Line = ()
    turns: tuple[Turn, ...] = ()
    narrow: tuple[Narrow, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    cameras: tuple[Along, ...] = ()


class DispatchPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What is known for sending crews to a case at `at_ms`. `candidates`: those with a time first, soonest first.

    `problem` is "roads.building" or "roads.none" while nobody can be given a time, "dispatch.nowhere" of a case without
    a place, "" else; `closures` are the ids of those that hold, `unplaced` of those that no road was found for.
    """

    incident: str
    at_ms: int
    problem: str = ""
    candidates: tuple[Candidate, ...] = ()
    ways: tuple[CrewWay, ...] = ()
    cameras: tuple[View, ...] = ()
    hydrants: tuple[Stand, ...] = ()
    hazards: tuple[Stand, ...] = ()
    closures: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A street between two junctions, as a closure closes it; `at`: the row of the place that was asked about."""

    at: int
    name: str
    length_m: int
    line: Line
