"""What stands between a camera and a place: the city's buildings, and the wall a camera hangs on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from bongsu.city.breath import AT_ONCE, Breathe
from bongsu.city.shapes import Floats, Shapes, polygons_on
from bongsu.core.asset import Building
from bongsu.core.geo import Plane

FREE_M = 0.5
"""The first half metre of a sight line is free: no camera is blinded by the wall it hangs on."""

MERGES = 3
"""Row houses share walls: so many neighbours are joined on in search of a wall with air before it."""


class Walls:
    """The buildings of a city, ready to be asked what they hide."""

    def __init__(self, buildings: Sequence[Building], plane: Plane, breathe: Breathe = lambda: None) -> None:
        made = []
        for start in range(0, len(buildings), AT_ONCE):
            made.append(polygons_on(plane, [building.ring for building in buildings[start : start + AT_ONCE]]))
            breathe()
        self._shapes = np.concatenate(made) if made else np.empty(0, dtype=object)
        self._tree = shapely.STRtree(self._shapes)
        # GEOS sorts the tree at the first question: that one is asked here, where nobody waits.
        self._tree.query(shapely.points(0.0, 0.0))

    def __len__(self) -> int:
        return len(self._shapes)

    def hides(self, eyes: Floats, place: tuple[float, float]) -> NDArray[np.bool_]:
        """Tell of each eye, (n, 2) metres, whether a building stands between it and the place.

        The building the place itself lies in does not count: a call from indoors is answered with the
        cameras that see that building from outside.
        """
        hidden = np.zeros(len(eyes), dtype=bool)
        if len(eyes) == 0 or len(self) == 0:
            return hidden
        ray = np.array(place) - eyes
        length = np.hypot(ray[:, 0], ray[:, 1])
        long_enough = np.flatnonzero(length > FREE_M)
        ray, length = ray[long_enough], length[long_enough]
        start = eyes[long_enough] + ray * (FREE_M / length)[:, None]
        ends = np.broadcast_to(np.array(place), start.shape)
        lines = shapely.linestrings(np.stack([start, ends], axis=1))
        line, building = self._tree.query(lines, predicate="intersects")
        around_place = self._tree.query(shapely.points(place), predicate="intersects")
        between = ~np.isin(building, around_place)
        hidden[long_enough[line[between]]] = True
        return hidden

    def mount(self, xy: Floats, breathe: Breathe = lambda: None) -> Floats:
        """Where cameras really hang: one whose coordinate lies in a building is put on its nearest outer wall.

        Registers are geocoded from addresses, so many cameras stand "inside" the building they hang on.
        """
        parts = []
        for start in range(0, len(xy), AT_ONCE):
            parts.append(self._mount(xy[start : start + AT_ONCE]))
            breathe()
        return np.concatenate(parts) if parts else xy.copy()

    def _mount(self, xy: Floats) -> Floats:
        mounted = xy.copy()
        if len(self) == 0:
            return mounted
        inside, owner = self._tree.query(shapely.points(xy), predicate="within")
        rows, first = np.unique(inside, return_index=True)
        shapes = self._shapes[owner[first]]
        for _ in range(MERGES):
            wall, probe = _nearest_wall(xy[rows], shapes)
            mounted[rows] = wall
            blocked, neighbour = self._tree.query(shapely.points(probe), predicate="within")
            if len(blocked) == 0:
                break
            again, which = np.unique(blocked, return_index=True)
            shapes = shapely.union(shapes[again], self._shapes[neighbour[which]])
            rows = rows[again]
        return mounted


def _nearest_wall(xy: Floats, shapes: Shapes) -> tuple[Floats, Floats]:
    """The nearest point of each shape's outline, and a point half a metre beyond it."""
    if len(xy) == 0:
        return xy, xy
    reach = shapely.shortest_line(shapely.points(xy), shapely.boundary(shapes))
    wall: Floats = shapely.get_coordinates(reach)[1::2]
    out = wall - xy
    length = np.maximum(np.hypot(out[:, 0], out[:, 1]), 1e-9)
    return wall, wall + out * (FREE_M / length)[:, None]
