"""What a rule must be to hold: known properties, limits that can be true, an area where it needs one (탐지 규칙)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from shapely import Polygon
from shapely.validation import explain_validity

from bongsu.core.asset import Line
from bongsu.core.errors import Conflict, Invalid
from bongsu.core.geo import Point, is_on_earth
from bongsu.core.observed import OBSERVED
from bongsu.core.revision import RecordKind, Revision
from bongsu.core.rule import (
    Absence,
    Condition,
    Drift,
    Geofence,
    Rule,
    Sign,
    Silent,
    Terms,
    Threshold,
    Together,
    properties_of,
)

NAME_CHARS_AT_MOST = 200
NOTE_CHARS_AT_MOST = 2_000
PARTS_AT_MOST = 24
RINGS_AT_MOST = 10_000
CORNERS_AT_MOST = 2_000
DAY_S, YEAR_S = 86_400.0, 366 * 86_400.0
YEAR_H = 366 * 24.0

Records = Mapping[tuple[RecordKind, str], Revision]


def check_rule(rule: Rule, records: Records) -> None:
    """A named rule about things that can be observed, within limits they can reach. Raises Invalid("rule.…")."""
    if not rule.name.strip() or max(len(rule.name), len(rule.name_en)) > NAME_CHARS_AT_MOST:
        raise Invalid("record.name", at_most=NAME_CHARS_AT_MOST)
    if len(rule.note) > NOTE_CHARS_AT_MOST:
        raise Invalid("rule.note", at_most=NOTE_CHARS_AT_MOST)
    if rule.kind and not _holds(records, RecordKind.KIND, rule.kind):
        raise Invalid("rule.kind", kind=rule.kind)
    for name in properties_of(rule.terms):
        if name not in OBSERVED:
            raise Invalid("rule.property", property=name)
    if rule.hours is not None:
        _check_between("from_h", rule.hours.from_h, 0, 24)
        _check_between("to_h", rule.hours.to_h, 0, 24)
        if rule.hours.from_h == rule.hours.to_h:
            raise Invalid("rule.part", hour=rule.hours.from_h)
    _check_terms(rule.terms, records)


def check_zone_free(zone: str, records: Records) -> None:
    """No rule is judged by a zone that goes: its area would be another. Raises Conflict("rule.zone_used")."""
    for (kind, name), record in records.items():
        if kind is RecordKind.RULE and isinstance(record.body, Rule) and zone in zones_of(record.body):
            raise Conflict("rule.zone_used", zone=zone, rule=name)


def zones_of(rule: Rule) -> tuple[str, ...]:
    """The zones a rule is judged by."""
    return rule.terms.zones if isinstance(rule.terms, Geofence) else ()


def _check_terms(terms: Terms, records: Records) -> None:
    match terms:
        case Threshold():
            _check_limits(terms.property, terms)
            _check_change("hysteresis", terms.property, terms.hysteresis, least=0.0)
            _check_between("for_s", terms.for_s, 0, YEAR_S)
        case Absence():
            _check_absence(terms)
        case Geofence():
            _check_fence(terms, records)
        case Silent():
            _check_silent(terms)
        case Drift():
            _check_drift(terms)
        case Together():
            _check_together(terms)


def _check_limits(name: str, terms: Threshold | Condition) -> None:
    """At least one limit, each inside the range of results that are believed at all."""
    given = [field for field in ("above", "below", "rise_per_min") if getattr(terms, field) is not None]
    if not given:
        raise Invalid("rule.limit", property=name)
    observed = OBSERVED[name]
    for field, limit in (("above", terms.above), ("below", terms.below)):
        if limit is not None and not observed.low <= limit <= observed.high:
            raise Invalid("rule.range", field=field, low=observed.low, high=observed.high, unit=observed.unit)
    if terms.above is not None and terms.below is not None and terms.below >= terms.above:
        raise Invalid("rule.crossed")
    if terms.rise_per_min is not None:
        _check_change("rise_per_min", name, terms.rise_per_min)
        _check_between("rise_over_s", terms.rise_over_s, 1, DAY_S)


def _check_change(field: str, name: str, number: float, least: float | None = None) -> None:
    """A change of a property's results: more than nothing (or `least`), and no more than its range is wide."""
    observed = OBSERVED[name]
    width = observed.high - observed.low
    is_enough = number > 0 if least is None else number >= least
    if not (math.isfinite(number) and is_enough and number <= width):
        raise Invalid("rule.range", field=field, low=least or 0, high=width, unit=observed.unit)


def _check_between(field: str, number: float, low: float, high: float) -> None:
    if not (math.isfinite(number) and low <= number <= high):
        raise Invalid("rule.number", field=field, low=low, high=high)


