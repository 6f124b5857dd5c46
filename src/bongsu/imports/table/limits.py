"""What a register can be held against: the outline of its city, and the districts its addresses name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from bongsu.core.asset import Boundary
from bongsu.imports.table.extent import Columns64

MARGIN_M = 1000.0
"""Simplified boundaries cut corners by some hundred metres, and cameras stand on the border road."""
METRES_PER_DEGREE = 111_195.0

Flags = NDArray[np.bool_]


class Limits(msgspec.Struct, frozen=True):
    """`area` holds every row; `named` holds the rows whose address names it. Degrees."""

    area: BaseGeometry
    named: Mapping[str, BaseGeometry] = {}


def limits_of(boundaries: Iterable[Boundary]) -> Limits:
    """The limits that some districts set: their union, and each by its name."""
    shapes: dict[str, list[BaseGeometry]] = defaultdict(list)
    for boundary in boundaries:
        rings = [shapely.Polygon(outer, inner) for outer, *inner in boundary.polygons]
        shapes[boundary.name].append(shapely.make_valid(shapely.MultiPolygon(rings)))
    named = {name: shapely.union_all(parts) for name, parts in shapes.items()}
    return Limits(shapely.union_all(list(named.values())), {name: shape for name, shape in named.items() if name})


def outside(area: BaseGeometry, lon: Columns64, lat: Columns64) -> Flags:
    """Which places lie more than the margin outside an area."""
    shrink = np.cos(np.radians(shapely.get_y(shapely.centroid(area))))

    def flat(xy: Columns64) -> Columns64:
        scaled: Columns64 = xy * np.array([METRES_PER_DEGREE * shrink, METRES_PER_DEGREE])
        return scaled

    metric = shapely.transform(area, flat)
    shapely.prepare(metric)
    far: Flags = ~shapely.dwithin(metric, shapely.points(flat(np.column_stack([lon, lat]))), MARGIN_M)
    return far


def outside_named(named: Mapping[str, BaseGeometry], names: Sequence[str], lon: Columns64, lat: Columns64) -> Flags:
    """Which places lie more than the margin outside the district their own row names; unknown names say nothing."""
    far = np.zeros(len(lon), dtype=np.bool_)
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(names):
        if name in named:
            rows_of[name].append(row)
    for name, rows in rows_of.items():
        far[rows] = outside(named[name], lon[rows], lat[rows])
    return far
