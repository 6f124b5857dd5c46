"""Where one can be within some minutes, as surfaces on the map."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from bongsu.city.roads.frontier import Frontier
from bongsu.city.roads.streets import Floats, Streets
from bongsu.city.roads.telling import arc_shape, between
from bongsu.core.asset import Line

BESIDE_M = 60.0
"""How far from a reached road a place still counts as reached: half a city block."""
SMOOTH_M = 10.0
SMALLEST_M2 = 20_000.0
"""Holes smaller than this are courtyards, not places out of reach."""


def isochrone(streets: Streets, frontier: Frontier, beside_m: float = BESIDE_M) -> list[tuple[Line, ...]]:
    """Polygons of rings (the first the outer one, the others holes), lon and lat, around every stretch of road reached.

    An arc on which the time runs out counts up to where it does. Takes tens to hundreds of milliseconds: a job.
    """
    points, owners = _stretches(streets, frontier)
    lines = shapely.linestrings(points, indices=owners)
    if len(lines) == 0:
        return []
    surface = shapely.union_all(shapely.buffer(lines, beside_m, quad_segs=2)).simplify(SMOOTH_M)
    return [_rings(streets, polygon) for polygon in shapely.get_parts(surface) if not polygon.is_empty]


def _stretches(streets: Streets, frontier: Frontier) -> tuple[Floats, Any]:
    """The points of every reached stretch and which stretch each belongs to; of two that cover a link whole, one."""
    whole = (frontier.part == 0) & (frontier.until >= 1)
    _, first = np.unique(frontier.arc[whole] >> 1, return_index=True)
    rows = np.concatenate((np.flatnonzero(whole)[first], np.flatnonzero(~whole & (frontier.until > frontier.part))))
    shapes = [_cut(streets, frontier, int(row)) for row in rows]
    points = np.concatenate(shapes) if shapes else np.empty((0, 2))
    return points, np.repeat(np.arange(len(shapes)), [len(shape) for shape in shapes])


def _cut(streets: Streets, frontier: Frontier, row: int) -> Floats:
    shape = arc_shape(streets, int(frontier.arc[row]))
    if frontier.part[row] == 0 and frontier.until[row] >= 1:
        return shape
    return between(shape, float(frontier.part[row]), float(frontier.until[row]))


def _rings(streets: Streets, polygon: shapely.Polygon) -> tuple[Line, ...]:
    holes = [hole for hole in polygon.interiors if shapely.Polygon(hole).area >= SMALLEST_M2]
    return tuple(
        tuple((where.lon, where.lat) for where in (streets.plane.to_point(x, y) for x, y in ring.coords))
        for ring in (polygon.exterior, *holes)
    )
