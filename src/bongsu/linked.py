"""The linked services (연계서비스): which there are, and each bound to its terms as the records say now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
import structlog

from bongsu.core.errors import Invalid
from bongsu.core.revision import RecordKind, Revision, ServiceTerms
from bongsu.flow import Respond
from bongsu.services import (
    childcare,
    disaster,
    elder_care,
    electronic_monitoring,
    fire_dispatch,
    missing_person,
    police_dispatch,
    police_video,
    room_fire,
    smart_bins,
    structures,
    wandering,
    water_meters,
)

SERVICES: Mapping[str, Any] = {
    "police_video": police_video,
    "police_dispatch": police_dispatch,
    "fire_dispatch": fire_dispatch,
    "disaster": disaster,
    "electronic_monitoring": electronic_monitoring,
    "elder_care": elder_care,
    "wandering": wandering,
    "missing_person": missing_person,
    "childcare": childcare,
    "water_meters": water_meters,
    "smart_bins": smart_bins,
    "structures": structures,
    "room_fire": room_fire,
}

log = structlog.get_logger()


def full_terms(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """A service's terms with all that the table leaves out, as a stored record gives them back. Raises Invalid."""
    terms: dict[str, Any] = msgspec.msgpack.decode(msgspec.msgpack.encode(_settings(name, table)))
    return terms


def _settings(name: str, table: Mapping[str, Any]) -> Any:
    if name not in SERVICES:
        raise Invalid("settings.service", name=name)
    try:
        return msgspec.convert(table, SERVICES[name].Settings)
    except msgspec.ValidationError as problem:
        raise Invalid("settings.wrong", path=f"services.{name}", detail=str(problem)) from problem


def services_of(
    tables: Mapping[str, Mapping[str, Any]], records: Mapping[tuple[RecordKind, str], Revision]
) -> dict[str, Respond]:
    """Every service at work: on its record's terms, before it has one on its table's. Raises Invalid for a table.

    A record of a service this release does not have is left aside.
    """
    terms = dict(tables)
    for (kind, name), record in records.items():
        if kind is not RecordKind.SERVICE or not isinstance(record.body, ServiceTerms):
            continue
        if name in SERVICES:
            terms[name] = record.body.terms
        else:
            log.warning("service.unknown", service=name)
    bound = {name: _settings(name, table) for name, table in terms.items()}
    return {name: partial(service.respond, settings=bound[name]) for name, service in SERVICES.items() if name in bound}
