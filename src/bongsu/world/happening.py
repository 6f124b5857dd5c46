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
        return np.array([np.interp(at_s, self.at_s, self.xy[:, axis]) for axis in (0, 1)])

    def towards(self, at_s: float) -> NDArray[np.float64]:
        """The unit direction in which it goes; whoever stands still keeps looking where it went."""
        step = int(np.clip(np.searchsorted(self.at_s, at_s, side="right"), 1, len(self.at_s) - 1))
        ways = self.xy[step] - self.xy[step - 1]
        while step > 1 and not ways.any():
            step -= 1
            ways = self.xy[step] - self.xy[step - 1]
        long = math.hypot(*ways.tolist())
        return np.asarray(ways / long) if long > 0 else np.array([0.0, 1.0])


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
