"""From a hub's entity to a report, by the city's mapping rules (event_mapping_rule, attribute_mapping_rule)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from bongsu.core.geo import Point, is_on_earth
from bongsu.core.incident import UNKNOWN_KIND
from bongsu.core.report import Report, Severity, Status, Step

ANY = "*"
NO_RULE = "MAPPING_RULE_NOT_FOUND"
"""What the field calls an event no rule speaks of; it is still taken, as a case of unknown kind that says so."""
STEPS = {step.value: step for step in Step}
STATUSES = {status.value: status for status in Status}


class EventRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Entities of a `type` whose detail is `detail` ("*" any) are cases of `kind`."""

    type: str
    detail: str = ANY
    kind: str
    severity: Severity = Severity.UNKNOWN


class AttributeRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which attributes of the hub say what: the names as the hub shows them, "" it says nothing of that."""

    detail: str = ""
    occurrence: str = ""
    step: str = ""
    status: str = ""
    where: str = "location"
    address: str = ""
    text: str = ""
    occurred_at: str = ""
    stated_at: str = ""


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of one hub."""

    event: tuple[EventRule, ...] = ()
    attribute: AttributeRule = AttributeRule()


def report_of(entity: Mapping[str, Any], rules: Rules, sender: str, now: datetime) -> Report:
    """The report of an entity as it stands; the same content is the same report, however often it is told."""
    names = rules.attribute
    detail, kind = _text(entity, names.detail), type_of(entity)
    rule = next((one for one in rules.event if one.type == kind and one.detail in (ANY, detail)), None)
    told = " · ".join(filter(None, ("" if rule else f"{NO_RULE} {kind}", _text(entity, names.text), detail)))
    identity = str(entity.get("id", ""))
    digest = hashlib.sha256(msgspec.json.encode(_content(entity), order="sorted")).hexdigest()
    occurred = moment_of(_text(entity, names.occurred_at))
    return Report(
        sender=sender,
        key=f"{identity}:{digest[:24]}",
        digest=digest,
        occurrence=_text(entity, names.occurrence) or identity,
        step=STEPS.get(_text(entity, names.step), Step.OCCURRED),
        kind=UNKNOWN_KIND if rule is None else rule.kind,
        severity=Severity.UNKNOWN if rule is None else rule.severity,
        received_at=now,
        occurred_at=min(occurred or now, now),
        stated_at=_earlier(moment_of(_text(entity, names.stated_at)), now),
        where=_where(value_of(entity.get(names.where))),
        address=_text(entity, names.address)[:500],
        text=told[:4000],
        status=STATUSES.get(_text(entity, names.status), Status.ACTUAL),
        event_code=kind,
    )


def value_of(attribute: Any) -> Any:
    """What an attribute says, normalized or plain; of several instances the first."""
    if isinstance(attribute, list) and attribute and isinstance(attribute[0], Mapping):
        attribute = attribute[0]
    if isinstance(attribute, Mapping) and "coordinates" not in attribute:
        return next((attribute[name] for name in ("value", "object", "vocab", "json") if name in attribute), None)
    return attribute


def type_of(entity: Mapping[str, Any]) -> str:
    """An entity's type; of several the first."""
    kind = entity.get("type", "")
    return str(kind[0] if isinstance(kind, list) and kind else kind)


def _content(entity: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entity[name] for name in entity if name not in ("@context", "createdAt", "modifiedAt")}


def _text(entity: Mapping[str, Any], name: str) -> str:
    value = value_of(entity.get(name)) if name else None
    if isinstance(value, Mapping):
        value = value.get("@value", "")
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _where(value: Any) -> Point | None:
    place = value.get("coordinates") if isinstance(value, Mapping) and value.get("type") == "Point" else None
    if not isinstance(place, list) or len(place) < 2 or not all(isinstance(one, int | float) for one in place[:2]):
        return None
    point = Point(float(place[0]), float(place[1]))
    return point if is_on_earth(point) and point != Point(0.0, 0.0) else None


def moment_of(text: str) -> datetime | None:
    """An ISO 8601 instant with an offset in UTC; None where it is none or not of our time."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return told.astimezone(UTC) if told.tzinfo is not None and 1970 < told.year < 2200 else None


def _earlier(told: datetime | None, now: datetime) -> datetime | None:
    return None if told is None else min(told, now)
