"""Things that measure and report on their own: sensors, meters, wearables, vehicles (OGC SensorThings words)."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bongsu.core.geo import Point


class DeviceKind(StrEnum):
    """What a device is, where a rule, a service or a map must know."""

    ACTIVITY = "activity"
    DOOR = "door"
    POWER_METER = "power_meter"
    WATER_METER = "water_meter"
    WEARABLE = "wearable"
    BUS = "bus"
    TAG_READER = "tag_reader"
    BIN = "bin"
    STRUCTURE = "structure"
    FIRE_DETECTOR = "fire_detector"
    TRAFFIC_DETECTOR = "traffic_detector"
    PHONE = "phone"
    OTHER = "other"


class Device(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One registered device.

    `observes` are the observed properties it may tell (`core.observed`). `where` is where it stands, None for one that
    moves or whose place nobody knows. `site` names what it belongs to (a home, a bus, a bridge; "" itself), so that
    several devices are judged together. `ward` is the id of the person it protects ("" none): an id, never a name.
    `source` is who may speak for it besides itself: its gateway or network server ("" nobody). What an `exercise`
    device tells opens exercise cases only: it is a drill's. `heading_deg` is which way the traffic goes that it
    watches, clockwise from north.
    """

    id: str
    kind: DeviceKind
    name: str = ""
    observes: tuple[str, ...]
    where: Point | None = None
    site: str = ""
    ward: str = ""
    source: str = ""
    district: str = ""
    exercise: bool = False
    heading_deg: float | None = None
