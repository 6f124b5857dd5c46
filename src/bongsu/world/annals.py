"""The truth log: what really happened in the simulated city, one JSON line each, in the order of time.

Partners and the platform never read it; drills and benches judge by it. The same scenario in the same city writes
the same bytes.
"""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from bongsu.core.asset import UnitKind
from bongsu.world.callers import moment
from bongsu.world.feed import Call
from bongsu.world.happening import Happening, Track
from bongsu.world.plot import Plot

FILE_NAME = "truth.jsonl"
STEP_S = 10.0
"""Seconds between two places of somebody who moves."""


class Began(msgspec.Struct, frozen=True, kw_only=True, tag_field="truth", tag="began"):
    """An event begins: its true place, and the crews it truly takes."""

    at: datetime
    event: str
    what: str
    kind: str
    lon: float
    lat: float
    address: str
    needs: dict[UnitKind, int]
    persons: tuple[str, ...]


class Rang(msgspec.Struct, frozen=True, kw_only=True, tag_field="truth", tag="rang"):
    """Somebody rings: the call as it was placed."""

    at: datetime
    call: Call


class Was(msgspec.Struct, frozen=True, kw_only=True, tag_field="truth", tag="was"):
    """Where somebody in an event truly is."""

    at: datetime
    event: str
    who: str
    lon: float
    lat: float


class Over(msgspec.Struct, frozen=True, kw_only=True, tag_field="truth", tag="over"):
    """An event is over."""

    at: datetime
    event: str


Truth = Began | Rang | Was | Over


class Annals:
    """The truth of a plot, told span by span; what an event comes to is worked out once."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._known: set[str] = set()
        self._told: list[Truth] = []

    def truths(self, after: datetime, until: datetime) -> list[Truth]:
        """Everything that came true in (after, until], in order; what happens at one moment, by its event."""
        fresh = [e for e in self._plot.events(until + timedelta(microseconds=1)) if e.id not in self._known]
        if fresh:
            self._known |= {event.id for event in fresh}
            for event in fresh:
                self._told += _of(self._plot, event)
                self._told += [Rang(at=call.at, call=call) for call in event.calls]
            self._told.sort(key=_order)
        low, high = (bisect.bisect_right(self._told, at, key=_when) for at in (after, until))
        return self._told[low:high]

    def lines(self, after: datetime, until: datetime) -> Iterator[bytes]:
        """The truth log's lines of a span, without their line ends."""
        yield from map(msgspec.json.encode, self.truths(after, until))


def _of(plot: Plot, event: Happening) -> Iterator[Truth]:
    tracks = [_moved(plot, event, track) for track in event.cast if track.who in ("suspect", "lost")]
    yield Began(
        at=event.at,
        event=event.id,
        what=event.what,
        kind=event.kind,
        lon=event.lon,
        lat=event.lat,
        address=event.address,
        needs=event.needs,
        persons=event.persons,
    )
    yield from heapq.merge(*tracks, key=lambda line: line.at)
    yield Over(at=event.until, event=event.id)


def _moved(plot: Plot, event: Happening, track: Track) -> Iterator[Was]:
    at = float(track.at_s[0])
    stands = float(track.at_s[-2])
    while at <= min(float(track.at_s[-1]), event.until.timestamp()):
        where = plot.setting.point(track.spot(at))
        yield Was(at=moment(at), event=event.id, who=track.who, lon=where.lon, lat=where.lat)
        if at >= stands:
            return
        at += STEP_S


def _when(line: Truth) -> datetime:
    return line.at


def _order(line: Truth) -> tuple[datetime, str, int]:
    """By time; then by event, and an event's own lines before the calls about it."""
    if isinstance(line, Rang):
        return line.at, line.call.event, line.call.number
    return line.at, line.event, 0
