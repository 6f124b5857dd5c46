"""What the city owns: cameras, units, and the ground they stand on."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bongsu.core.geo import Point

Line = tuple[tuple[float, float], ...]
"""A line or ring of (lon, lat) pairs in degrees; a ring repeats its first point at the end."""


class Camera(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of the camera register: a pole with `count` cameras of one kind.

    `heading_deg` is degrees clockwise from north; None means nobody knows, and the camera is taken as
    all-round with low confidence. `hfov_deg` 360 is all-round by build (a dome, "360도").
    """

    id: str
    name: str
    where: Point
    count: int = 1
    heading_deg: float | None = None
    hfov_deg: float | None = None
    width_px: int | None = None
    height_m: float | None = None
    purpose: str = ""
    address: str = ""
    owner: str = ""
    owner_phone: str = ""
    installed: str = ""
    retention_days: int | None = None
    district: str = ""
    stream: str = ""


class UnitKind(StrEnum):
    """Crews that move."""

    PATROL = "patrol"
    ENGINE = "engine"
    AMBULANCE = "ambulance"


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A crew and its vehicle."""

    id: str
    name: str
    kind: UnitKind


class Road(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of road; `road_class` is OSM's highway value, `oneway` +1 along, -1 against, 0 both ways."""

    id: int
    line: Line
    road_class: str
    name: str = ""
    name_en: str = ""
    lanes: int | None = None
    oneway: int = 0


class Building(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A building's outer ring; `height_m` None when the map does not say."""

    id: int
    ring: Line
    name: str = ""
    height_m: float | None = None


class Area(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A water surface or a park; `kind` is "water" or "park"."""

    id: int
    kind: str
    ring: Line
    name: str = ""
    name_en: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A named point; `kind` is OSM's value (neighbourhood, school, station …)."""

    id: int
    kind: str
    where: Point
    name: str
    name_en: str = ""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """The map a city stands on."""

    roads: tuple[Road, ...] = ()
    buildings: tuple[Building, ...] = ()
    areas: tuple[Area, ...] = ()
    places: tuple[Place, ...] = ()
