"""Everybody who is out in the city at one moment: where each is on the way, as columns.

The timetable of a trip is settled when it begins (its way, and the pace of that minute), so where somebody is depends
on the seed and the time alone: stepping, leaping ahead and going back give the same answer.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bongsu.world import day, trips
from bongsu.world.chance import draws
from bongsu.world.homes import Homes, Life
from bongsu.world.sky import Sky
from bongsu.world.streets import Streets, hops
from bongsu.world.traffic.moving import Kind
from bongsu.world.trips import Mode, Trips
from bongsu.world.under_way import UnderWay, advanced, joined, nobody, only, paths, turned
from bongsu.world.weather import Climate

LOT_S = 60.0
"""Trips are set out in lots of a minute."""

AT_ONCE_S = 300.0
"""So much of the past is set out at once when a time is leapt to: most of its trips are over and forgotten."""

LONGEST_S = 2 * trips.HOUR_S
SLACK_S = 5.0
"""Whoever asks may be so much earlier than the last one did without the city being set out anew."""

_REACH_S = 1_500.0
_WALK_MPS = 1.3
_RIDE = 0.6
_WAITS_S = 240.0
_LOOKAROUND_M = 4.0


class Crowd(NamedTuple):
    """Whoever is seen on the streets: metres east and north, unit directions, `traffic.Kind`, look, row in Homes."""

    xy: NDArray[np.float32]
    towards: NDArray[np.float32]
    kind: NDArray[np.uint8]
    look: NDArray[np.uint8]
    person: NDArray[np.int32]


class People:
    """The people of a city, moved to any time by `move`; safe to ask from several threads."""

    def __init__(self, streets: Streets, homes: Homes, climate: Climate) -> None:
        self.streets = streets
        self.homes = homes
        self._climate = climate
        self._slots = hops(streets, homes.hubs, _REACH_S)
        self._modes = trips.modes(homes, streets, climate.seed)
        rows = np.arange(len(homes), dtype=np.int64)
        self.look = (256 * draws(rows, climate.seed, "look")).astype(np.uint8)
        self._days: dict[float, Trips] = {}
        self._lock = threading.Lock()
        self._until_s = -np.inf
        self._out = nobody()

    def move(self, at_s: float) -> None:
        """Bring everybody to a simulated Unix time in s."""
        with self._lock:
            self._move(at_s)

    def count(self, at_s: float) -> dict[str, int]:
        """How many are on their way at a time, on foot, by car, by bus or train."""
        with self._lock:
            self._move(at_s)
            out = self._out
            under_way = (out.enters[out.start] <= at_s) & (out.ends > at_s)
            many = np.bincount(out.mode[under_way], minlength=len(Mode))
        return {mode.name.lower(): int(many[mode]) for mode in Mode}

    def crowd(self, at_s: float, on: NDArray[np.bool_] | None = None) -> Crowd:
        """Whoever walks or drives at a time; `on` keeps only those on the arcs it marks."""
        with self._lock:
            self._move(at_s)
            out = self._out
        seen = (out.mode != Mode.RIDE) & (out.enters[out.start] <= at_s) & (out.ends > at_s)
        if on is not None:
            seen &= on[out.arcs[out.here - np.arange(len(out.here))]]
        rows = np.flatnonzero(seen)
        return _place(self.streets, out, rows, at_s, self.look)

    def _move(self, at_s: float) -> None:
        begins = np.floor(at_s / LOT_S) * LOT_S
        if not self._until_s - LOT_S - SLACK_S <= at_s < self._until_s + LOT_S:
            self._until_s = begins - LONGEST_S
            self._out = nobody()
        while at_s >= self._until_s:
            until_s = min(begins + LOT_S, self._until_s + AT_ONCE_S)
            kept = only(self._out, self._out.ends > begins - SLACK_S)
            setting_out = self._set_out(self._until_s, until_s)
            self._out = joined(kept, only(setting_out, setting_out.ends > begins - SLACK_S))
            self._until_s = until_s
        self._out = advanced(self._out, at_s)

    def _set_out(self, from_s: float, to_s: float) -> UnderWay:
        """The timetables of all trips that begin in a span of whole minutes."""
        parts = [self._out_on(trips.midnight(from_s) + n * trips.DAY_S, from_s, to_s) for n in (-1, 0)]
        if trips.midnight(to_s) != trips.midnight(from_s):
            parts.append(self._out_on(trips.midnight(to_s), from_s, to_s))
        whole = parts[0]
        for part in parts[1:]:
            whole = joined(whole, part)
        return whole

    def _out_on(self, day_s: float, from_s: float, to_s: float) -> UnderWay:
        planned = self._day(day_s)
        low, high = np.searchsorted(planned.leaves, (from_s, to_s))
        if low == high:
            return nobody()
        going = Trips(
            planned.leaves[low:high], planned.person[low:high], planned.homeward[low:high], planned.errand[low:high]
        )
        person = going.person
        hub = np.where(going.errand, self.homes.errand[person], self.homes.work[person]).astype(np.int64)
        path, many = paths(self.streets, self._slots, self.homes.home[person].astype(np.int64), hub)
        arcs = turned(self.streets, path, many, going.homeward)
        mode = self._modes[going.errand.astype(np.int64), person]
        return self._timed(going, mode, arcs, many)

    def _timed(
        self, going: Trips, mode: NDArray[np.uint8], arcs: NDArray[np.int32], many: NDArray[np.int64]
    ) -> UnderWay:
        streets, trip = self.streets, np.repeat(np.arange(len(many)), many)
        minute, nth = np.unique(np.floor(going.leaves / LOT_S), return_inverse=True)
        skies = [self._sky(float(m) * LOT_S) for m in minute]
        paces = np.array([day.paces(sky.at, sky) for sky in skies])
        strides = np.array([day.walking_pace(sky) for sky in skies])
        fit = 0.85 + 0.3 * self.look[going.person] / 255 - 0.25 * (self.homes.life[going.person] == Life.OLDER)
        on_foot = (_WALK_MPS * strides[nth] * fit)[trip]
        driven = streets.speed[arcs] * paces[nth[trip], streets.cls[arcs]]
        by = mode[trip]
        speed = np.where(by == Mode.WALK, on_foot, np.where(by == Mode.RIDE, _RIDE * driven, driven))
        start = np.cumsum(many + 1) - (many + 1)
        enters = np.zeros(int((many + 1).sum()))
        slot = np.arange(len(arcs)) + trip + 1
        enters[slot] = streets.length[arcs] / speed
        total = np.cumsum(enters)
        enters = total - (total[start] if len(start) else total)[np.repeat(np.arange(len(many)), many + 1)]
        leaves = going.leaves + np.where(mode == Mode.RIDE, _WAITS_S, 0.0)
        enters += np.repeat(leaves, many + 1)
        out = UnderWay(going.person, mode, start, many, start.copy(), arcs, enters)
        return only(out, many > 0)

    def _sky(self, at_s: float) -> Sky:
        return self._climate.sky(datetime.fromtimestamp(at_s, UTC))

    def _day(self, day_s: float) -> Trips:
        if day_s not in self._days:
            self._days = {known: self._days[known] for known in sorted(self._days)[-1:]}
            self._days[day_s] = trips.of_day(self.homes, day_s, self._climate.seed)
        return self._days[day_s]


def _place(streets: Streets, out: UnderWay, rows: NDArray[np.int64], at_s: float, look: NDArray[np.uint8]) -> Crowd:
    """Beside the axis of their street, bends and corners rounded over a few metres."""
    here, person = out.here[rows], out.person[rows]
    shown = look[person]
    on_foot = out.mode[rows] == Mode.WALK
    arc = out.arcs[here - rows]
    span = out.enters[here + 1] - out.enters[here]
    along = (at_s - out.enters[here]) / np.maximum(span, 1e-6) * streets.length[arc]
    looks = (-_LOOKAROUND_M, 0.0, _LOOKAROUND_M)
    back, mid, ahead = (_beside(streets, out, rows, along + by, on_foot, shown) for by in looks)
    xy = (back + 2 * mid + ahead) / 4
    towards = ahead - back
    long = np.hypot(towards[:, 0], towards[:, 1])
    towards = np.where((long > 0.05)[:, None], towards / np.maximum(long, 1e-6)[:, None], (0.0, 1.0))
    kind = np.where(on_foot, Kind.PERSON, np.where(shown % 11 == 0, Kind.VAN, np.where(shown % 17 == 0, Kind.TRUCK, 0)))
    return Crowd(xy.astype(np.float32), towards.astype(np.float32), kind.astype(np.uint8), shown, person)


def _beside(
    streets: Streets,
    out: UnderWay,
    rows: NDArray[np.int64],
    along: NDArray[np.float64],
    on_foot: NDArray[np.bool_],
    look: NDArray[np.uint8],
) -> NDArray[np.float64]:
    """The spot so far along the way (over into the arc before or after), right of the axis as Korea drives."""
    nth = out.here[rows] - rows
    first = out.start[rows] - rows
    arc = out.arcs[nth].astype(np.int64)
    before = (along < 0) & (nth > first)
    after = (along > streets.length[arc]) & (nth < first + out.many[rows] - 1)
    length = streets.length[arc]
    onto = out.arcs[nth - before + after].astype(np.int64)
    along = np.where(before, streets.length[onto] + along, np.where(after, along - length, along))
    spot, towards = streets.at(onto, along)
    wide = streets.wide[onto]
    lanes = np.maximum(1, np.rint(wide / 6.2))
    drives = np.where(wide < 5.5, 0.12 * wide, (np.floor(look / 256 * lanes) + 0.5) * wide / 2 / lanes)
    walks = np.where(wide >= 8, wide / 2 + 1.8, np.maximum(0.4, wide / 2 - 0.45))
    side = np.where(on_foot, walks, drives)
    return np.asarray(spot + np.stack([towards[:, 1], -towards[:, 0]], axis=1) * side[:, None])
