"""What the city owns as entities: smart data models where one fits, in the default vocabulary (no @context needed).

A person never is one: devices that protect somebody do not appear, incidents only in kinds the city made public and
without a word of text, address, sender or agency, at a place rounded so that it names no home.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bongsu.core.asset import Camera, Unit
from bongsu.core.device import Device, DeviceKind
from bongsu.core.geo import Point
from bongsu.core.incident import Incident
from bongsu.core.report import Severity, Status
from bongsu.core.revision import Zone
from bongsu.wires.ngsi_ld.context import CORE_CONTEXT
from bongsu.wires.ngsi_ld.entity import GEO, PROPERTY, Attribute, Entity
from bongsu.wires.ngsi_ld.times import iso

CAMERA, DEVICE, VEHICLE, ZONE, ALERT = (
    CORE_CONTEXT.expand(name) for name in ("Camera", "Device", "Vehicle", "Zone", "Alert")
)
KINDS = {"Camera": CAMERA, "Device": DEVICE, "Vehicle": VEHICLE, "Zone": ZONE, "Alert": ALERT}
PREFIX = "urn:ngsi-ld:{}:bongsu:"
VEHICLE_TYPES = {"patrol": "policeCar", "engine": "fireEngine", "ambulance": "ambulance"}
SEVERITIES = {
    Severity.EXTREME: "critical",
    Severity.SEVERE: "high",
    Severity.MODERATE: "medium",
    Severity.MINOR: "low",
    Severity.UNKNOWN: "informational",
}
"""CAP's severities in the words of the Alert model."""


def name_of(kind: str, own: str) -> str:
    """The entity's id of one of our own things."""
    return PREFIX.format(kind) + own


def camera_entity(camera: Camera) -> Entity:
    """A camera of the register: where it stands and looks; never its stream, its owner or their telephone."""
    return _entity(
        "Camera",
        camera.id,
        _properties(
            cameraName=camera.name,
            cameraUsage=list(camera.purposes) or None,
            cameraOrientation=camera.heading_deg,
            fieldOfView=camera.hfov_deg,
            cameraNum=camera.count,
        )
        | _place(camera.where),
    )


OF_PERSONS = frozenset({DeviceKind.WEARABLE, DeviceKind.PHONE, DeviceKind.ACTIVITY, DeviceKind.DOOR})
"""What is worn, carried, or tells when somebody is at home."""
PERSONAL = "personal"
"""The purpose of a zone that is somebody's own, as a wearer's safe zone is: it is not shown."""


def shareable(devices: Iterable[Device]) -> dict[str, Device]:
    """The devices that may be shown, by id: none that protects a person, shares a home with one that does, or is
    of a kind that follows people.
    """
    given = tuple(devices)
    homes = {device.site for device in given if device.ward and device.site}
    return {
        device.id: device
        for device in given
        if not device.ward and device.kind not in OF_PERSONS and (not device.site or device.site not in homes)
    }


def homes_of(devices: Iterable[Device]) -> frozenset[str]:
    """The sites of devices that protect or follow a person: a zone of such a name is where somebody lives."""
    return frozenset(one.site for one in devices if one.site and (one.ward or one.kind in OF_PERSONS))


def is_open_zone(name: str, zone: Zone, homes: frozenset[str]) -> bool:
    """Whether a zone may be shown: it is neither a person's by its purpose nor by the devices that stand at it."""
    return zone.purpose != PERSONAL and name not in homes


def device_entity(device: Device) -> Entity:
    """A device that measures; whoever asks has asked `shareable` first."""
    told = _properties(
        category=["sensor"],
        deviceCategory=device.kind.value,
        name=device.name or None,
        controlledProperty=list(device.observes) or None,
    )
    return _entity("Device", device.id, told | (_place(device.where) if device.where is not None else {}))


def unit_entity(unit: Unit, where: Point | None) -> Entity:
    """A crew's vehicle where it was seen last."""
    told = _properties(name=unit.name, vehicleType=VEHICLE_TYPES[unit.kind.value], category=["municipalServices"])
    if where is not None:
        told |= _place(where)
    return _entity("Vehicle", unit.id, told)


def zone_entity(zone: str, body: Zone) -> Entity:
    """A named area."""
    ring = [[lon, lat] for lon, lat in body.ring]
    told = _properties(name=body.name, alternateName=body.name_en or None, purpose=body.purpose or None)
    place = Attribute(kind=GEO, value={"type": "Polygon", "coordinates": [ring]})
    return _entity("Zone", zone, told | {CORE_CONTEXT.expand("location"): (place,)})


def incident_entity(incident: Incident, place_deg: float) -> Entity:
    """An incident of a public kind: what, how bad and since when; its place rounded to a grid, nothing of anybody."""
    told = _properties(
        category="security",
        subCategory=incident.kind,
        severity=SEVERITIES[incident.severity],
        status=incident.state.value,
        dateIssued=_moment(incident.opened_at.timestamp()),
        validFrom=_moment(incident.occurred_at.timestamp()),
        dateModified=_moment(incident.changed_at.timestamp()),
    )
    where = incident.where
    if where is not None:
        rounded = Point(*(round(round(n / place_deg) * place_deg, 6) for n in (where.lon, where.lat)))
        told |= _place(rounded)
    return _entity("Alert", incident.id, told)


def is_public(incident: Incident, kinds: tuple[str, ...]) -> bool:
    """Whether an incident may be shown at all: a real one, under way, of a kind the city made public."""
    return incident.kind in kinds and incident.status is Status.ACTUAL and not incident.is_over


def _entity(kind: str, own: str, attributes: dict[str, tuple[Attribute, ...]]) -> Entity:
    return Entity(id=name_of(kind, own), types=(KINDS[kind],), attributes=attributes)


def _properties(**told: Any) -> dict[str, tuple[Attribute, ...]]:
    return {
        CORE_CONTEXT.expand(name): (Attribute(kind=PROPERTY, value=value),)
        for name, value in told.items()
        if value is not None
    }


def _place(where: Point) -> dict[str, tuple[Attribute, ...]]:
    value = {"type": "Point", "coordinates": [where.lon, where.lat]}
    return {CORE_CONTEXT.expand("location"): (Attribute(kind=GEO, value=value),)}


def _moment(seconds: float) -> dict[str, str]:
    return {"@type": "DateTime", "@value": iso(round(seconds * 1000))}
