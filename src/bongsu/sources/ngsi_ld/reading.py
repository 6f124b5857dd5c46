"""From a hub's entity to readings of registered devices, by the city's mapping records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from bongsu.core.observed import OBSERVED
from bongsu.sources.ngsi_ld.mapping import ANY, moment_of, type_of, value_of

LAST = "{last}"
TIMES = ("observedAt", "modifiedAt")


class ReadingRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `attribute` of entities of a `type` whose id fits `id` ("*" any text) is a `property` of a `device`.

    `device` is an id in the register; "{last}" in it is what follows the last colon of the entity's id. `unit` holds
    where the entity says none (`unitCode`), as a UN/CEFACT or UCUM code.
    """

    type: str
    id: str = ANY
    attribute: str
    device: str = LAST
    property: str
    unit: str = ""

    def __post_init__(self) -> None:
        if self.property not in OBSERVED:
            raise ValueError(f"property {self.property}")


class HubReading(msgspec.Struct, frozen=True, kw_only=True):
    """One reading as it is handed to the telemetry door (profile "hub"): in the hub's unit."""

    device: str
    observed_property: str
    result: object
    unit: str
    phenomenon_time_ms: int


def readings_of(entity: Mapping[str, Any], rules: Sequence[ReadingRule], now: datetime) -> Iterator[HubReading]:
    """What an entity tells of registered devices; an attribute it does not have says nothing.

    What the value is worth, whose it is and whether its unit fits is judged where all readings are.
    """
    identity, kind = str(entity.get("id", "")), type_of(entity)
    for rule in rules:
        if rule.type != kind or not fnmatchcase(identity, rule.id) or rule.attribute not in entity:
            continue
        told = entity[rule.attribute]
        more = _facts(told)
        said = more.get("unitCode")
        yield HubReading(
            device=rule.device.replace(LAST, identity.rpartition(":")[2]),
            observed_property=rule.property,
            result=value_of(told),
            unit=said if isinstance(said, str) and said else rule.unit,
            phenomenon_time_ms=round(_when(more, now).timestamp() * 1000),
        )


def _facts(attribute: Any) -> Mapping[str, Any]:
    """What is said beside an attribute's value; of several instances of the first."""
    first = attribute[0] if isinstance(attribute, list) and attribute else attribute
    return first if isinstance(first, Mapping) else {}


def _when(facts: Mapping[str, Any], now: datetime) -> datetime:
    """When it was measured as the hub says it, else when it was last changed there, else now."""
    told = (moment_of(str(facts.get(name, ""))) for name in TIMES)
    return next((one for one in told if one is not None), now)
