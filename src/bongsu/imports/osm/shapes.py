"""Rings and lines out of OSM's nodes; an area with islands becomes several rings without holes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
import shapely
from osmium.osm import NodeRef

from bongsu.core.asset import Line

MAX_CUTS = 400
"""An area with more islands than this keeps its outline only."""


class Traced(msgspec.Struct, frozen=True):
    """A line through the nodes whose place is known, their ids, and how many have none."""

    line: Line
    ids: tuple[int, ...]
    missing: int


def line_of(nodes: Iterable[NodeRef]) -> Line:
    """The (lon, lat) pairs of the nodes whose place is known."""
    return trace(nodes).line


def trace(nodes: Iterable[NodeRef]) -> Traced:
    """A line through nodes; where several stand on one spot only the first is taken."""
    points: list[tuple[float, float]] = []
    ids: list[int] = []
    missing = 0
    for node in nodes:
        if not node.location.valid():
            missing += 1
            continue
        point = (node.location.lon, node.location.lat)
        if not points or points[-1] != point:
            points.append(point)
            ids.append(node.ref)
    return Traced(tuple(points), tuple(ids), missing)


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
