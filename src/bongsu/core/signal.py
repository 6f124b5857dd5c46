"""Traffic signals and priority at them: the words of NTCIP 1202 (a controller) and NTCIP 1211 (priority at one).

A phase is one or more movements with their lights, a ring a sequence of phases, a barrier a line that all rings cross
together: two phases may be green at once where they are of different rings between the same barriers, and never else.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bongsu.core.geo import Point


class Light(StrEnum):
    """What vehicles of a phase are shown; RED_CLEARANCE is the red in which the junction empties."""

    GREEN = "green"
    YELLOW = "yellow"
    RED_CLEARANCE = "red_clearance"
    RED = "red"


class Walk(StrEnum):
    """What pedestrians of a phase are shown; in CLEARANCE nobody sets out any more, and all may finish."""

    WALK = "walk"
    CLEARANCE = "clearance"
    DONT_WALK = "dont_walk"


class Mode(StrEnum):
    """What a controller is about: its plan, a priority's clearance or hold, the way back to its plan, or flashing."""

    COORDINATED = "coordinated"
    CLEARING = "clearing"
    HOLDING = "holding"
    RECOVERING = "recovering"
    FLASH = "flash"


class Turn(StrEnum):
    """What a vehicle does at a junction."""

    THROUGH = "through"
    LEFT = "left"
    RIGHT = "right"


class VehicleClass(StrEnum):
    """Whose priority goes first where two conflict, in this order."""

    FIRE = "fire"
    AMBULANCE = "ambulance"
    POLICE = "police"


class Strategy(StrEnum):
    """How a controller gets to the wanted phase: PREEMPT leaves phases between out, SHORTEN only shortens them."""

    PREEMPT = "preempt"
    SHORTEN = "shorten"


class PriorityState(StrEnum):
    """Where a request stands at its controller; the last three are ends."""

    QUEUED = "queued"
    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"
    REFUSED = "refused"


OVER = frozenset({PriorityState.ENDED, PriorityState.CANCELLED, PriorityState.REFUSED})


class Phase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One phase: `number` is the controller's, `heading_deg` where vehicles drive as they come in (0 north, 90 east).

    Phases stand in each ring in the order they are listed. `split_ms` is its share of the cycle, with its yellow and
    red clearance; `walk_ms` and `walk_clearance_ms` (0: no crossing goes with it) are never shortened.
    """

    number: int
    heading_deg: float
    turns: tuple[Turn, ...] = (Turn.THROUGH, Turn.RIGHT)
    ring: int = 1
    barrier: int = 1
    split_ms: int = 40_000
    green_at_least_ms: int = 7_000
    yellow_ms: int = 3_000
    red_clearance_ms: int = 2_000
    walk_ms: int = 0
    walk_clearance_ms: int = 0

    @property
    def least_ms(self) -> int:
        """The shortest this phase's green can be, pedestrians counted."""
        return max(self.green_at_least_ms, self.walk_ms + self.walk_clearance_ms)

    @property
    def change_ms(self) -> int:
        """From the end of green to the end of the red clearance."""
        return self.yellow_ms + self.red_clearance_ms


class Signal(msgspec.Struct, frozen=True, kw_only=True, tag="signal", omit_defaults=True, forbid_unknown_fields=True):
    """A junction's controller in the city's register; its id is the record's.

    `url` is where it speaks the REST profile (docs/reference/signals.md). A priority is held `hold_at_most_ms` at most.
    """

    name: str
    name_en: str = ""
    where: Point
    url: str
    phases: tuple[Phase, ...]
    hold_at_most_ms: int = 90_000
    strategy: Strategy = Strategy.PREEMPT

    def phase(self, number: int) -> Phase:
        """A phase by its number. Raises KeyError where there is none."""
        for phase in self.phases:
            if phase.number == number:
                return phase
        raise KeyError(number)


class Crossing(msgspec.Struct, frozen=True, kw_only=True):
    """A crew that will cross a junction with a signal: when (Unix ms), from which heading and onto which (degrees)."""

    unit: str
    incident: str
    vehicle: VehicleClass
    signal: str
    arrives_ms: int
    leaves_ms: int
    from_bearing_deg: float
    to_bearing_deg: float


class PriorityAsk(msgspec.Struct, frozen=True, kw_only=True):
    """One request for priority as it stands now; a later one under the same `key` has a higher `version`.

    Times are Unix ms; without a later version within `lease_ms` the controller ends it by itself.
    """

    key: str
    version: int
    vehicle: VehicleClass
    strategy: Strategy
    phase: int
    arrives_ms: int
    leaves_ms: int
    lease_ms: int


class PriorityWord(msgspec.Struct, frozen=True, kw_only=True):
    """What a controller says of a request: `why` names a refusal or an end; ages of its green are ms before the answer.

    `green_ago_ms` None: the wanted phase has not been green under it; `green_end_ago_ms` None: nor has that ended.
    """

    key: str
    version: int
    state: PriorityState
    phase: int
    why: str = ""
    green_ago_ms: int | None = None
    green_end_ago_ms: int | None = None


def between_deg(a: float, b: float) -> float:
    """The angle between two headings, 0 to 180."""
    return abs((a - b + 180.0) % 360.0 - 180.0)


def turn_of(from_deg: float, to_deg: float) -> Turn:
    """What a vehicle does that comes in on one heading and goes out on another; turning back counts as left."""
    bend = (to_deg - from_deg + 180.0) % 360.0 - 180.0
    if abs(bend) <= STRAIGHT_DEG:
        return Turn.THROUGH
    return Turn.RIGHT if 0 < bend < BACK_DEG else Turn.LEFT


STRAIGHT_DEG, BACK_DEG = 40.0, 160.0
