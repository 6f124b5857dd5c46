"""What goes on the map, with which attributes and from which zoom."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from bongsu.core.asset import Area, Building, Ground, Line, Place, Road
from bongsu.core.geo import Point

MIN_ZOOM, MAX_ZOOM = 8, 15
LAYERS = ("areas", "buildings", "roads", "places")
"""From the bottom up."""

ROAD_ZOOM = {
    **dict.fromkeys(("motorway", "trunk"), 8),
    **dict.fromkeys(("primary", "motorway_link", "trunk_link"), 9),
    **dict.fromkeys(("secondary", "primary_link"), 11),
    **dict.fromkeys(("tertiary", "secondary_link", "tertiary_link"), 12),
    **dict.fromkeys(("residential", "unclassified", "living_street", "road", "busway"), 13),
    **dict.fromkeys(("service", "pedestrian", "track"), 14),
}
PLACE_ZOOM = {
    "city": 8,
    **dict.fromkeys(("town", "borough", "island"), 10),
    "suburb": 11,
    **dict.fromkeys(("village", "quarter"), 12),
    **dict.fromkeys(("neighbourhood", "hamlet", "station"), 13),
    **dict.fromkeys(("hospital", "university", "townhall", "fire_station", "police"), 14),
}
BUILDING_ZOOM, PARK_ZOOM = 14, 10
ATTRIBUTES = {
    "areas": {"kind": "String", "name": "String", "name_en": "String"},
    "buildings": {"name": "String", "height_m": "Number"},
    "roads": {"class": "String", "name": "String", "name_en": "String", "oneway": "Number"},
    "places": {"kind": "String", "name": "String", "name_en": "String"},
}

Shapes = NDArray[np.object_]
Properties = dict[str, str | float | int]


class Layer(msgspec.Struct, frozen=True):
    """One layer: shapes in world units (0–1, y down), their attributes, and the zoom each shows from."""

    name: str
    shapes: Shapes
    properties: list[Properties]
    from_zoom: NDArray[np.int64]


def layers_of(ground: Ground) -> tuple[Layer, ...]:
    """The ground as layers, from the bottom up."""
    return _areas(ground.areas), _buildings(ground.buildings), _roads(ground.roads), _places(ground.places)


def to_world(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees to Web Mercator world units: x east and y south from the north-west corner, both 0–1."""
    lon, lat = lonlat[:, 0], np.clip(lonlat[:, 1], -85.0511, 85.0511)
    sine = np.sin(np.radians(lat))
    return np.column_stack([lon / 360 + 0.5, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)])


def _areas(areas: Sequence[Area]) -> Layer:
    facts = [_only(kind=area.kind, name=area.name, name_en=area.name_en) for area in areas]
    from_zoom = [MIN_ZOOM if area.kind == "water" else PARK_ZOOM for area in areas]
    return _layer("areas", _polygons([area.ring for area in areas]), facts, from_zoom)


def _buildings(buildings: Sequence[Building]) -> Layer:
    facts = [_only(name=building.name, height_m=building.height_m or 0.0) for building in buildings]
    rings = _polygons([building.ring for building in buildings])
    return _layer("buildings", rings, facts, [BUILDING_ZOOM] * len(buildings))


def _roads(roads: Sequence[Road]) -> Layer:
    facts = [
        _only(name=road.name, name_en=road.name_en, oneway=road.oneway) | {"class": road.road_class} for road in roads
    ]
    from_zoom = [ROAD_ZOOM.get(road.road_class, MAX_ZOOM) for road in roads]
    return _layer("roads", _lines([road.line for road in roads]), facts, from_zoom)


def _places(places: Sequence[Place]) -> Layer:
    facts = [_only(kind=place.kind, name=place.name, name_en=place.name_en) for place in places]
    from_zoom = [PLACE_ZOOM.get(place.kind, MAX_ZOOM) for place in places]
    return _layer("places", _points([place.where for place in places]), facts, from_zoom)


def _layer(name: str, shapes: Shapes, properties: list[Properties], from_zoom: Sequence[int]) -> Layer:
    return Layer(name, shapely.transform(shapes, to_world), properties, np.array(from_zoom, dtype=np.int64))


def _only(**facts: str | float | int) -> Properties:
    return {name: value for name, value in facts.items() if value}


def _polygons(rings: Sequence[Line]) -> Shapes:
    shapes = np.array([shapely.Polygon(ring) if len(ring) >= 4 else None for ring in rings], dtype=object)
    return shapely.make_valid(shapes) if len(shapes) else shapes


def _lines(lines: Sequence[Line]) -> Shapes:
    return np.array([shapely.LineString(line) if len(line) >= 2 else None for line in lines], dtype=object)


def _points(places: Sequence[Point]) -> Shapes:
    return np.array([shapely.Point(place.lon, place.lat) for place in places], dtype=object)
