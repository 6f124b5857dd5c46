"""GeoJSON (RFC 7946): features with polygons, longitude before latitude; a `crs` of the older form is heeded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bongsu.core.errors import Invalid
from bongsu.imports.boundaries.feature import Feature, Ring, Source, ring_of, texts


def parse(data: bytes) -> dict[str, Any]:
    """The tree of a JSON file. Raises Invalid("boundary.unreadable") with the byte."""
    try:
        tree = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as problem:
        raise Invalid("boundary.unreadable", byte=problem.pos, detail=problem.msg) from problem
    except UnicodeDecodeError as problem:
        raise Invalid("boundary.unreadable", byte=problem.start, detail=problem.reason) from problem
    except RecursionError as problem:
        raise Invalid("boundary.unreadable", byte=0, detail="nested too deep") from problem
    if not isinstance(tree, dict):
        raise Invalid("boundary.unreadable", byte=0, detail="not a GeoJSON object")
    return tree


def take_apart(tree: dict[str, Any]) -> Source:
    """The features of a GeoJSON object, whichever kind of object it is."""
    features = tree.get("features") if tree.get("type") == "FeatureCollection" else [tree]
    taken = [_feature(feature) for feature in (features if isinstance(features, list) else [])]
    return Source("GeoJSON", [feature for feature in taken if feature is not None], crs_of(tree))


def crs_of(tree: dict[str, Any]) -> str:
    """The name of the `crs` member, "" without one."""
    crs = tree.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return str(properties.get("name", "")) if isinstance(properties, dict) else ""


def _feature(feature: Any) -> Feature | None:
    if not isinstance(feature, dict):
        return None
    is_feature = feature.get("type") == "Feature"
    geometry = feature.get("geometry") if is_feature else feature
    properties = feature.get("properties") if is_feature else None
    return Feature(texts(properties), list(_polygons(geometry)))


def _polygons(geometry: Any) -> Iterator[list[Ring]]:
    if not isinstance(geometry, dict):
        return
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection" and isinstance(geometry.get("geometries"), list):
        for part in geometry["geometries"]:
            yield from _polygons(part)
    if kind == "Polygon":
        yield _rings(coordinates)
    if kind == "MultiPolygon" and isinstance(coordinates, list):
        yield from (_rings(rings) for rings in coordinates)


def _rings(rings: Any) -> list[Ring]:
    if not isinstance(rings, list):
        raise Invalid("boundary.unreadable", byte=0, detail="a polygon without rings")
    return [ring_of(ring) for ring in rings]
