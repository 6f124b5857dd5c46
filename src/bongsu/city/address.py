"""What people call a place: the neighbourhood and the road it lies on."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree

from bongsu.city.shapes import lines_on, metres
from bongsu.core.asset import Ground, Place
from bongsu.core.geo import Plane, Point

ROAD_WITHIN_M = 100.0
AREA_WITHIN_M = 1_500.0
LANDMARK_WITHIN_M = 150.0

AREA_KINDS = frozenset({"neighbourhood", "quarter", "suburb", "village", "hamlet", "town", "borough"})
"""OSM place values that name where somebody lives; every other place is a landmark."""


class Names:
    """The named roads and places of a city."""

    def __init__(self, ground: Ground, plane: Plane) -> None:
        named = [road for road in ground.roads if road.name and len(road.line) > 1]
        self._plane = plane
        self._road_names = [road.name for road in named]
        self._roads = shapely.STRtree(lines_on(plane, [road.line for road in named]))
        placed = sorted((place for place in ground.places if place.name), key=lambda place: place.id)
        self._areas = _Labels([place for place in placed if place.kind in AREA_KINDS], plane)
        self._landmarks = _Labels([place for place in placed if place.kind not in AREA_KINDS], plane)

    def near(self, where: Point) -> str:
        """The place in words, e.g. "잠실동 올림픽로 부근"; "" where nothing near has a name."""
        spot = self._plane.to_xy(where)
        area = self._areas.nearest(spot, AREA_WITHIN_M) or self._landmarks.nearest(spot, LANDMARK_WITHIN_M)
        parts = [name for name in (area, self._road(spot)) if name]
        return " ".join([*parts, "부근"]) if parts else ""

    def _road(self, spot: tuple[float, float]) -> str:
        found = self._roads.query_nearest(shapely.points(spot), max_distance=ROAD_WITHIN_M)
        return min((self._road_names[row] for row in found), default="")


class _Labels:
    """Named points of one sort."""

    def __init__(self, places: list[Place], plane: Plane) -> None:
        self._names = [place.name for place in places]
        where = np.array([(place.where.lon, place.where.lat) for place in places]).reshape(-1, 2)
        self._tree = cKDTree(metres(where, plane))

    def nearest(self, spot: tuple[float, float], within_m: float) -> str:
        distance, row = self._tree.query(spot, distance_upper_bound=within_m)
        return self._names[row] if np.isfinite(distance) else ""
