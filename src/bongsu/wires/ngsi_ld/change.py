"""What becomes of an entity by each operation of clause 5.6, as pure functions: the entity after it, and what did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from bongsu.core.errors import NotFound
from bongsu.wires.ngsi_ld.entity import GEO, JSON, PROPERTY, Attribute, Attributes, Entity, same_content
from bongsu.wires.ngsi_ld.parse import is_null

Instances = tuple[Attribute, ...]


class NotUpdated(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An attribute that stayed as it was, and why (clause 5.2.19)."""

    attribute_name: str
    reason: str


class Updated(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What an update did (clause 5.2.18); names are IRIs."""

    updated: tuple[str, ...] = ()
    not_updated: tuple[NotUpdated, ...] = ()


def append(old: Entity, new: Entity, *, overwrite: bool = True) -> tuple[Entity, Updated]:
    """Add attributes, types and scopes (5.6.3); what is there is overwritten unless told otherwise."""
    attributes, done, left = dict(old.attributes), [], []
    for name, instances in new.attributes.items():
        before = attributes.get(name, ())
        there = {one.dataset for one in before}
        fresh = tuple(one for one in instances if overwrite or one.dataset not in there)
        if not fresh:
            left.append(NotUpdated(attribute_name=name, reason="ngsi_ld.exists"))
            continue
        _put(attributes, name, before, fresh)
        done.append(name)
    types = tuple(dict.fromkeys((*old.types, *new.types)))
    scopes = new.scopes if new.scopes and (overwrite or not old.scopes) else old.scopes
    after = replace(old, types=types, scopes=scopes, attributes=attributes, modified_ms=new.modified_ms)
    return after, Updated(updated=tuple(done), not_updated=tuple(left))


def update(old: Entity, new: Entity) -> tuple[Entity, Updated]:
    """Replace attributes that are there (5.6.2); those that are not stay away and are told."""
    known = {name: instances for name, instances in new.attributes.items() if name in old.attributes}
    after, done = append(old, replace(new, attributes=known))
    missing = [name for name in new.attributes if name not in known]
    left = tuple(NotUpdated(attribute_name=name, reason="ngsi_ld.attribute") for name in missing)
    return after, Updated(updated=done.updated, not_updated=left)


def supplant(old: Entity, new: Entity) -> Entity:
    """The entity as newly told, its old attributes gone (5.6.18); it is as old as it was."""
    types = new.types or old.types
    attributes = {
        name: tuple(_aged(old.attributes.get(name, ()), one) for one in instances)
        for name, instances in new.attributes.items()
    }
    return replace(new, id=old.id, types=types, attributes=attributes, created_ms=old.created_ms)


def merge(old: Entity, new: Entity) -> Entity:
    """The entity with a merge patch applied (5.6.17, 5.5.12): objects are merged, nulls delete."""
    attributes = dict(old.attributes)
    for name, instances in new.attributes.items():
        before = attributes.get(name, ())
        _put(attributes, name, before, tuple(_merged(before, one) for one in instances))
    types = tuple(dict.fromkeys((*old.types, *new.types)))
    scopes = new.scopes or old.scopes
    return replace(old, types=types, scopes=scopes, attributes=attributes, modified_ms=new.modified_ms)


def patch_attribute(old: Entity, name: str, new: Attribute) -> Entity:
    """One instance partly updated (5.6.4): what is told takes the place of what was. Raises NotFound."""
    before = get_instance(old, name, new.dataset)
    if is_null(new):
        return delete_attribute(old, name, new.dataset, new.modified_ms)
    after = replace(
        before,
        value=new.value,
        observed_at=new.observed_at or before.observed_at,
        unit=new.unit or before.unit,
        object_type=new.object_type or before.object_type,
        sub=_merged_sub(before.sub, new.sub),
        modified_ms=new.modified_ms,
    )
    return _with(old, name, old.attributes[name], (after,), new.modified_ms)


def replace_attribute(old: Entity, name: str, new: Instances) -> Entity:
    """One attribute as newly told (5.6.19). Raises NotFound."""
    before = get_instance(old, name, new[0].dataset)
    return _with(old, name, old.attributes[name], (_aged((before,), new[0]),), new[0].modified_ms)


def delete_attribute(old: Entity, name: str, dataset: str | None, now_ms: int) -> Entity:
    """The entity without an instance of an attribute, or without any of it (None) (5.6.5). Raises NotFound."""
    if dataset is None and name not in old.attributes:
        raise NotFound("ngsi_ld.attribute", name=name)
    kept: Instances = ()
    if dataset is not None:
        get_instance(old, name, dataset)
        kept = tuple(one for one in old.attributes[name] if one.dataset != dataset)
    attributes = {known: instances for known, instances in old.attributes.items() if known != name}
    if kept:
        attributes[name] = kept
    return replace(old, attributes=attributes, modified_ms=now_ms)


def changed_names(before: Entity | None, after: Entity | None) -> dict[str, str]:
    """Which attributes differ between two states of an entity, each "Created", "Updated" or "Deleted"."""
    old, new = (one.attributes if one is not None else {} for one in (before, after))
    out = {name: "Created" if name not in old else "Updated" for name in new if not _same(old.get(name), new[name])}
    return out | {name: "Deleted" for name in old if name not in new}


def _same(old: Instances | None, new: Instances) -> bool:
    if old is new:
        return True
    if old is None or len(old) != len(new):
        return False
    by_dataset = {one.dataset: one for one in old}
    return all(one.dataset in by_dataset and same_content(one, by_dataset[one.dataset]) for one in new)


def _put(attributes: Attributes, name: str, before: Instances, fresh: Iterable[Attribute]) -> None:
    """Put instances beside or over those that are there; a null takes its instance away."""
    by_dataset = {one.dataset: one for one in before}
    for one in fresh:
        if is_null(one):
            by_dataset.pop(one.dataset, None)
        else:
            by_dataset[one.dataset] = _aged(before, one)
    if by_dataset:
        attributes[name] = tuple(by_dataset.values())
    else:
        attributes.pop(name, None)


def _aged(before: Instances, one: Attribute) -> Attribute:
    """A new instance keeps the birthday of the one it replaces."""
    old = next((old for old in before if old.dataset == one.dataset), None)
    return one if old is None else replace(one, created_ms=old.created_ms)


def get_instance(entity: Entity, name: str, dataset: str) -> Attribute:
    """The instance of an attribute; "" is the default one. Raises NotFound("ngsi_ld.attribute")."""
    for one in entity.attributes.get(name, ()):
        if one.dataset == dataset:
            return one
    raise NotFound("ngsi_ld.attribute", name=name)


def _with(old: Entity, name: str, before: Instances, fresh: Instances, now_ms: int) -> Entity:
    attributes = dict(old.attributes)
    _put(attributes, name, before, fresh)
    return replace(old, attributes=attributes, modified_ms=now_ms)


def _merged(before: Instances, one: Attribute) -> Attribute:
    old = next((old for old in before if old.dataset == one.dataset), None)
    if old is None or is_null(one):
        return one
    value = _patched(old.value, one.value) if one.kind in (PROPERTY, JSON) and one.kind == old.kind else one.value
    kind = old.kind if (old.kind, one.kind) == (GEO, PROPERTY) else one.kind
    return replace(
        one,
        kind=kind,
        value=value,
        observed_at=one.observed_at or old.observed_at,
        unit=one.unit or old.unit,
        sub=_merged_sub(old.sub, one.sub),
    )


def _merged_sub(before: Attributes, new: Attributes) -> Attributes:
    sub = dict(before)
    for name, instances in new.items():
        _put(sub, name, sub.get(name, ()), instances)
    return sub


def _patched(old: Any, new: Any) -> Any:
    """RFC 7396, with NGSI-LD's null."""
    if not isinstance(new, dict) or not isinstance(old, dict):
        return new
    out = dict(old)
    for name, value in new.items():
        if value is None or value == "urn:ngsi-ld:null":
            out.pop(name, None)
        else:
            out[name] = _patched(out.get(name), value)
    return out
