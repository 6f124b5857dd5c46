"""An entity as JSON: normalized, concise or simplified, with or without what the system adds, and as GeoJSON (4.5)."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

import msgspec

from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.entity import (
    GEO,
    JSON,
    LANGUAGE,
    LIST,
    LIST_OF_OBJECTS,
    MEMBER,
    PROPERTY,
    VOCAB,
    Attribute,
    Entity,
)
from bongsu.wires.ngsi_ld.geometry import LOCATION
from bongsu.wires.ngsi_ld.times import iso


class Form(StrEnum):
    """A representation (clauses 4.5.1 to 4.5.4)."""

    NORMALIZED = "normalized"
    CONCISE = "concise"
    SIMPLIFIED = "simplified"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """How entities are shown: `only` the attributes of these names (all where empty), `lang` for language maps."""

    form: Form = Form.NORMALIZED
    system: bool = False
    only: frozenset[str] = frozenset()
    lang: str = ""
    dataset: tuple[str, ...] = ()


def show(entity: Entity, context: Context, how: Shown) -> dict[str, Any]:
    """One entity, without its @context."""
    types = [context.compact(one) for one in entity.types]
    out: dict[str, Any] = {"id": entity.id, "type": types[0] if len(types) == 1 else types}
    if entity.scopes:
        out["scope"] = entity.scopes[0] if len(entity.scopes) == 1 else list(entity.scopes)
    if how.system:
        out |= {"createdAt": iso(entity.created_ms), "modifiedAt": iso(entity.modified_ms)}
    for name, instances in entity.attributes.items():
        if how.only and name not in how.only:
            continue
        kept = _kept(instances, how.dataset)
        if kept:
            out[context.compact(name)] = _instances(kept, context, how)
    return out


def feature(entity: Entity, context: Context, how: Shown, of: str = LOCATION) -> dict[str, Any]:
    """One entity as a GeoJSON Feature (clause 4.5.16); its geometry is that of the `of` attribute, or null."""
    properties = show(entity, context, how)
    places = [one for one in entity.attributes.get(of, ()) if one.kind == GEO]
    place = next((one for one in places if not one.dataset), places[0] if places else None)
    return {
        "id": properties.pop("id"),
        "type": "Feature",
        "geometry": place.value if place is not None else None,
        "properties": properties,
    }


def _kept(instances: tuple[Attribute, ...], dataset: Collection[str]) -> tuple[Attribute, ...]:
    return instances if not dataset else tuple(one for one in instances if (one.dataset or "@none") in dataset)


def _instances(instances: tuple[Attribute, ...], context: Context, how: Shown) -> Any:
    if how.form is Form.SIMPLIFIED:
        if len(instances) == 1 and not instances[0].dataset:
            return _simple(instances[0], context, how.lang)
        return {"dataset": {one.dataset or "@none": _simple(one, context, how.lang) for one in instances}}
    shown = [_attribute(one, context, how) for one in instances]
    return shown[0] if len(shown) == 1 else shown


def _simple(one: Attribute, context: Context, lang: str) -> Any:
    value = _said(one, context)
    if one.kind == LANGUAGE and lang:
        return _in_language(one.value, lang)[0]
    if one.kind in (LANGUAGE, JSON, VOCAB, LIST, LIST_OF_OBJECTS):
        return {MEMBER[one.kind]: value}
    return value


def _said(one: Attribute, context: Context) -> Any:
    if one.kind != VOCAB:
        return one.value
    return [context.compact(word) for word in one.value] if isinstance(one.value, list) else context.compact(one.value)


def _attribute(one: Attribute, context: Context, how: Shown) -> Any:
    if how.form is Form.CONCISE and _is_bare(one, how):
        return one.value
    kind, member, value = one.kind, MEMBER[one.kind], _said(one, context)
    more: dict[str, Any] = {}
    if kind == LANGUAGE and how.lang:
        kind, member = PROPERTY, MEMBER[PROPERTY]
        value, more["lang"] = _in_language(one.value, how.lang)
    out: dict[str, Any] = {"type": kind} if how.form is Form.NORMALIZED else {}
    out |= {member: value, **more}
    for name, told in (("observedAt", one.observed_at), ("unitCode", one.unit), ("datasetId", one.dataset)):
        if told:
            out[name] = told
    if one.object_type:
        out["objectType"] = context.compact(one.object_type)
    if how.system:
        out |= {"createdAt": iso(one.created_ms), "modifiedAt": iso(one.modified_ms)}
    inner = msgspec.structs.replace(how, only=frozenset(), dataset=())
    for name, instances in one.sub.items():
        out[context.compact(name)] = _instances(instances, context, inner)
    return out


def _is_bare(one: Attribute, how: Shown) -> bool:
    """Whether the concise form is the value alone (clause 4.5.1)."""
    if one.kind not in (PROPERTY, GEO) or how.system:
        return False
    if one.kind == PROPERTY and isinstance(one.value, dict | list):
        return False  # an object could be read as an attribute
    return not (one.observed_at or one.unit or one.dataset or one.sub)


def _in_language(said: dict[str, Any], lang: str) -> tuple[Any, str]:
    """What a language map says in the language asked for, else in "@none", English, or whatever comes first."""
    for asked in (*(part.split(";")[0].strip() for part in lang.split(",")), "@none", "en"):
        if asked in said:
            return said[asked], asked
    first = next(iter(said), "@none")
    return said.get(first, ""), first
