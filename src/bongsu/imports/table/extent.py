"""How far a register reaches, judged from its own rows, so that a place far outside stands out.

Measured on ten registers, from one district of Seoul to a whole province: the farthest good row lies 1.3–1.9 times
as far from the median as nine in ten rows do, whether cameras are spread evenly (Seoul 1.5) or crowd the old town
(Jinju 1.85). Quartile rules do not hold for both: good rows lie 0.4 to 5.5 interquartile ranges out.
`docs/reference/imports.md` has the table.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.core.geo import Plane, Point

MIN_ROWS = 20
"""With fewer rows there is no bulk to be outside of."""
FLOOR_M = 30_000.0
"""Nine in ten Korean municipalities reach no farther than 27 km from their centre (KOSTAT boundaries)."""
TIMES_P75, TIMES_P90 = 8.0, 2.5
"""First cut on the third quartile (holds while a quarter of the rows is wrong), then on what remains."""
MIN_POSITIONS = 5
"""A remote neighbourhood needs this many different positions of its own to speak for itself."""

Columns64 = NDArray[np.float64]


class Extent(msgspec.Struct, frozen=True):
    """A circle that holds the register: everything beyond `radius_m` of `centre` is far outside."""

    centre: Point
    radius_m: float

    def distance_m(self, lon: Columns64, lat: Columns64) -> Columns64:
        """Metres from the centre, row by row."""
        east, north = Plane(self.centre).metres_per_degree()
        return np.hypot((lon - self.centre.lon) * east, (lat - self.centre.lat) * north)


def find_extent(lon: Columns64, lat: Columns64) -> Extent | None:
    """The robust extent of these places, or None when they are too few to tell."""
    if len(lon) < MIN_ROWS:
        return None
    centre = Point(float(np.median(lon)), float(np.median(lat)))
    everything = Extent(centre, math.inf)
    away = everything.distance_m(lon, lat)
    near = away <= max(FLOOR_M, TIMES_P75 * float(np.percentile(away, 75)))
    return Extent(centre, max(FLOOR_M, TIMES_P90 * float(np.percentile(away[near], 90))))


def vouched(extent: Extent, lon: Columns64, lat: Columns64, quarters: Sequence[str]) -> NDArray[np.bool_]:
    """Which rows beyond the extent stand where their own neighbourhood stands: an island, not an error.

    `quarters` names each row's neighbourhood ("백령면"), "" when unknown. One is vouched for when most of its
    rows lie beyond the extent, at MIN_POSITIONS different positions or more, and the row is within FLOOR_M
    of their median.
    """
    beyond = extent.distance_m(lon, lat) > extent.radius_m
    result = np.zeros(len(lon), dtype=np.bool_)
    rows_of: dict[str, list[int]] = defaultdict(list)
    wanted = {quarters[row] for row in np.flatnonzero(beyond).tolist()} - {""}
    for row, quarter in enumerate(quarters):
        if quarter in wanted:
            rows_of[quarter].append(row)
    for rows in rows_of.values():
        index = np.array(rows)
        if beyond[index].mean() > 0.5 and len({(lon[row], lat[row]) for row in rows}) >= MIN_POSITIONS:
            home = Extent(Point(float(np.median(lon[index])), float(np.median(lat[index]))), FLOOR_M)
            result[index] = beyond[index] & (home.distance_m(lon[index], lat[index]) <= FLOOR_M)
    return result
