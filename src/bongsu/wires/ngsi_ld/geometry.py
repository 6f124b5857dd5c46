"""GeoJSON geometries (RFC 7946) checked, and the geo-queries of clause 4.10 answered in metres."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from bongsu.core.errors import Invalid, TooMuch
from bongsu.core.geo import Plane, Point

DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
RELATIONS = frozenset({"within", "contains", "overlaps", "intersects", "equals", "disjoint"})
POINTS_AT_MOST = 10_000
LOCATION = "https://uri.etsi.org/ngsi-ld/location"


class GeoQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which places are meant: `relation` is "near" with one of the distances (metres), or one of RELATIONS."""

    relation: str
    geometry: dict[str, Any]
    max_m: float | None = None
    min_m: float | None = None
    of: str = LOCATION


def check_geometry(told: Any) -> dict[str, Any]:
    """A geometry as it was told, found sound: WGS84, longitude first. Raises Invalid("ngsi_ld.geometry")."""
    kind = told.get("type") if isinstance(told, dict) else None
    if kind not in DEPTH or "coordinates" not in told:
        raise Invalid("ngsi_ld.geometry", detail=str(kind))
    points = list(_points(told["coordinates"], DEPTH[kind]))
    if len(points) > POINTS_AT_MOST:
        raise TooMuch("ngsi_ld.geometry_large", most=POINTS_AT_MOST)
    if not points or not all(_is_place(point) for point in points):
        raise Invalid("ngsi_ld.geometry", detail=kind)
    for ring in _rings(kind, told["coordinates"]):
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise Invalid("ngsi_ld.geometry", detail="ring")
    if kind.endswith("LineString") and any(len(line) < 2 for line in _lines(kind, told["coordinates"])):
        raise Invalid("ngsi_ld.geometry", detail="line")
    return {"type": kind, "coordinates": told["coordinates"]}


def _points(told: Any, depth: int) -> Iterator[Any]:
    if not isinstance(told, list):
        raise Invalid("ngsi_ld.geometry", detail="coordinates")
    if depth == 0:
        yield told
        return
    for one in told:
        yield from _points(one, depth - 1)


def _is_place(point: Any) -> bool:
    """A position: two or three finite numbers, on the Earth."""
    if len(point) not in (2, 3) or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in point):
        return False
    return all(math.isfinite(n) for n in point) and abs(point[0]) <= 180 and abs(point[1]) <= 90


def _rings(kind: str, coordinates: Any) -> list[Any]:
    if kind == "Polygon":
        return list(coordinates)
    return [ring for polygon in coordinates for ring in polygon] if kind == "MultiPolygon" else []


def _lines(kind: str, coordinates: Any) -> list[Any]:
    return [coordinates] if kind == "LineString" else list(coordinates)


def read_geo_query(georel: str, geometry: str, coordinates: Any, of: str) -> GeoQuery:
    """A geo-query from its four parameters. Raises Invalid("ngsi_ld.geo_query")."""
    relation, _, distance = georel.partition(";")
    found = check_geometry({"type": geometry, "coordinates": coordinates})
    if relation != "near":
        if relation not in RELATIONS or distance:
            raise Invalid("ngsi_ld.geo_query", detail=georel[:100])
        return GeoQuery(relation=relation, geometry=found, of=of)
    name, _, metres = distance.partition("==")
    try:
        far = float(metres)
    except ValueError:
        raise Invalid("ngsi_ld.geo_query", detail=georel[:100]) from None
    if name not in ("maxDistance", "minDistance") or not 0 <= far < math.inf:
        raise Invalid("ngsi_ld.geo_query", detail=georel[:100])
    is_max = name == "maxDistance"
    return GeoQuery(
        relation=relation, geometry=found, max_m=far if is_max else None, min_m=None if is_max else far, of=of
    )


class Where:
    """A geo-query made ready to be asked of many geometries."""

    def __init__(self, query: GeoQuery) -> None:
        self._query = query
        self._plane: Plane = _plane_of(query.geometry)
        self._at = _on(self._plane, query.geometry)
        shapely.prepare(self._at)

    def holds(self, geometry: dict[str, Any]) -> bool:
        """Whether a geometry meets the query."""
        query = self._query
        there = _on(self._plane, geometry)
        if query.max_m is not None:
            return bool(self._at.dwithin(there, query.max_m))
        if query.min_m is not None:
            return bool(self._at.distance(there) >= query.min_m)
        if query.relation == "equals":
            return bool(self._at.equals(there))
        return bool(getattr(there, query.relation)(self._at))


def box_of(geometry: dict[str, Any], margin_m: float = 0.0) -> tuple[float, float, float, float]:
    """West, south, east and north of a geometry with a margin, degrees."""
    points = np.array([point[:2] for point in _points(geometry["coordinates"], DEPTH[geometry["type"]])], np.float64)
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    if not margin_m:
        return float(west), float(south), float(east), float(north)
    widest = min(89.0, max(abs(float(south)), abs(float(north))))
    per_east, per_north = Plane(Point(float(west), widest)).metres_per_degree()
    x, y = 1.02 * margin_m / per_east, 1.02 * margin_m / per_north
    return float(west) - x, float(south) - y, float(east) + x, float(north) + y


def _plane_of(geometry: dict[str, Any]) -> Plane:
    west, south, east, north = box_of(geometry)
    return Plane(Point((west + east) / 2, (south + north) / 2))


def _on(plane: Plane, geometry: dict[str, Any]) -> BaseGeometry:
    """The geometry in metres around the query's own middle, heights left out."""
    scale = np.array(plane.metres_per_degree())
    return shapely.transform(shapely.force_2d(shape(geometry)), lambda lonlat: lonlat * scale)
