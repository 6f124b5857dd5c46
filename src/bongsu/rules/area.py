"""Is a place inside? Thousands of rings on a raster: most places are answered by one look-up, the rest exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from bongsu.core.asset import Line
from bongsu.core.geo import Plane, Point

Floats = NDArray[np.float64]
OUT, MARGIN, IN = 0, 1, 2
CELLS_PER_RING = 160
CELLS_AT_LEAST, CELLS_AT_MOST = 1 << 12, 1 << 22
NOBODY, UNSURE = -1, -2


@dataclass(frozen=True, slots=True)
class Raster:
    """Rings on square cells of `size_m`. `cell` says of each cell: NOBODY's, the ring's that fills it, or else the
    rings `first`..`first + count` of `candidates` have to be asked.
    """

    rings: NDArray[Any]
    x0: float
    y0: float
    size_m: float
    nx: int
    ny: int
    cell: NDArray[np.int32]
    first: NDArray[np.int32]
    candidates: NDArray[np.int32]

    def find(self, x: Floats, y: Floats) -> NDArray[np.int32]:
        """For each place (metres) a ring it is in, NOBODY for none."""
        column = np.floor((x - self.x0) / self.size_m)
        row = np.floor((y - self.y0) / self.size_m)
        within = (column >= 0) & (column < self.nx) & (row >= 0) & (row < self.ny)
        at = np.where(within, row * self.nx + column, 0).astype(np.int64)
        found = np.where(within, self.cell[at], NOBODY)
        unsure = np.flatnonzero(found == UNSURE)
        if len(unsure):
            found[unsure] = self._ask(x[unsure], y[unsure], at[unsure])
        return found

    def _ask(self, x: Floats, y: Floats, cell: NDArray[np.int64]) -> NDArray[np.int32]:
        """Round by round the next candidate of every place that is still in none."""
        found = np.full(len(x), NOBODY, np.int32)
        asked, last = self.first[cell].copy(), self.first[cell + 1]
        open_ = np.arange(len(x))
        while len(open_):
            ring = self.candidates[asked[open_]]
            inside = shapely.contains_xy(self.rings[ring], x[open_], y[open_])
            found[open_[inside]] = ring[inside]
            asked[open_] += 1
            open_ = open_[~inside & (asked[open_] < last[open_])]
        return found


def raster_of(rings: NDArray[Any]) -> Raster:
    """The raster of these polygons, in metres."""
    x0, y0, x1, y1 = shapely.total_bounds(rings).tolist()
    cells = min(max(CELLS_PER_RING * len(rings), CELLS_AT_LEAST), CELLS_AT_MOST)
    size = max(np.sqrt((x1 - x0) * (y1 - y0) / cells), (x1 - x0) / CELLS_AT_LEAST, (y1 - y0) / CELLS_AT_LEAST, 0.5)
    nx, ny = int((x1 - x0) / size) + 1, int((y1 - y0) / size) + 1
    shapely.prepare(rings)
    edge_cell, edge_ring = _crossed(rings, x0, y0, size, nx)
    cell = np.full(nx * ny, NOBODY, np.int32)
    box_cell, box_ring = _boxes(rings, x0, y0, size, nx)
    middle_x, middle_y = x0 + (box_cell % nx + 0.5) * size, y0 + (box_cell // nx + 0.5) * size
    filled = shapely.contains_xy(rings[box_ring], middle_x, middle_y)
    edges, boxes = _pair(edge_cell, edge_ring, len(rings)), _pair(box_cell, box_ring, len(rings))
    filled &= edges[np.minimum(np.searchsorted(edges, boxes), len(edges) - 1)] != boxes
    first = np.searchsorted(edge_cell, np.arange(nx * ny + 1)).astype(np.int32)
    cell[edge_cell] = UNSURE
    cell[box_cell[filled]] = box_ring[filled]
    return Raster(rings, x0, y0, float(size), nx, ny, cell, first, edge_ring.astype(np.int32))


def _pair(cell: NDArray[np.int64], ring: NDArray[np.int64], rings: int) -> NDArray[np.int64]:
    return cell * rings + ring


def _crossed(rings: NDArray[Any], x0: float, y0: float, size: float, nx: int) -> tuple[NDArray[np.int64], ...]:
    """Every cell near a ring's edge with that ring, by cell: edges in pieces no longer than a cell, and the boxes
    of the pieces (a box touches four cells at most, so none that the edge crosses is missing).
    """
    lines = shapely.segmentize(shapely.get_exterior_ring(rings), size)
    places, ring = shapely.get_coordinates(lines, return_index=True)
    column = np.floor((places[:, 0] - x0) / size).astype(np.int64)
    row = np.floor((places[:, 1] - y0) / size).astype(np.int64)
    a, b = np.flatnonzero(ring[1:] == ring[:-1]), np.flatnonzero(ring[1:] == ring[:-1]) + 1
    corners = [(column[c], row[r]) for c in (a, b) for r in (a, b)]
    cells = np.concatenate([row * nx + column for column, row in corners])
    pairs = np.sort(_pair(cells, np.tile(ring[a], 4), len(rings)))
    pairs = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])]  # np.unique hashes: 20 times slower here
    return pairs // len(rings), pairs % len(rings)


def _boxes(rings: NDArray[Any], x0: float, y0: float, size: float, nx: int) -> tuple[NDArray[np.int64], ...]:
    """Every cell of every ring's bounding box, with the ring."""
    bounds = (shapely.bounds(rings) - [x0, y0, x0, y0]) // size
    left, low, right, high = bounds.astype(np.int64).T
    width = right - left + 1
    count = width * (high - low + 1)
    ring = np.repeat(np.arange(len(rings)), count)
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return (low[ring] + number // width[ring]) * nx + left[ring] + number % width[ring], ring


@dataclass(frozen=True, slots=True)
class Area:
    """Rings with their `names`; `wide` are the same with the margin around them. `own` gives a site's ring, if each
    site has one of its own: then only that counts.
    """

    plane: Plane
    names: Sequence[str]
    rings: Raster
    wide: Raster
    own: Mapping[str, int] | None = None

    def side(self, lon: Floats, lat: Floats, ring: NDArray[np.int32] | None) -> tuple[NDArray[np.int8], Any]:
        """OUT, in the MARGIN or IN for each place, and the ring it is in (NOBODY); `ring` is each place's own."""
        east, north = self.plane.metres_per_degree()
        x, y = (lon - self.plane.origin.lon) * east, (lat - self.plane.origin.lat) * north
        inside = _find(self.rings, x, y, ring)
        side = np.where(inside >= 0, IN, OUT).astype(np.int8)
        if self.wide is not self.rings:
            out = np.flatnonzero(side == OUT)
            near = _find(self.wide, x[out], y[out], None if ring is None else ring[out])
            side[out[near >= 0]] = MARGIN
        return side, inside


def _find(raster: Raster, x: Floats, y: Floats, ring: NDArray[np.int32] | None) -> NDArray[np.int32]:
    if ring is None:
        return raster.find(x, y)
    inside = (ring >= 0) & shapely.contains_xy(raster.rings[np.maximum(ring, 0)], x, y)
    return np.where(inside, ring, NOBODY).astype(np.int32)


def area_of(rings: Mapping[str, Line], margin_m: float, *, by_site: bool = False) -> Area:
    """The area of these rings (degrees, by name), with `margin_m` around it. Raises ValueError where there is none."""
    if not rings:
        raise ValueError("an area needs a ring")
    corners = np.concatenate([np.array(ring, np.float64) for ring in rings.values()])
    middle = (corners.min(axis=0) + corners.max(axis=0)) / 2
    plane = Plane(origin=Point(float(middle[0]), float(middle[1])))
    scale = np.array(plane.metres_per_degree())
    shapes = np.array([Polygon((np.array(ring) - middle) * scale) for ring in rings.values()], object)
    wide = shapely.buffer(shapes, margin_m, quad_segs=4) if margin_m else shapes
    inner = raster_of(shapes)
    own = {name: number for number, name in enumerate(rings)} if by_site else None
    return Area(plane, tuple(rings), inner, raster_of(wide) if margin_m else inner, own)
