"""Where people are: places on roads beside buildings, drawn without a look at any camera."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from bongsu.core.asset import Ground, Line
from bongsu.core.geo import Plane, Point

BESIDE_M = 25.0
NOBODY_WALKS = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
TRIES = 200


def places(ground: Ground, count: int, seed: int) -> tuple[Point, ...]:
    """`count` places on roads within 25 m of a building and inside none, spread evenly over road length.

    Fewer, down to none, where the map has no such roads.
    """
    walked = [road.line for road in ground.roads if road.road_class not in NOBODY_WALKS and len(road.line) > 1]
    if not walked or not ground.buildings:
        return ()
    plane = Plane(Point(*walked[0][0]))
    spots = _along([_laid(plane, line) for line in walked], count * TRIES, seed)
    houses = [_laid(plane, building.ring) for building in ground.buildings if len(building.ring) > 3]
    tree = shapely.STRtree([shapely.Polygon(ring) for ring in houses])
    dots = shapely.points(spots)
    beside = np.unique(tree.query(dots, predicate="dwithin", distance=BESIDE_M)[0])
    inside = np.unique(tree.query(dots, predicate="intersects")[0])
    kept = np.setdiff1d(beside, inside)[:count]
    return tuple(plane.to_point(float(x), float(y)) for x, y in spots[kept])


def _along(lines: list[list[tuple[float, float]]], most: int, seed: int) -> NDArray[np.float64]:
    """Random places along lines, in random order."""
    chance = np.random.default_rng(seed)
    starts = np.array([a for line in lines for a in line[:-1]])
    ends = np.array([b for line in lines for b in line[1:]])
    long = np.hypot(*(ends - starts).T)
    drawn = chance.choice(len(long), size=min(most, 20_000), p=long / long.sum())
    spots: NDArray[np.float64] = starts[drawn] + (ends - starts)[drawn] * chance.random((len(drawn), 1))
    return spots


def _laid(plane: Plane, line: Line) -> list[tuple[float, float]]:
    return [plane.to_xy(Point(lon, lat)) for lon, lat in line]
