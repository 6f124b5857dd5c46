"""Vector tiles out of layers: which tile holds what, clipped, simplified and encoded."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterator, Sequence

import mapbox_vector_tile
import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from bongsu.imports.basemap.layers import MAX_ZOOM, Layer, Properties, Shapes

EXTENT = 4096
BUFFER = 64
"""Tile units beyond the edge, so that outlines and thick lines are not cut where tiles meet."""
TOLERANCE = 4
"""Half a screen pixel: what lies closer to a line than this may go, except at the last zoom."""
SMALLEST = 6 * 64
"""Six square screen pixels in tile units: smaller polygons wait for a closer zoom."""
OPTIONS = {"y_coord_down": True, "extents": EXTENT, "check_winding_order": False}

Place = tuple[int, int]
"""A tile's x and y at its zoom."""


class Zoomed(msgspec.Struct, frozen=True):
    """The part of a layer that shows at one zoom, in tile units from the world's corner."""

    name: str
    shapes: Shapes
    properties: list[Properties]
    rows_at: dict[Place, list[int]]


def zoomed(layer: Layer, zoom: int) -> Zoomed:
    """A layer as it shows at a zoom: what counts there, simplified, and which tiles it touches."""
    scale = float(EXTENT << zoom)
    shown = np.flatnonzero((layer.from_zoom <= zoom) & ~shapely.is_missing(layer.shapes))
    shapes = shapely.transform(layer.shapes[shown], lambda xy: xy * scale)
    if zoom < MAX_ZOOM and len(shapes):
        large = (shapely.get_dimensions(shapes) < 2) | (shapely.area(shapes) >= SMALLEST)
        shown, shapes = shown[large], shapely.simplify(shapes[large], TOLERANCE)
    properties = [layer.properties[row] for row in shown.tolist()]
    return Zoomed(layer.name, shapes, properties, _touched(shapes))


def tiles_at(zoom: int, layers: Sequence[Zoomed]) -> Iterator[tuple[Place, bytes]]:
    """Every tile of a zoom that holds something, gzipped."""
    for place in sorted({place for layer in layers for place in layer.rows_at}):
        encoded = [
            {"name": layer.name, "features": features} for layer in layers if (features := _features(layer, place))
        ]
        if encoded:
            raw: bytes = mapbox_vector_tile.encode(encoded, default_options=OPTIONS)
            yield place, gzip.compress(raw, compresslevel=6, mtime=0)


def _touched(shapes: Shapes) -> dict[Place, list[int]]:
    rows_at: dict[Place, list[int]] = defaultdict(list)
    bounds = shapely.bounds(shapes) if len(shapes) else np.empty((0, 4))
    for row, box in enumerate(bounds):
        if np.isnan(box).any():
            continue
        west, north, east, south = _tile_range(box)
        for x in range(west, east + 1):
            for y in range(north, south + 1):
                rows_at[x, y].append(row)
    return dict(rows_at)


def _tile_range(box: NDArray[np.float64]) -> tuple[int, int, int, int]:
    west, north = ((box[:2] - BUFFER) // EXTENT).astype(int).tolist()
    east, south = ((box[2:] + BUFFER) // EXTENT).astype(int).tolist()
    return west, north, east, south


def _features(layer: Zoomed, place: Place) -> list[dict[str, object]]:
    rows = layer.rows_at.get(place, [])
    if not rows:
        return []
    left, top = place[0] * EXTENT, place[1] * EXTENT
    low, high = -BUFFER, EXTENT + BUFFER
    clipped = shapely.clip_by_rect(layer.shapes[rows], left + low, top + low, left + high, top + high)
    corner = np.array([left, top], dtype=float)
    parts, origin = shapely.get_parts(clipped, return_index=True)
    parts = shapely.transform(parts, lambda xy: np.rint(xy - corner))
    drawable = _drawable(parts)
    oriented = shapely.orient_polygons(parts[drawable])
    return [
        {"geometry": part, "properties": layer.properties[rows[at]]}
        for part, at in zip(oriented.tolist(), origin[drawable].tolist(), strict=True)
    ]


def _drawable(parts: Shapes) -> NDArray[np.bool_]:
    """Which parts a tile can hold: points, lines with a length, polygons with an area after rounding.

    `orient_polygons` then winds outer rings so that their area is positive with y down (MVT 2.1, 4.3.4.4).
    """
    kind = shapely.get_dimensions(parts)
    filled = (kind == 0) | ((kind == 1) & (shapely.length(parts) > 0)) | ((kind == 2) & (shapely.area(parts) > 0))
    drawable: NDArray[np.bool_] = filled & ~shapely.is_empty(parts)
    return drawable
