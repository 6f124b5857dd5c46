"""Which district a place lies in: the city's boundaries as shapes ready to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from bongsu.city.breath import Breathe
from bongsu.core.asset import Boundary
from bongsu.core.geo import Point

OWN_LEVEL = "municipality"
"""A 구·시·군: what a camera's `district` names; where there is none, the smallest that holds the place."""
AT_ONCE = 1000


class Districts:
    """The boundaries of a city; of several that hold a place the municipality answers, else the smallest."""

    def __init__(self, boundaries: Iterable[Boundary], breathe: Breathe = lambda: None) -> None:
        self.boundaries = tuple(boundaries)
        shapes = []
        for boundary in self.boundaries:
            parts = [shapely.Polygon(outer, holes) for outer, *holes in boundary.polygons]
            shapes.append(shapely.make_valid(shapely.MultiPolygon(parts)))
            breathe()
        areas = np.array([shape.area for shape in shapes])
        others = np.array([boundary.level != OWN_LEVEL for boundary in self.boundaries], dtype=bool)
        order = np.lexsort((areas, others)) if shapes else np.empty(0, dtype=np.int64)
        self._rank = np.empty(len(shapes), dtype=np.int64)
        self._rank[order] = np.arange(len(shapes))
        self._by_rank = [self.boundaries[row] for row in order.tolist()]
        self._tree = shapely.STRtree(np.array(shapes, dtype=object))

    def find(self, where: Point) -> Boundary | None:
        """The district a place lies in."""
        return self.find_all([where])[0] if self.boundaries else None

    def find_all(self, places: Sequence[Point], breathe: Breathe = lambda: None) -> list[Boundary | None]:
        """The district of each place."""
        found: list[Boundary | None] = []
        for start in range(0, len(places), AT_ONCE):
            some = places[start : start + AT_ONCE]
            best = self._best(np.array([(place.lon, place.lat) for place in some]))
            found += [self._by_rank[rank] if rank >= 0 else None for rank in best.tolist()]
            breathe()
        return found

    def _best(self, lonlat: NDArray[np.float64]) -> NDArray[np.int64]:
        """The first in rank that holds each point, -1 where none does."""
        point, shape = self._tree.query(shapely.points(lonlat), predicate="intersects")
        last = len(self._by_rank)
        best = np.full(len(lonlat), last, dtype=np.int64)
        np.minimum.at(best, point, self._rank[shape])
        best[best == last] = -1
        return best
