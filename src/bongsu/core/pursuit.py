"""Somebody flees: what was seen of them, and the plan of which cameras to watch when."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from bongsu.core.asset import Line
from bongsu.core.geo import Point

FLEES = ("foot", "bike", "car")
"""How somebody can flee; "" where nobody said."""
Means = Literal["operator", "plate", "analytics"]


class Flight(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Somebody fled: from where, when (Unix ms) and how. What is left out is as the case says it."""

    incident: str
    at: datetime
    by: str
    where: Point | None = None
    fled_ms: int | None = None
    mode: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """They were seen, on a camera or at a place, at `seen_ms` (Unix); `means` is how that is known."""

    incident: str
    at: datetime
    by: str
    where: Point
    seen_ms: int
    camera: str = ""
    heading_deg: float | None = None
    mode: str = ""
    means: Means = "operator"


FlightNote = Flight | Seen


class Fled(msgspec.Struct, frozen=True, kw_only=True):
    """A deed somebody fled from: `mode` is foot, bike or car, "" where nobody said."""

    incident: str
    where: Point
    at_ms: int
    mode: str = ""


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """They were seen: where and when; `heading_deg` clockwise from north and `mode` where whoever saw them knows."""

    where: Point
    at_ms: int
    heading_deg: float | None = None
    mode: str = ""


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """A camera to look at and how much it adds to the probability that they are seen."""

    camera: str
    adds: float


class WatchSlot(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to watch from `from_ms` to `to_ms`, best first."""

    from_ms: int
    to_ms: int
    cameras: tuple[Watched, ...]


class WayOut(msgspec.Struct, frozen=True, kw_only=True):
    """A road out of the city: where, its name, how probable, and when the first and the median of them is there."""

    where: Point
    name: str
    probability: float
    first_ms: int
    median_ms: int


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody who flees in this mode can be by `by_ms` and nowhere else: polygons of rings, lon and lat."""

    mode: str
    by_ms: int
    surface: tuple[tuple[Line, ...], ...]


class WatchPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What to watch of a flight, as known at `at_ms`.

    `number` counts the sightings it stands on; `seen` is the probability, by the planner's own mixture, that the slots
    show them. `replay` are the cameras whose recordings since `since_ms` to look at first. `explained` is False where
    the last sighting was where nobody was expected. `cold`: nothing was heard for too long, and nothing is planned.
    `where` is the last place they were known at. `problem` is "roads.building", "roads.none", "roads.off_map" or
    "watch.nowhere" while there is no plan, "" else.
    """

    incident: str
    at_ms: int
    since_ms: int
    number: int
    modes: dict[str, float]
    seen: float = 0.0
    slots: tuple[WatchSlot, ...] = ()
    replay: tuple[Watched, ...] = ()
    exits: tuple[WayOut, ...] = ()
    reach: tuple[Reach, ...] = ()
    explained: bool = True
    cold: bool = False
    where: Point | None = None
    problem: str = ""
