"""Which file looks for which danger, and a rule made ready for a register."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from bongsu.core.asset import Line
from bongsu.core.register import Register
from bongsu.core.rule import Absence, Drift, Geofence, Rule, Silent, Threshold, Together
from bongsu.rules import absence, drift, geofence, silent, threshold, together
from bongsu.rules.area import Area, area_of
from bongsu.rules.batch import Sorted
from bongsu.rules.finding import Found
from bongsu.rules.scope import InForce, Zones, totals_of
from bongsu.rules.state import Ints, Shape, State, fitted


class Danger(NamedTuple):
    """One danger: the shape of its state, the rows a rule covers, and how it is detected."""

    shape: Callable[[Any], Shape]
    covers: Callable[[Any, Register], dict[str, Ints]]
    detect: Callable[[Sorted, Register, Any, State], Found]


DANGERS: dict[type, Danger] = {
    Threshold: Danger(threshold.shape, threshold.covers, threshold.detect),
    Absence: Danger(absence.shape, absence.covers, absence.detect),
    Geofence: Danger(geofence.shape, geofence.covers, geofence.detect),
    Silent: Danger(silent.shape, silent.covers, silent.detect),
    Drift: Danger(drift.shape, drift.covers, drift.detect),
    Together: Danger(together.shape, together.covers, together.detect),
}
"""Every danger by the type of its terms."""


def in_force(rule_id: str, rule: Rule, zones: Zones, old: InForce[Any] | None = None) -> InForce[Any]:
    """A rule ready to be judged by: the `old` one itself where nothing is new, its area where that is the same.

    Raises KeyError where a zone is missing: the area would be another one.
    """
    terms = rule.terms
    rings = _rings(terms, zones) if isinstance(terms, Geofence) else {}
    mark = zlib.crc32(msgspec.json.encode((terms, rings)))
    if old is not None and old.mark == mark:
        return old if old.rule == rule else InForce(rule_id, mark, rule, terms, old.area)
    return InForce(rule_id, mark, rule, terms, _area(terms, rings) if isinstance(terms, Geofence) else None)


def state_for(rule: InForce[Any], register: Register, old: State | None = None) -> State:
    """The state of a rule with a slot for everything it covers; what the `old` one remembers stays."""
    danger = DANGERS[type(rule.terms)]
    return fitted(danger.shape(rule.terms), danger.covers(rule, register), totals_of(register), old)


def _rings(terms: Geofence, zones: Zones) -> dict[str, Line]:
    if not terms.zones and not terms.rings:
        return dict(zones)
    rings = {zone: zones[zone] for zone in terms.zones}
    return rings | {f"#{number}": ring for number, ring in enumerate(terms.rings, start=1)}


def _area(terms: Geofence, rings: dict[str, Line]) -> Area | None:
    """The area, None while no device has a zone of its own yet."""
    own = not terms.zones and not terms.rings
    return area_of(rings, terms.margin_m, by_site=own) if rings else None
