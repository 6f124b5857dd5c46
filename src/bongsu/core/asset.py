"""What the city owns: cameras, units, and the ground they stand on.

`gc=False`: a hundred thousand records that point at nothing but text and numbers are no business of the cycle
collector, whose one look at all of them would hold everything up for a tenth of a second.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bongsu.core.geo import Point

Line = tuple[tuple[float, float], ...]
"""A line or ring of (lon, lat) pairs in degrees; a ring repeats its first point at the end."""


class Purpose(StrEnum):
    """What a camera was put up for (설치목적구분); it decides how long it keeps its pictures and who may see them."""

    CRIME = "crime"
    CHILD = "child"
    PARKING = "parking"
    TRAFFIC = "traffic"
    DISASTER = "disaster"
    FACILITY = "facility"
    WASTE = "waste"
    SAFE_VILLAGE = "safe_village"
    OTHER = "other"


class Camera(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One row of the camera register: a pole with `count` cameras of one kind.

    `heading_deg` is degrees clockwise from north; None means nobody knows, and the camera is taken as
    all-round with low confidence. `hfov_deg` 360 is all-round by build (a dome, "360도"). `purpose` is the
    register's own words, `purposes` what they were understood as (several for 다목적, none where they say nothing).
    `stream` is the address of its main video, `substream` that of a smaller one ("" where nobody told of it);
    `onvif` is where its device service stands.
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
    purposes: tuple[Purpose, ...] = ()
    address: str = ""
    owner: str = ""
    owner_phone: str = ""
    installed: str = ""
    retention_days: int | None = None
    district: str = ""
    stream: str = ""
    substream: str = ""
    onvif: str = ""


class UnitKind(StrEnum):
    """Crews that move."""

    PATROL = "patrol"
    ENGINE = "engine"
    AMBULANCE = "ambulance"


class Unit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A crew and its vehicle: `vehicle` as the streets know it ("": what its kind drives), `carries` what it can do."""

    id: str
    name: str
    kind: UnitKind
    vehicle: str = ""
    carries: tuple[str, ...] = ()


class Road(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A stretch of road; `road_class` is OSM's highway value, `oneway` +1 along, -1 against, 0 both ways.

    `nodes` are OSM's node ids along `line` (one each), `width_m` None where the map does not say.
    """

    id: int
    line: Line
    road_class: str
    name: str = ""
    name_en: str = ""
    lanes: int | None = None
    oneway: int = 0
    width_m: float | None = None
    nodes: tuple[int, ...] = ()


class TurnRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A turn restriction: from a road over a node or roads onto another; `rule` is OSM's value (no_left_turn …)."""

    id: int
    rule: str
    from_road: int
    via_node: int | None = None
    via_roads: tuple[int, ...] = ()
    to_road: int
    exempt: tuple[str, ...] = ()


class Building(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A building's outer ring; `height_m` None when the map does not say."""

    id: int
    ring: Line
    name: str = ""
    height_m: float | None = None


class Area(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A water surface or a park; `kind` is "water" or "park"."""

    id: int
    kind: str
    ring: Line
    name: str = ""
    name_en: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
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
    turn_rules: tuple[TurnRule, ...] = ()


class Bell(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An emergency bell (안전비상벨): whoever pressed it stands here; `police_linked`: 112 hears it too."""

    id: str
    name: str
    where: Point
    kind: str = ""
    purpose: str = ""
    link: str = ""
    police_linked: bool | None = None
    checked_on: str = ""
    check_result: str = ""
    address: str = ""
    owner: str = ""
    owner_phone: str = ""
    district: str = ""


class FacilityKind(StrEnum):
    """What the city keeps registers of besides cameras and bells."""

    LAMP = "lamp"
    SCHOOL = "school"
    POLICE = "police"
    FIRE = "fire"
    HYDRANT = "hydrant"
    SHELTER = "shelter"
    SAFE_STORE = "safe_store"
    RISK_SPOT = "risk_spot"


class Facility(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One row of a register of places: where it stands, what it is called, and what else the row said."""

    id: str
    kind: FacilityKind
    name: str
    where: Point
    address: str = ""
    owner: str = ""
    phone: str = ""
    district: str = ""
    more: dict[str, str] = {}


class Boundary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A district of administration; `polygons` are lists of rings, the first the outer one, the others holes."""

    code: str
    name: str
    name_en: str = ""
    level: str = ""
    polygons: tuple[tuple[Line, ...], ...]
