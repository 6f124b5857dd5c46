"""Builders for a city given in metres around a square: cameras, buildings, roads, the living city itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from bongsu.city import City
from bongsu.core.asset import Building, Camera, Ground, Place, Road
from bongsu.core.geo import Plane, Point
from bongsu.settings import CameraSettings

SQUARE = Point(127.1, 37.51)
PLANE = Plane(SQUARE)


def at(x: float, y: float) -> Point:
    """The place x metres east and y metres north of the square."""
    return PLANE.to_point(x, y)


def a_camera(id: str = "C1", x: float = 0.0, y: float = 0.0, **fields: Any) -> Camera:
    """A camera of unknown heading, unless said otherwise."""
    return Camera(id=id, name=fields.pop("name", id), where=at(x, y), **fields)


def a_building(west: float, south: float, east: float, north: float, **fields: Any) -> Building:
    """A rectangular building."""
    return a_house([(west, south), (east, south), (east, north), (west, north)], **fields)


def a_house(corners: Iterable[tuple[float, float]], **fields: Any) -> Building:
    """A building of any outline."""
    ring = [(p.lon, p.lat) for p in (at(x, y) for x, y in corners)]
    return Building(id=fields.pop("id", 1), ring=(*ring, ring[0]), **fields)


def a_road(*points: tuple[float, float], **fields: Any) -> Road:
    """A road through the given spots."""
    line = tuple((p.lon, p.lat) for p in (at(x, y) for x, y in points))
    return Road(id=fields.pop("id", 1), line=line, road_class=fields.pop("road_class", "residential"), **fields)


def a_place(name: str, x: float, y: float, kind: str = "neighbourhood") -> Place:
    """A named point."""
    return Place(id=1, kind=kind, where=at(x, y), name=name)


def a_city(
    cameras: Iterable[Camera] = (), buildings: Iterable[Building] = (), ground: Ground | None = None, **assume: Any
) -> City:
    """The living city of some cameras and buildings, centred on the square."""
    stood = ground or Ground()
    # A patch of ground on the square keeps the city's plane where the builders' plane is.
    middle = Place(id=0, kind="", where=SQUARE, name="")
    stood = msgspec.structs.replace(stood, buildings=stood.buildings + tuple(buildings), places=(*stood.places, middle))
    return City(cameras, stood, CameraSettings(**assume))


class TrueEye(msgspec.Struct, frozen=True, kw_only=True):
    """A camera as it truly stands, for the judge."""

    where: Point
    heading_deg: float = 0.0
    hfov_deg: float = 60.0
    height_m: float = 5.0
    width_px: int = 1920
