"""What the city's own things are called towards a hub: its types, its attributes' names, its units, by mapping records.

A record renames and leaves out; it can add nothing. Whether a thing is shown at all was judged before (`models`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from bongsu.core.errors import Invalid
from bongsu.core.units import is_code, said_in
from bongsu.wires.ngsi_ld.context import CORE, CORE_CONTEXT
from bongsu.wires.ngsi_ld.entity import Attribute, Attributes, Entity
from bongsu.wires.ngsi_ld.models import KINDS

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "Camera": ("cameraName", "cameraUsage", "cameraOrientation", "fieldOfView", "cameraNum", "location"),
    "Device": ("category", "deviceCategory", "name", "controlledProperty", "location"),
    "Vehicle": ("name", "vehicleType", "category", "location"),
    "Zone": ("name", "alternateName", "purpose", "location"),
    "Alert": (
        "category", "subCategory", "severity", "status", "dateIssued", "validFrom", "dateModified", "location",
    ),
}  # fmt: skip
"""What we tell of each kind."""
UNITS: Mapping[str, str] = {"cameraOrientation": "deg", "fieldOfView": "deg"}
"""Our units (UCUM) of the attributes that have one."""
PLACE = "location"
RESERVED = frozenset({*CORE.values(), *map(CORE_CONTEXT.expand, ("id", "type"))})
"""What no type and no attribute of another name may be called: the words of NGSI-LD itself."""

Shape = Callable[[Entity], Entity]


class AttributeShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Our attribute `of` is called `name` ("" as we call it) in `unit` (UN/CEFACT, "" none said), or is not shown."""

    of: str
    name: str = ""
    unit: str = ""
    shown: bool = True


class EntityShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Our things of a `kind` are entities of a `type` ("" as we call it); attributes that are not named stay."""

    kind: str
    type: str = ""
    attribute: tuple[AttributeShape, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    entity: tuple[EntityShape, ...] = ()


def outward_of(text: str, path: str) -> tuple[EntityShape, ...]:
    """The records of a TOML file. Raises Invalid("settings.wrong") that says which word is wrong."""
    try:
        records = msgspec.convert(tomllib.loads(text), _File).entity
        _check(records)
    except (ValueError, msgspec.ValidationError) as problem:
        raise Invalid("settings.wrong", path=path, detail=str(problem)) from problem
    return records


def types_of(records: Sequence[EntityShape]) -> dict[str, str]:
    """The type (an IRI) that each of our kinds bears."""
    return KINDS | {one.kind: _iri(one.type) for one in records if one.type}


def shape_of(record: EntityShape) -> Shape:
    """What makes our entity the one the hub expects."""
    types = (types_of([record])[record.kind],)
    terms = {_iri(one.of): one for one in record.attribute}

    def shaped(entity: Entity) -> Entity:
        attributes: Attributes = {}
        for name, instances in entity.attributes.items():
            term = terms.get(name)
            if term is None:
                attributes[name] = instances
            elif term.shown:
                attributes[_iri(term.name or term.of)] = tuple(_in_unit(one, term) for one in instances)
        return replace(entity, types=types, attributes=attributes)

    return shaped


def _in_unit(instance: Attribute, term: AttributeShape) -> Attribute:
    if not term.unit:
        return instance
    return replace(instance, value=said_in(instance.value, term.unit, UNITS[term.of]), unit=term.unit)


def _check(records: Sequence[EntityShape]) -> None:
    """Raises ValueError for a kind that is not ours or named twice, for two kinds of one type or one of NGSI-LD's."""
    kinds = [one.kind for one in records]
    for kind in kinds:
        if kind not in KINDS or kinds.count(kind) > 1:
            raise ValueError(f"kind {kind}")
    types = list(types_of(records).values())
    for record in records:
        told = types_of([record])[record.kind]
        if types.count(told) > 1 or told in RESERVED:
            raise ValueError(f"type {record.type}")
        _check_attributes(record)


def _check_attributes(record: EntityShape) -> None:
    ours = ATTRIBUTES[record.kind]
    named = [one.of for one in record.attribute]
    for one in record.attribute:
        if one.of not in ours or named.count(one.of) > 1:
            raise ValueError(f"attribute {record.kind}.{one.of}")
        if one.name and one.name != one.of and (one.of == PLACE or _iri(one.name) in RESERVED):
            raise ValueError(f"name {one.name}")
        if one.unit and not (one.of in UNITS and is_code(one.unit, UNITS[one.of])):
            raise ValueError(f"unit {one.unit}")
    called = {one.of: one.name for one in record.attribute if one.name}
    names = [_iri(called.get(name, name)) for name in ours]
    if len(set(names)) < len(names):
        raise ValueError(f"two attributes of {record.kind} of one name")


def _iri(name: str) -> str:
    """Raises ValueError for what cannot be a name."""
    if any(char.isspace() or not char.isprintable() for char in name):
        raise ValueError(f"name {name!r}")
    try:
        return CORE_CONTEXT.expand(name)
    except Invalid as problem:
        raise ValueError(f"name {name}") from problem
