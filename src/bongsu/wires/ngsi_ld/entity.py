"""An entity and its attributes in expanded form: every name is a full IRI, every value as it was given (clause 4.5)."""

from __future__ import annotations

from typing import Any

import msgspec

PROPERTY, RELATIONSHIP, GEO, LANGUAGE, JSON, VOCAB, LIST, LIST_OF_OBJECTS = (
    "Property",
    "Relationship",
    "GeoProperty",
    "LanguageProperty",
    "JsonProperty",
    "VocabProperty",
    "ListProperty",
    "ListRelationship",
)
MEMBER = {
    PROPERTY: "value",
    RELATIONSHIP: "object",
    GEO: "value",
    LANGUAGE: "languageMap",
    JSON: "json",
    VOCAB: "vocab",
    LIST: "valueList",
    LIST_OF_OBJECTS: "objectList",
}
"""Where each kind of attribute holds what it says."""

NULL = "urn:ngsi-ld:null"
"""What stands where something shall be deleted (clause 4.5.0)."""


class Attribute(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One instance of an attribute; instances of one name differ in `dataset` ("" is the default one).

    `value` is what `MEMBER` of its kind holds; `sub` its properties and relationships by expanded name. Times of the
    system are Unix milliseconds; `observed_at` is ISO 8601 as it was told.
    """

    kind: str
    value: Any
    dataset: str = ""
    observed_at: str = ""
    unit: str = ""
    object_type: str = ""
    sub: dict[str, tuple[Attribute, ...]] = {}
    created_ms: int = 0
    modified_ms: int = 0


Attributes = dict[str, tuple[Attribute, ...]]


class Entity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entity: `types` and the names in `attributes` are IRIs."""

    id: str
    types: tuple[str, ...]
    scopes: tuple[str, ...] = ()
    attributes: Attributes = {}
    created_ms: int = 0
    modified_ms: int = 0


def same_content(one: Attribute, other: Attribute) -> bool:
    """Whether two instances say the same, whenever they were said (clause 5.8.6: what counts as a change)."""
    if (one.kind, one.value, one.dataset, one.observed_at, one.unit, one.object_type) != (
        other.kind,
        other.value,
        other.dataset,
        other.observed_at,
        other.unit,
        other.object_type,
    ):
        return False
    return one.sub.keys() == other.sub.keys() and all(
        same_instances(instances, other.sub[name]) for name, instances in one.sub.items()
    )


def same_instances(one: tuple[Attribute, ...], other: tuple[Attribute, ...]) -> bool:
    """Whether two sets of instances of one name say the same."""
    if len(one) != len(other):
        return False
    by_dataset = {instance.dataset: instance for instance in other}
    return all(
        instance.dataset in by_dataset and same_content(instance, by_dataset[instance.dataset]) for instance in one
    )
