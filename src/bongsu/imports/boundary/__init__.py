"""The city's boundary from a GeoJSON file (RFC 7946): what the register's places are held against."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from bongsu.core.errors import Invalid


def read(path: Path, *, name: str = "") -> BaseGeometry:
    """The union of all polygons of a GeoJSON file, in degrees of longitude and latitude.

    With `name` only the features one of whose properties has that value ("진주시"). Raises
    Invalid("import.missing"), ("boundary.unreadable" with the byte), ("boundary.topojson"), ("boundary.no_polygon"),
    ("boundary.not_degrees").
    """
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise Invalid("import.missing", path=str(path), detail=problem.strerror or "") from problem
    tree = _parse(data)
    if tree.get("type") == "Topology":
        raise Invalid("boundary.topojson")
    shapes = [shape for geometry in _geometries(tree, name) for shape in _polygons(geometry)]
    if not shapes:
        raise Invalid("boundary.no_polygon")
    whole = shapely.union_all(shapely.make_valid(shapes))
    west, south, east, north = whole.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise Invalid("boundary.not_degrees", value=f"{west}, {south}")
    return whole


def _parse(data: bytes) -> dict[str, Any]:
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


def _geometries(tree: dict[str, Any], name: str) -> Iterator[Any]:
    features = tree.get("features") if tree.get("type") == "FeatureCollection" else [tree]
    for feature in features if isinstance(features, list) else []:
        if not isinstance(feature, dict):
            continue
        properties = feature.get("properties")
        if name and (not isinstance(properties, dict) or name not in properties.values()):
            continue
        yield feature.get("geometry") if feature.get("type") == "Feature" else feature


def _polygons(geometry: Any) -> Iterator[BaseGeometry]:
    if not isinstance(geometry, dict):
        return
    if geometry.get("type") == "GeometryCollection" and isinstance(geometry.get("geometries"), list):
        for part in geometry["geometries"]:
            yield from _polygons(part)
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return
    try:
        shape = shapely.geometry.shape(geometry)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError) as problem:
        raise Invalid("boundary.unreadable", byte=0, detail=str(problem)) from problem
    if not shape.is_empty:
        yield shape
