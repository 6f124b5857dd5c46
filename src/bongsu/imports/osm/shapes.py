"""Rings and lines out of OSM's nodes; an area with islands becomes several rings without holes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import shapely
from osmium.osm import NodeRef

from bongsu.core.asset import Line

MAX_CUTS = 400
"""An area with more islands than this keeps its outline only."""


def line_of(nodes: Iterable[NodeRef]) -> tuple[Line, int]:
    """The (lon, lat) pairs of the nodes whose place is known, and how many are not."""
    points: list[tuple[float, float]] = []
    missing = 0
    for node in nodes:
        if not node.location.valid():
            missing += 1
            continue
        point = (node.location.lon, node.location.lat)
        if not points or points[-1] != point:
            points.append(point)
    return tuple(points), missing


def without_holes(outer: Line, inner: list[Line]) -> Iterator[Line]:
    """Rings that together cover the outer ring less the inner ones, cut along a line through each hole."""
    if not inner or len(inner) > MAX_CUTS:
        yield outer
        return
    shape = shapely.make_valid(shapely.Polygon(outer, inner))
    left = [piece for piece in shapely.get_parts(shape) if piece.geom_type == "Polygon"]
    while left:
        piece = left.pop()
        if not piece.interiors:
            yield tuple((x, y) for x, y in piece.exterior.coords)
            continue
        left.extend(_halves(piece))


def _halves(piece: shapely.Polygon) -> list[shapely.Polygon]:
    west, south, east, north = piece.bounds
    low, _, high, _ = piece.interiors[0].bounds
    cut = (low + high) / 2
    halves = (
        shapely.intersection(piece, shapely.box(west, south, cut, north)),
        shapely.intersection(piece, shapely.box(cut, south, east, north)),
    )
    return [part for half in halves for part in shapely.get_parts(half) if part.geom_type == "Polygon"]
