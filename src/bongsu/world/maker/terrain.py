"""The lie of the land: a river, and the gentle bends that keep the city from looking like graph paper.

The city is drawn on a board where the river is straight; `Land.lay` bends the board onto the ground.
"""

from __future__ import annotations

import itertools
import math
import random
from typing import NamedTuple

from bongsu.world.maker.shapes import Spot

HALF_LENGTH_M = 1760.0
HALF_DEPTH_M = 1510.0
RIVER_AT_M = -330.0
RIVER_HALF_M = 88.0
BANK_M = 46.0
TILT = math.radians(-11.0)


class Bend(NamedTuple):
    """One smooth sideways push: so many metres, over such a wavelength, from such a phase."""

    by: float
    over: float
    phase: float

    def at(self, along: float) -> float:
        """The push at a distance along the board."""
        return self.by * math.sin(along / self.over + self.phase)


class Land(NamedTuple):
    """The bends of one city."""

    river: Bend
    east: tuple[Bend, Bend]
    north: tuple[Bend, Bend]

    @classmethod
    def of(cls, chance: random.Random) -> Land:
        """Draw the bends of a city."""

        def bend(by: float, over: float) -> Bend:
            return Bend(by * chance.uniform(0.8, 1.2), over * chance.uniform(0.9, 1.1), chance.uniform(0, 6.28))

        return cls(
            river=bend(120, 620),
            east=(bend(34, 520), bend(12, 190)),
            north=(bend(30, 470), bend(10, 170)),
        )

    def lay(self, spot: Spot) -> Spot:
        """From the board to the ground, metres east and north of the city's middle."""
        u, v = spot
        near_river = math.exp(-(((v - RIVER_AT_M) / 1300) ** 2))
        x = u + sum(bend.at(v + 0.35 * u) for bend in self.east)
        y = v + self.river.at(u) * near_river + sum(bend.at(u - 0.3 * v) for bend in self.north)
        return x * math.cos(TILT) - y * math.sin(TILT), x * math.sin(TILT) + y * math.cos(TILT)

    def lay_line(self, line: list[Spot], step_m: float = 30.0) -> list[Spot]:
        """Bend a whole line, with enough points in between to follow the bends."""
        laid: list[Spot] = [self.lay(line[0])]
        for (u0, v0), (u1, v1) in itertools.pairwise(line):
            pieces = max(1, round(math.dist((u0, v0), (u1, v1)) / step_m))
            for i in range(1, pieces + 1):
                part = i / pieces
                laid.append(self.lay((u0 + part * (u1 - u0), v0 + part * (v1 - v0))))
        return laid
