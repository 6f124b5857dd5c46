"""What the city itself owns, as entities that can be asked for and not changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from bongsu.core.asset import Camera, Unit
from bongsu.core.device import Device
from bongsu.core.geo import Point
from bongsu.core.incident import Incident
from bongsu.core.revision import Zone
from bongsu.settings.sharing import NgsiLdSettings
from bongsu.web.ngsi_ld.changes import Changes, Kind
from bongsu.wires.ngsi_ld import models
from bongsu.wires.ngsi_ld.entity import Entity
from bongsu.wires.ngsi_ld.selection import Types

Seen = tuple[Unit, Point | None]
"""A crew, and where it was seen last."""

OURS = tuple(models.PREFIX.format(kind) for kind in models.KINDS)


class Estate:
    """Cameras, devices, crews, zones and public incidents, made into entities as they are asked for."""

    def __init__(
        self,
        settings: NgsiLdSettings,
        *,
        cameras: Callable[[], Mapping[str, Camera]],
        devices: Callable[[], Mapping[str, Device]],
        units: Callable[[], Iterable[Seen]],
        zones: Callable[[], Iterable[tuple[str, Zone]]],
        incidents: Callable[[], Iterable[Incident]],
    ) -> None:
        self._settings = settings
        self._cameras = cameras
        self._devices = devices
        self._kinds = {
            models.CAMERA: Kind(cameras, models.camera_entity),
            models.DEVICE: Kind(devices, models.device_entity),
            models.VEHICLE: Kind(lambda: {unit.id: (unit, at) for unit, at in units()}, _vehicle),
            models.ZONE: Kind(lambda: {name: (name, zone) for name, zone in zones()}, _zone),
            models.ALERT: Kind(lambda: {one.id: one for one in incidents()}, self._public),
        }
        self._of: dict[str, Callable[[], Iterator[Entity]]] = {
            models.CAMERA: lambda: (models.camera_entity(one) for one in cameras().values()),
            models.DEVICE: lambda: (models.device_entity(one) for one in devices().values()),
            models.VEHICLE: lambda: (models.unit_entity(*one) for one in units()),
            models.ZONE: lambda: (models.zone_entity(*one) for one in zones()),
            models.ALERT: lambda: (self._alert(one) for one in incidents() if self._is_public(one)),
        }

    def owns(self, entity: str) -> bool:
        """Whether an id is of our own things' kind: partners can neither make nor change it."""
        return entity.startswith(OURS)

    def find(self, entity: str) -> Entity | None:
        """The entity of an id, None where there is none or it is not to be seen."""
        for kind, made in ((models.CAMERA, self._cameras), (models.DEVICE, self._devices)):
            prefix = models.PREFIX.format(next(name for name, iri in models.KINDS.items() if iri == kind))
            if entity.startswith(prefix):
                found = made().get(entity[len(prefix) :])
                return None if found is None else _made(found)
        if not self.owns(entity):
            return None
        return next((one for one in self.of(()) if one.id == entity), None)

    def of(self, types: Types) -> Iterator[Entity]:
        """The entities of these types, all for none."""
        for kind, entities in self._of.items():
            if not types or frozenset((kind,)) in types:
                yield from entities()

    def changes(self, wants: Callable[[str, str], bool]) -> Changes:
        """What changes of them from now on, of the kinds (and the beginnings of their ids) that `wants` says."""
        prefix = {iri: models.PREFIX.format(name) for name, iri in models.KINDS.items()}
        return Changes(self._kinds, lambda kind: wants(kind, prefix[kind]))

    def types(self) -> dict[str, int]:
        """How many there are of each type that has any."""
        counts = {kind: sum(1 for _ in entities()) for kind, entities in self._of.items()}
        return {kind: count for kind, count in counts.items() if count}

    def _alert(self, incident: Incident) -> Entity:
        return models.incident_entity(incident, self._settings.place_deg)

    def _public(self, incident: Incident) -> Entity | None:
        return self._alert(incident) if self._is_public(incident) else None

    def _is_public(self, incident: Incident) -> bool:
        return models.is_public(incident, self._settings.public_kinds)


def _vehicle(seen: Seen) -> Entity:
    return models.unit_entity(*seen)


def _zone(named: tuple[str, Zone]) -> Entity:
    return models.zone_entity(*named)


def _made(found: Camera | Device) -> Entity:
    return models.camera_entity(found) if isinstance(found, Camera) else models.device_entity(found)
