"""What somebody sent, as an entity in expanded form: normalized, concise or simplified, recognised by itself (4.5)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from bongsu.core.errors import Invalid
from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.entity import (
    GEO,
    JSON,
    LANGUAGE,
    LIST,
    LIST_OF_OBJECTS,
    MEMBER,
    NULL,
    PROPERTY,
    RELATIONSHIP,
    VOCAB,
    Attribute,
    Entity,
)
from bongsu.wires.ngsi_ld.geometry import DEPTH, check_geometry
from bongsu.wires.ngsi_ld.times import read_ms

ID_CHARS = 512
NESTED_AT_MOST = 5
REMEMBERED = 65_536
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_SCOPE = re.compile(r"/?[^\W\d_]\w*(/[^\W\d_]\w*)*")
_BY_MEMBER = {
    "value": PROPERTY,
    "object": RELATIONSHIP,
    "languageMap": LANGUAGE,
    "json": JSON,
    "vocab": VOCAB,
    "valueList": LIST,
    "objectList": LIST_OF_OBJECTS,
}
_ENTITY_MEMBERS = frozenset({"id", "@id", "type", "@type", "scope", "@context", "createdAt", "modifiedAt", "deletedAt"})
_MEMBERS = frozenset(
    {
        *_BY_MEMBER, "type", "@type", "observedAt", "unitCode", "datasetId", "objectType", "createdAt", "modifiedAt",
        "deletedAt", "instanceId",
    }
)  # fmt: skip


def is_uri(text: object) -> bool:
    """Whether a text is a URI with a scheme (RFC 3986) of a length we keep."""
    return isinstance(text, str) and len(text) <= ID_CHARS and _is_uri(text)


@lru_cache(REMEMBERED)
def _is_uri(text: str) -> bool:
    """The same ids come again and again: a hub is told of the same things all day."""
    return _URI.fullmatch(text) is not None


def parse_entity(told: Any, context: Context, now_ms: int) -> Entity:
    """A whole entity, with its id and type. Raises Invalid("ngsi_ld.…")."""
    fragment = parse_fragment(told, context, now_ms)
    if not fragment.id:
        raise Invalid("ngsi_ld.wrong", detail="id")
    if not fragment.types:
        raise Invalid("ngsi_ld.wrong", detail="type")
    if any(is_null(one) for instances in fragment.attributes.values() for one in instances):
        raise Invalid("ngsi_ld.null", name=fragment.id)
    return fragment


def parse_fragment(told: Any, context: Context, now_ms: int) -> Entity:
    """Part of an entity: the id "" and no types where they are left out. Raises Invalid("ngsi_ld.…")."""
    if not isinstance(told, dict):
        raise Invalid("ngsi_ld.wrong", detail="{}")
    found = told.get("id", told.get("@id", ""))
    if found != "" and not is_uri(found):
        raise Invalid("ngsi_ld.id", id=str(found)[:100])
    return Entity(
        id=str(found),
        types=parse_types(told.get("type", told.get("@type", [])), context),
        scopes=_scopes(told.get("scope", [])),
        attributes={
            context.expand(name): parse_instances(value, name, context, now_ms)
            for name, value in told.items()
            if name not in _ENTITY_MEMBERS
        },
        created_ms=now_ms,
        modified_ms=now_ms,
    )


def parse_types(told: Any, context: Context) -> tuple[str, ...]:
    """An entity's types in full (clause 4.16). Raises Invalid."""
    names = [told] if isinstance(told, str) else told
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise Invalid("ngsi_ld.wrong", detail="type")
    return tuple(dict.fromkeys(context.expand(name) for name in names))


def parse_instances(told: Any, name: str, context: Context, now_ms: int, depth: int = 0) -> tuple[Attribute, ...]:
    """Every instance of one attribute (clause 4.5.5). Raises Invalid where two share a datasetId."""
    if depth > NESTED_AT_MOST:
        raise Invalid("ngsi_ld.wrong", detail=name)
    if isinstance(told, list) and told and all(_is_attribute(one) for one in told):
        instances = tuple(_attribute(one, name, context, now_ms, depth) for one in told)
        if len({one.dataset for one in instances}) < len(instances):
            raise Invalid("ngsi_ld.dataset", name=name)
        return instances
    return (_attribute(told, name, context, now_ms, depth),)


def is_null(one: Attribute) -> bool:
    """Whether this asks for the attribute's deletion."""
    return one.value == NULL or (one.kind == LANGUAGE and one.value == {"@none": NULL})


