"""What the city itself owns, as entities that can be asked for and not changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bongsu.core.asset import Camera, Unit
from bongsu.core.device import Device
from bongsu.core.geo import Point
from bongsu.core.incident import Incident
from bongsu.core.revision import Zone
from bongsu.settings.sharing import NgsiLdSettings
from bongsu.web.ngsi_ld.changes import Changes, Kind
from bongsu.wires.ngsi_ld import models
from bongsu.wires.ngsi_ld.entity import Entity
from bongsu.wires.ngsi_ld.outward import EntityShape, shape_of, types_of
from bongsu.wires.ngsi_ld.selection import Types

Seen = tuple[Unit, Point | None]
"""A crew, and where it was seen last."""

OURS = tuple(models.PREFIX.format(kind) for kind in models.KINDS)


class Estate:
    """Cameras, devices, crews, zones and public incidents, made into entities as they are asked for, in the types and
    names that the city's mapping records (`outward`) say.
    """

    def __init__(
        self,
        settings: NgsiLdSettings,
        *,
        cameras: Callable[[], Mapping[str, Camera]],
        devices: Callable[[], Mapping[str, Device]],
        units: Callable[[], Iterable[Seen]],
        zones: Callable[[], Iterable[tuple[str, Zone]]],
        incidents: Callable[[], Iterable[Incident]],
        outward: Sequence[EntityShape] = (),
    ) -> None:
        self._settings = settings
        self._types = types_of(outward)
        self._shapes = {record.kind: shape_of(record) for record in outward}
        kinds = {
            "Camera": Kind(cameras, models.camera_entity),
            "Device": Kind(devices, models.device_entity),
            "Vehicle": Kind(lambda: {unit.id: (unit, at) for unit, at in units()}, _vehicle),
            "Zone": Kind(lambda: {name: (name, zone) for name, zone in zones()}, _zone),
            "Alert": Kind(lambda: {one.id: one for one in incidents()}, self._public),
        }
        self._kinds = {name: Kind(kind.read, self._shaped(name, kind.made)) for name, kind in kinds.items()}

    def owns(self, entity: str) -> bool:
        """Whether an id is of our own things' kind: partners can neither make nor change it."""
        return entity.startswith(OURS)

    def find(self, entity: str) -> Entity | None:
        """The entity of an id, None where there is none or it is not to be seen."""
        for name, kind in self._kinds.items():
            prefix = models.PREFIX.format(name)
            if entity.startswith(prefix):
                found = kind.read().get(entity[len(prefix) :])
                return None if found is None else kind.made(found)
        return None

    def of(self, types: Types) -> Iterator[Entity]:
        """The entities of these types, all for none."""
        for name, iri in self._types.items():
            if not types or frozenset((iri,)) in types:
                yield from self._entities(name)

    def changes(self, wants: Callable[[str, str], bool]) -> Changes:
        """What changes of them from now on, of the kinds (and the beginnings of their ids) that `wants` says."""
        return Changes(self._kinds, lambda name: wants(self._types[name], models.PREFIX.format(name)))

    def types(self) -> dict[str, int]:
        """How many there are of each type that has any."""
        counts = {iri: sum(1 for _ in self._entities(name)) for name, iri in self._types.items()}
        return {iri: count for iri, count in counts.items() if count}

    def _entities(self, name: str) -> Iterator[Entity]:
        kind = self._kinds[name]
        made = (kind.made(one) for one in kind.read().values())
        return (entity for entity in made if entity is not None)

    def _shaped(self, name: str, made: Callable[[Any], Entity | None]) -> Callable[[Any], Entity | None]:
        shape = self._shapes.get(name)
        if shape is None:
            return made

        def told(one: Any) -> Entity | None:
            entity = made(one)
            return None if entity is None else shape(entity)

        return told

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
