"""TopoJSON: shared border lines ("arcs") put together into rings; source: TopoJSON format specification 1.0, 2.1.4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bongsu.core.errors import Invalid
from bongsu.imports.boundaries.feature import Feature, Ring, Source, ring_of, texts
from bongsu.imports.boundaries.geojson import crs_of


def take_apart(tree: dict[str, Any]) -> Source:
    """The polygons of every object of a topology.

    Raises Invalid("boundary.missing_arc") naming the arc a feature asks for and how many there are,
    ("boundary.unreadable").
    """
    arcs = _arcs(tree)
    objects = tree.get("objects")
    named = objects.values() if isinstance(objects, dict) else ()
    features = [feature for item in named for feature in _features(item, arcs)]
    return Source("TopoJSON", features, crs_of(tree))


def _arcs(tree: dict[str, Any]) -> list[Ring]:
    arcs, transform = tree.get("arcs"), tree.get("transform")
    if not isinstance(arcs, list):
        raise Invalid("boundary.unreadable", byte=0, detail="a topology without arcs")
    lines = [ring_of(arc) for arc in arcs]
    if not isinstance(transform, dict):
        return lines
    scale, translate = (ring_of([transform.get(name)])[0] for name in ("scale", "translate"))
    return [np.cumsum(line, axis=0) * scale + translate for line in lines]


def _features(item: Any, arcs: Sequence[Ring]) -> Iterator[Feature]:
    if not isinstance(item, dict):
        return
    if item.get("type") == "GeometryCollection":
        for inner in item.get("geometries") or ():
            yield from _features(inner, arcs)
        return
    yield Feature(texts(item.get("properties")), list(_polygons(item, arcs)))


def _polygons(item: dict[str, Any], arcs: Sequence[Ring]) -> Iterator[list[Ring]]:
    kind, indices = item.get("type"), item.get("arcs")
    try:
        if kind == "Polygon":
            yield [_ring(ring, arcs) for ring in indices or ()]
        if kind == "MultiPolygon":
            for polygon in indices or ():
                yield [_ring(ring, arcs) for ring in polygon]
    except TypeError as problem:
        raise Invalid("boundary.unreadable", byte=0, detail=str(problem)) from problem


def _ring(indices: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    """Arcs end to end, the point where they meet once; ~i is arc i walked backwards."""
    parts: list[Ring] = []
    for index in indices:
        at = ~index if index < 0 else index
        if at >= len(arcs):
            raise Invalid("boundary.missing_arc", arc=at, arcs=len(arcs))
        line = arcs[at][::-1] if index < 0 else arcs[at]
        parts.append(line[1:] if parts else line)
    return np.concatenate(parts) if parts else np.empty((0, 2))
