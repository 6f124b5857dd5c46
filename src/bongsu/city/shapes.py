"""Map lines brought onto the city's plane as columns: metres instead of degrees, arrays instead of tuples."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from bongsu.core.asset import Bell, Camera, Facility, Ground, Line
from bongsu.core.geo import Plane, Point

Floats = NDArray[np.float64]
Shapes = NDArray[Any]
"""An object array of shapely geometries."""

RING_POINTS = 4
"""A triangle with its first point repeated."""


def degrees(lines: Sequence[Line]) -> Floats:
    """All points of all lines, (n, 2), lon and lat."""
    count = sum(len(line) for line in lines)
    flat = chain.from_iterable(chain.from_iterable(lines))
    return np.fromiter(flat, dtype=np.float64, count=2 * count).reshape(count, 2)


def metres(lonlat: Floats, plane: Plane) -> Floats:
    """Points in degrees as metres east and north of the plane's origin, (n, 2)."""
    scale = np.array(plane.metres_per_degree())
    moved: Floats = (lonlat - np.array([plane.origin.lon, plane.origin.lat])) * scale
    return moved


def lines_on(plane: Plane, lines: Sequence[Line]) -> Shapes:
    """Each line of two or more points as a LineString in metres."""
    if not lines:
        return np.empty(0, dtype=object)
    made: Shapes = shapely.linestrings(metres(degrees(lines), plane), indices=_owners(lines))
    return made


def polygons_on(plane: Plane, rings: Sequence[Line]) -> Shapes:
    """Each ring as a valid polygon in metres; a ring too short to hold a surface is left out."""
    whole = [ring if ring[0] == ring[-1] else (*ring, ring[0]) for ring in rings if ring]
    whole = [ring for ring in whole if len(ring) >= RING_POINTS]
    if not whole:
        return np.empty(0, dtype=object)
    made: Shapes = shapely.polygons(shapely.linearrings(metres(degrees(whole), plane), indices=_owners(whole)))
    broken = ~shapely.is_valid(made)
    made[broken] = shapely.make_valid(made[broken])
    solid: Shapes = made[shapely.area(made) > 0]
    return solid


def tree_of(xy: Floats) -> cKDTree:
    """The nearest-neighbour tree of points in metres; unbalanced, because it is built five times as fast."""
    return cKDTree(xy, balanced_tree=False, compact_nodes=False)


def points_of(ground: Ground) -> Floats:
    """Every point the ground is drawn with, (n, 2), lon and lat."""
    lines = [road.line for road in ground.roads]
    lines += [building.ring for building in ground.buildings]
    lines += [area.ring for area in ground.areas]
    lines += [((place.where.lon, place.where.lat),) for place in ground.places]
    return degrees(lines)


def lonlat_of(record: Camera | Bell | Facility) -> tuple[float, float]:
    """Where a record stands, degrees."""
    return record.where.lon, record.where.lat


def middle(lonlat: Floats) -> Point | None:
    """The median place, which a few strays cannot drag away; None of nothing."""
    if len(lonlat) == 0:
        return None
    lon, lat = np.median(lonlat, axis=0)
    return Point(float(lon), float(lat))


def _owners(lines: Sequence[Line]) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(lines)), [len(line) for line in lines])
