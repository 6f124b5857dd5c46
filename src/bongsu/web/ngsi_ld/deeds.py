"""The operations that change entities (clause 5.6), as pure functions over a draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from bongsu.core.errors import BongsuError, Invalid
from bongsu.web.ngsi_ld.draft import Draft
from bongsu.wires.ngsi_ld import change
from bongsu.wires.ngsi_ld.change import Updated
from bongsu.wires.ngsi_ld.entity import Attribute, Entity

Each = Callable[[Draft, Entity], bool]
"""What a batch does with one entity; True where it made it."""


class Failed(msgspec.Struct, frozen=True):
    """An entity of a batch for which the operation failed, and why."""

    entity: str
    problem: BongsuError


class BatchDone(msgspec.Struct, frozen=True):
    """What came of a batch: entities made, entities otherwise done, and those that failed (clause 5.2.16)."""

    created: list[str]
    done: list[str]
    failed: list[Failed]


def update(draft: Draft, entity: str, fragment: Entity) -> Updated:
    """5.6.2: replace the attributes that are there."""
    after, told = change.update(draft.get(entity), fragment)
    draft.put(after)
    return told


def append(draft: Draft, entity: str, fragment: Entity, *, overwrite: bool) -> Updated:
    """5.6.3: add attributes."""
    after, told = change.append(draft.get(entity), fragment, overwrite=overwrite)
    draft.put(after)
    return told


def supplant(draft: Draft, entity: str, fragment: Entity) -> None:
    """5.6.18: replace the entity. Raises Invalid where another type is told."""
    old = draft.get(entity)
    if fragment.types and set(fragment.types) != set(old.types):
        raise Invalid("ngsi_ld.wrong", detail="type")
    draft.put(change.supplant(old, fragment))


def merge(draft: Draft, entity: str, fragment: Entity) -> None:
    """5.6.17: merge a patch into the entity."""
    draft.put(change.merge(draft.get(entity), fragment))


def patch_attribute(draft: Draft, entity: str, name: str, dataset: str, read: Callable[[Attribute], Attribute]) -> None:
    """5.6.4: update part of an attribute; `read` makes the new one of what was told, over the one that is there."""
    old = draft.get(entity)
    draft.put(change.patch_attribute(old, name, read(change.get_instance(old, name, dataset))))


def replace_attribute(draft: Draft, entity: str, name: str, new: tuple[Attribute, ...]) -> None:
    """5.6.19: replace an attribute."""
    draft.put(change.replace_attribute(draft.get(entity), name, new))


def delete_attribute(draft: Draft, entity: str, name: str, dataset: str | None, now_ms: int) -> None:
    """5.6.5: delete an instance of an attribute, or all of them."""
    draft.put(change.delete_attribute(draft.get(entity), name, dataset, now_ms))


def batch(draft: Draft, entities: Sequence[Entity | Failed], each: Each) -> BatchDone:
    """One operation on many entities, each alone: what fails leaves the others standing."""
    told = BatchDone([], [], [])
    for entity in entities:
        if isinstance(entity, Failed):
            told.failed.append(entity)
            continue
        alone = draft.over()
        try:
            made = each(alone, entity)
        except BongsuError as problem:
            told.failed.append(Failed(entity.id, problem))
            continue
        draft.take(alone)
        (told.created if made else told.done).append(entity.id)
    return told


def create_one(draft: Draft, entity: Entity) -> bool:
    """5.6.7."""
    draft.make(entity)
    return True


def upsert_one(draft: Draft, entity: Entity, *, updates: bool) -> bool:
    """5.6.8: make it, or replace its content; with `updates`, add to it."""
    old = draft.find(entity.id)
    if old is None:
        draft.make(entity)
        return True
    if updates:
        append(draft, entity.id, entity, overwrite=True)
    else:
        types = tuple(dict.fromkeys((*old.types, *entity.types)))
        draft.put(change.supplant(old, replace(entity, types=types)))
    return False


def update_one(draft: Draft, entity: Entity, *, overwrite: bool) -> bool:
    """5.6.9: add to an entity that is there."""
    append(draft, entity.id, entity, overwrite=overwrite)
    return False


def merge_one(draft: Draft, entity: Entity) -> bool:
    """5.6.20."""
    merge(draft, entity.id, entity)
    return False


def delete_one(draft: Draft, entity: Entity) -> bool:
    """5.6.10."""
    draft.drop(entity.id)
    return False
