"""What devices tell over some days, and the truth behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from random import Random
from types import MappingProxyType
from typing import NamedTuple, Protocol

import msgspec

from bongsu.core.device import Device

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000


class Reading(NamedTuple):
    """One result of one property of one device."""

    time_ms: int
    device: str
    property: str
    result: float


class Place(NamedTuple):
    """Where one device was."""

    time_ms: int
    device: str
    lon: float
    lat: float


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Something put in on purpose: if it is `true`, `kind` is to be found at `site` between `began_ms` and `until_ms`.

    It goes on until `over_ms`: what else is found there until then is no false alarm. A near-miss (not `true`) looks
    like it, and nothing may be found there until it is over.
    """

    what: str
    kind: str
    site: str
    began_ms: int
    until_ms: int
    over_ms: int
    true: bool


class Scene(NamedTuple):
    """Devices, everything they tell in the order of time, the truth, and the zones of sites (rings of lon, lat)."""

    devices: tuple[Device, ...]
    told: list[Reading | Place]
    cases: tuple[Case, ...]
    zones: Mapping[str, tuple[tuple[float, float], ...]] = MappingProxyType({})


def in_order(told: Iterable[Reading | Place]) -> list[Reading | Place]:
    """Sorted by time, then device."""
    return sorted(told, key=lambda one: (one.time_ms, one.device))


def chance_of(seed: int, *about: object) -> Random:
    """A generator of its own for whatever it is about, so that one device's luck is not another's."""
    return Random(":".join(map(str, (seed, *about))))


def every(begin_ms: int, end_ms: int, step_ms: int) -> Iterator[int]:
    """Moments a fixed step apart."""
    yield from range(begin_ms, end_ms, step_ms)


def at_hour(begin_ms: int, day: int, hour: float) -> int:
    """A moment: so many hours after midnight of a day counted from 0."""
    return begin_ms + day * DAY_MS + int(hour * HOUR_MS)


def hour_of(time_ms: int, begin_ms: int) -> float:
    """The hour of the day, 0 to 24."""
    return (time_ms - begin_ms) % DAY_MS / HOUR_MS


class Lasting(Protocol):
    """Something that goes on for a time: `within_ms` it is to be found in, 0 for a near-miss."""

    @property
    def what(self) -> str:
        """What befell."""

    @property
    def kind(self) -> str:
        """The kind of case it is, or looks like."""

    @property
    def begin_ms(self) -> int:
        """When it began."""

    @property
    def end_ms(self) -> int:
        """When it was over."""

    @property
    def within_ms(self) -> int:
        """How soon it is to be found."""


def case_of(site: str, one: Lasting) -> Case:
    """The truth about it."""
    true = one.within_ms > 0
    return Case(
        what=one.what,
        kind=one.kind,
        site=site,
        began_ms=one.begin_ms,
        until_ms=one.begin_ms + one.within_ms if true else one.end_ms,
        over_ms=one.end_ms,
        true=true,
    )