def _check_absence(terms: Absence) -> None:
    if not terms.signs:
        raise Invalid("rule.signs")
    for sign in terms.signs:
        _check_sign(sign)
    if not terms.limits and terms.rhythm is None:
        raise Invalid("rule.patience")
    if len(terms.limits) > PARTS_AT_MOST:
        raise Invalid("rule.parts", at_most=PARTS_AT_MOST)
    for part in terms.limits:
        _check_between("from_h", part.from_h, 0, 24)
        _check_between("to_h", part.to_h, 0, 24)
        _check_between("limit_h", part.limit_h, 0.25, YEAR_H)
        if part.from_h == part.to_h:
            raise Invalid("rule.part", hour=part.from_h)
    if (rhythm := terms.rhythm) is not None:
        _check_between("improbable", rhythm.improbable, 1e-12, 0.5)
        _check_between("memory_weeks", rhythm.memory_weeks, 1, 52)
        _check_between("known_weeks", rhythm.known_weeks, 1, 52)
        _check_between("margin", rhythm.margin, 0, 10)
        _check_between("at_least_h", rhythm.at_least_h, 0, YEAR_H)


def _check_sign(sign: Sign) -> None:
    if (sign.above is None) == (sign.change is None):
        raise Invalid("rule.sign", property=sign.property)
    observed = OBSERVED[sign.property]
    if sign.above is not None and not observed.low <= sign.above <= observed.high:
        raise Invalid("rule.range", field="above", low=observed.low, high=observed.high, unit=observed.unit)
    if sign.change is not None:
        _check_change("change", sign.property, sign.change)


def _check_fence(terms: Geofence, records: Records) -> None:
    if terms.enter + terms.exit + (terms.dwell_s is not None) != 1:
        raise Invalid("rule.fence")
    for zone in terms.zones:
        if not _holds(records, RecordKind.ZONE, zone):
            raise Invalid("rule.zone", zone=zone)
    if len(terms.rings) > RINGS_AT_MOST:
        raise Invalid("rule.rings", at_most=RINGS_AT_MOST)
    for number, ring in enumerate(terms.rings, start=1):
        _check_ring(number, ring)
    if terms.dwell_s is not None:
        _check_between("dwell_s", terms.dwell_s, 0, YEAR_S)
    _check_between("margin_m", terms.margin_m, 0, 10_000)
    _check_between("settle_s", terms.settle_s, 0, DAY_S)


def _check_ring(number: int, ring: Line) -> None:
    """A closed ring on earth that crosses itself nowhere."""
    if len(ring) < 4 or ring[0] != ring[-1] or len(ring) > CORNERS_AT_MOST:
        raise Invalid("rule.ring", ring=number, at_most=CORNERS_AT_MOST)
    if not all(is_on_earth(Point(lon, lat)) for lon, lat in ring):
        raise Invalid("rule.ring_outside", ring=number)
    shape = Polygon(ring)
    if not shape.is_valid or shape.area == 0.0:
        raise Invalid("rule.ring_crossed", ring=number, detail=explain_validity(shape))


def _check_silent(terms: Silent) -> None:
    if (terms.silent_s is None) == (terms.stuck_s is None):
        raise Invalid("rule.silent")
    if terms.stuck_s is not None and not terms.property:
        raise Invalid("rule.stuck")
    for field, number in (("silent_s", terms.silent_s), ("stuck_s", terms.stuck_s)):
        if number is not None:
            _check_between(field, number, 1, YEAR_S)
    _check_between("stuck_readings", terms.stuck_readings, 2, 1e6)


def _check_drift(terms: Drift) -> None:
    _check_change("change", terms.property, terms.change)
    _check_change("hysteresis", terms.property, terms.hysteresis, least=0.0)
    if terms.hysteresis >= terms.change:
        raise Invalid("rule.hysteresis")
    _check_between("mean_h", terms.mean_h, 0.01, YEAR_H)
    _check_between("settle_h", terms.settle_h, 0.01, YEAR_H)
    _check_between("baseline_h", terms.baseline_h, 0, 10 * YEAR_H)
    if 0 < terms.baseline_h <= terms.mean_h:
        raise Invalid("rule.baseline")


def _check_together(terms: Together) -> None:
    if len(terms.conditions) < 2:
        raise Invalid("rule.conditions")
    for condition in terms.conditions:
        if len(list(_given(condition))) != 1:
            raise Invalid("rule.condition", property=condition.property)
        _check_limits(condition.property, condition)
    _check_between("within_s", terms.within_s, 1, DAY_S)


def _given(condition: Condition) -> Iterator[float]:
    yield from (limit for limit in (condition.above, condition.below, condition.rise_per_min) if limit is not None)


def _holds(records: Records, kind: RecordKind, name: str) -> bool:
    record = records.get((kind, name))
    return record is not None and record.body is not None