def _is_attribute(told: Any) -> bool:
    return isinstance(told, dict) and (
        told.get("type") in MEMBER or not _BY_MEMBER.keys().isdisjoint(told) or "datasetId" in told
    )


def _attribute(told: Any, name: str, context: Context, now_ms: int, depth: int) -> Attribute:
    if told is None:
        raise Invalid("ngsi_ld.null", name=name)
    if not isinstance(told, dict) or not _is_attribute(told):
        is_place = isinstance(told, dict) and told.get("type") in DEPTH and "coordinates" in told
        kind = GEO if is_place else PROPERTY
        return Attribute(kind=kind, value=_value(kind, told, name, context), created_ms=now_ms, modified_ms=now_ms)
    kind, value = _kind_and_value(told, name)
    if "observedAt" in told:
        read_ms(told["observedAt"], "observedAt")
    return Attribute(
        kind=kind,
        value=_value(kind, value, name, context),
        dataset=dataset_of(told),
        observed_at=told.get("observedAt", ""),
        unit=_text(told.get("unitCode", ""), "unitCode"),
        object_type=context.expand(told["objectType"]) if isinstance(told.get("objectType"), str) else "",
        sub={
            context.expand(below): parse_instances(value, below, context, now_ms, depth + 1)
            for below, value in told.items()
            if below not in _MEMBERS
        },
        created_ms=now_ms,
        modified_ms=now_ms,
    )


def dataset_of(told: dict[str, Any]) -> str:
    """Which instance of an attribute is told of, "" the default one. Raises Invalid("ngsi_ld.id")."""
    dataset = told.get("datasetId", "")
    if dataset in ("@none", None, ""):
        return ""
    if not is_uri(dataset):
        raise Invalid("ngsi_ld.id", id=str(dataset)[:100])
    return str(dataset)


def _kind_and_value(told: dict[str, Any], name: str) -> tuple[str, Any]:
    """What an attribute is and says; without a type, by the member that says it (the concise form)."""
    kind = told.get("type")
    if kind is None:
        member = next((member for member in _BY_MEMBER if member in told), "")
        kind = _BY_MEMBER.get(member, PROPERTY)
        if kind == PROPERTY and isinstance(told.get("value"), dict) and told["value"].get("type") in DEPTH:
            kind = GEO
    if kind not in MEMBER:
        raise Invalid("ngsi_ld.wrong", detail=f"{name}.type")
    if told.get(MEMBER[kind]) is None:
        raise Invalid("ngsi_ld.null" if MEMBER[kind] in told else "ngsi_ld.value", name=name)
    return kind, told[MEMBER[kind]]


def _value(kind: str, value: Any, name: str, context: Context) -> Any:
    """What an attribute says, found fit for its kind."""
    if value == NULL:
        return value
    if kind == GEO:
        return check_geometry(value)
    if kind == VOCAB:
        words = value if isinstance(value, list) else [value]
        if not words or not all(isinstance(word, str) and word for word in words):
            raise Invalid("ngsi_ld.value", name=name)
        whole = [context.expand(word) for word in words]
        return whole if isinstance(value, list) else whole[0]
    if not _fits(kind, value):
        raise Invalid("ngsi_ld.value", name=name)
    return value


def _fits(kind: str, value: Any) -> bool:
    if kind == RELATIONSHIP:
        objects = value if isinstance(value, list) else [value]
        return bool(objects) and all(is_uri(one) for one in objects)
    if kind == LANGUAGE:
        return isinstance(value, dict) and all(_is_saying(said) for said in value.values())
    if kind == LIST_OF_OBJECTS:
        return isinstance(value, list) and all(is_uri(_object_of(one)) for one in value)
    return isinstance(value, list) if kind == LIST else True


def _is_saying(said: Any) -> bool:
    return isinstance(said, str) or (isinstance(said, list) and all(isinstance(one, str) for one in said))


def _object_of(told: Any) -> Any:
    return told.get("object") if isinstance(told, dict) else told


def _scopes(told: Any) -> tuple[str, ...]:
    """Where an entity stands in a hierarchy (clause 4.18)."""
    scopes = [told] if isinstance(told, str) else told
    if not isinstance(scopes, list) or not all(isinstance(one, str) and _SCOPE.fullmatch(one) for one in scopes):
        raise Invalid("ngsi_ld.wrong", detail="scope")
    return tuple(dict.fromkeys(one if one.startswith("/") else f"/{one}" for one in scopes))


def _text(told: Any, what: str) -> str:
    if not isinstance(told, str):
        raise Invalid("ngsi_ld.wrong", detail=what)
    return told
