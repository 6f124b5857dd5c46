"""What happens in the simulated city, as it truly is: who, where and when, and what there is to be seen of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.core.asset import UnitKind
from bongsu.world.feed import Call

DOUSED_S = 420.0
"""Seconds in which crews that have arrived bring a fire down to a tenth."""


class Here(NamedTuple):
    """Somebody's place in metres, the unit direction in which they look, and their speed in m/s."""

    x: float
    y: float
    east: float
    north: float
    speed_mps: float


class Track(NamedTuple):
    """Where one person or vehicle is: at `at_s` (Unix s) on `xy` (metres), on straight lines in between.

    Before the first time and after the last it is not to be seen. `kind` is a `traffic.Kind`; `who` says what it is to
    the event: suspect, victim, lost, car.
    """

    who: str
    kind: int
    look: int
    at_s: NDArray[np.float64]
    xy: NDArray[np.float64]

    def is_seen(self, at_s: float) -> bool:
        """Whether it is out at a time."""
        return bool(self.at_s[0] <= at_s <= self.at_s[-1])

    def spot(self, at_s: float) -> NDArray[np.float64]:
        """Where it is at a time, metres; its first or last place outside its times."""
        here = self.here(at_s)
        return np.array([here.x, here.y])

    def here(self, at_s: float) -> Here:
        """Where it is at a time, which way it looks and how fast it goes; whoever stands looks where it went."""
        step = min(max(int(self.at_s.searchsorted(at_s, side="right")), 1), len(self.at_s) - 1)
        begins, ends = self.at_s.item(step - 1), self.at_s.item(step)
        part = min(max((at_s - begins) / max(ends - begins, 1e-9), 0.0), 1.0)
        x, y = self.xy.item(step - 1, 0), self.xy.item(step - 1, 1)
        east, north = self.xy.item(step, 0) - x, self.xy.item(step, 1) - y
        long = math.hypot(east, north)
        looks_east, looks_north = (east / long, north / long) if long > 0 else self._came(step)
        return Here(x + part * east, y + part * north, looks_east, looks_north, long / max(ends - begins, 1e-9))

    def _came(self, step: int) -> tuple[float, float]:
        """The direction of the last move before a step."""
        for before in range(step - 1, 0, -1):
            east, north = (self.xy[before] - self.xy[before - 1]).tolist()
            long = math.hypot(east, north)
            if long > 0:
                return east / long, north / long
        return 0.0, 1.0


class Fire(msgspec.Struct, frozen=True, kw_only=True):
    """A fire at metres (x, y) from the ground up to `height_m`, growing as the square of time until `full_s` later."""

    x: float
    y: float
    height_m: float
    radius_m: float
    began_s: float
    full_s: float
    burns_s: float

    def flame(self, at_s: float, attended_s: float = math.inf) -> float:
        """How big it is, 0–1, at a time (Unix s); crews that arrive at `attended_s` put it out."""
        age = at_s - self.began_s
        if age <= 0:
            return 0.0
        grown = min(1.0, (age / self.full_s) ** 2)
        out = max(age - self.burns_s, 0.0) / 900 + max(at_s - attended_s, 0.0) / DOUSED_S
        size = grown * math.exp(-2.3 * out)
        return size if size > 0.01 else 0.0

    def smoke(self, at_s: float, attended_s: float = math.inf) -> float:
        """How thick its smoke is, 0–1: before the flames, and long after them."""
        return min(1.0, 1.6 * math.sqrt(max(0.0, self.flame(at_s, attended_s))))


@dataclass(frozen=True)
class Happening:
    """One event: what it is, where its place is called `address`, who is in it, and the calls it gives rise to.

    `needs` is which crews, and how many of each, it truly takes.
    """

    id: str
    what: str
    kind: str
    at: datetime
    until: datetime
    lon: float
    lat: float
    address: str
    cast: tuple[Track, ...]
    calls: tuple[Call, ...]
    fire: Fire | None
    needs: dict[UnitKind, int]
    persons: tuple[str, ...] = ()
