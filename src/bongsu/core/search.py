"""Somebody is lost (실종자 구조 지원): what is known of them, where was looked, where on the streets they may be."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bongsu.core.asset import Line
from bongsu.core.geo import Point

SUBJECTS = ("dementia",)
"""The categories whose published distances there are (`city.search_map.subjects`)."""


class Lost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """What is known of whoever is lost: category, and where, when and in which heading they were last seen.

    It holds nothing that tells who it is. What is left out is as the case says it.
    """

    incident: str
    at: datetime
    by: str
    subject: str = ""
    where: Point | None = None
    seen_ms: int | None = None
    heading_deg: float | None = None


class Looked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Somebody looked and found nobody: at a camera's recording of [from_ms, to_ms), or along `lines` or inside `ring`.

    `minutes` is what a patrol of the lines or the ring took, `mode` foot or car.
    """

    incident: str
    at: datetime
    by: str
    camera: str = ""
    from_ms: int = 0
    to_ms: int = 0
    lines: tuple[Line, ...] = ()
    ring: Line = ()
    minutes: float = 0.0
    mode: str = "foot"


SearchNote = Lost | Looked


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A recording to look through next: [from_ms, to_ms) of a camera, the probability that it shows them, and that
    for each minute of it."""

    camera: str
    from_ms: int
    to_ms: int
    finds: float
    per_minute: float


class Patrol(msgspec.Struct, frozen=True, kw_only=True):
    """A street to walk next: its pieces, what it takes on foot, the probability of finding them there, per minute."""

    name: str
    lines: tuple[Line, ...]
    minutes: float
    finds: float
    per_minute: float


class CameraTime(msgspec.Struct, frozen=True, kw_only=True):
    """The account of a camera: seconds since they can have come by that were looked through, and that were not."""

    camera: str
    reviewed_s: int
    unreviewed_s: int


class SearchMap(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody lost may be, as known at `at_ms`; `number` counts the notes it stands on.

    `problem` is "roads.building", "roads.none", "roads.off_map", "search.nowhere" or "search.category" while there is
    no map, "" else. `searched` is the probability that what was looked at so far would have shown them. `heat` are
    stretches of street, most probable per metre first: lon, lat, lon, lat, and 0 to 3 for the quarter, the half, the
    three quarters and the nine tenths of the probability they belong to; `shown` is how much of it they hold.
    `reviewed_s` and `unreviewed_s` are of all recorded cameras within a walk, `cameras` of the most telling.
    """

    incident: str
    at_ms: int
    number: int
    problem: str = ""
    subject: str = ""
    where: Point | None = None
    seen_ms: int = 0
    heading_deg: float | None = None
    searched: float = 0.0
    shown: float = 0.0
    heat: tuple[tuple[float, float, float, float, int], ...] = ()
    reviews: tuple[Review, ...] = ()
    patrols: tuple[Patrol, ...] = ()
    patrolled: tuple[Line, ...] = ()
    cameras: tuple[CameraTime, ...] = ()
    reviewed_s: int = 0
    unreviewed_s: int = 0
