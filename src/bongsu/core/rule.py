"""The terms of rules: which danger is looked for, in which devices, and what it opens (탐지 규칙)."""

from __future__ import annotations

import msgspec

from bongsu.core.asset import Line
from bongsu.core.device import DeviceKind
from bongsu.core.report import Severity


class Threshold(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="danger",
    tag="threshold",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """A result beyond a limit, or rising too fast; limits are in the property's unit, at least one is given.

    It begins when the result has been over `above`, under `below` or rising by `rise_per_min` for `for_s`, the last
    result holding until the next; it is over when the result is back by `hysteresis` and rises half as fast at most.
    `rise_over_s` is the least time over which a rise is measured.
    """

    property: str
    above: float | None = None
    below: float | None = None
    hysteresis: float = 0.0
    for_s: float = 0.0
    rise_per_min: float | None = None
    rise_over_s: float = 60.0


class Sign(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What counts as activity: a result of at least `above`, or one that differs by `change` from the one before."""

    property: str
    above: float | None = None
    change: float | None = None


class DayPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `from_h` to `to_h` o'clock (past midnight where it is the smaller), `limit_h` hours may pass silently.

    A silence through several parts uses up each one's share: 8 of 12 hours at night and 2 of 6 by day make a whole.
    """

    from_h: float
    to_h: float
    limit_h: float


class Rhythm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The rhythm of a home, learned by hour of the week over about `memory_weeks`; unused before `known_weeks`.

    A silence is an alarm when the hours it lasted would all be silent with a probability under `improbable`, when it
    is `margin` times as surprising as the most surprising one remembered, and when it lasted `at_least_h`.
    """

    improbable: float = 1e-6
    memory_weeks: float = 6.0
    known_weeks: float = 2.0
    margin: float = 0.5
    at_least_h: float = 3.0


class Absence(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="danger",
    tag="absence",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """No sign of activity at a site: for longer than the fixed limits, or than its own rhythm makes believable.

    Hours are those of the city (KST). At least one of `limits` and `rhythm` is given; whichever is first alarms. It is
    over with the next sign.
    """

    signs: tuple[Sign, ...]
    limits: tuple[DayPart, ...] = ()
    rhythm: Rhythm | None = None


class Geofence(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="danger",
    tag="geofence",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """A moving device comes into, leaves, or stays in an area: the given zones (record ids) and rings as one.

    Without either, each device has the zone whose id is its site. It is inside as soon as it is within, outside when it
    is `margin_m` beyond; a change counts when it has lasted `settle_s`. Where a device is already when it is first
    heard is no change: nobody entered or left, but `dwell_s` begins. Exactly one of `enter`, `exit` and `dwell_s`.
    """

    zones: tuple[str, ...] = ()
    rings: tuple[Line, ...] = ()
    enter: bool = False
    exit: bool = False
    dwell_s: float | None = None
    margin_m: float = 20.0
    settle_s: float = 0.0


class Silent(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="danger",
    tag="silent",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """A device that says nothing for `silent_s`, or whose `property` has been exactly the same for `stuck_s`.

    Exactly one of the two. Stuck are at least `stuck_readings` readings; those of a property that rests by nature
    (a bin's fill at night) are none of this rule's business.
    """

    silent_s: float | None = None
    property: str = ""
    stuck_s: float | None = None
    stuck_readings: int = 10


class Drift(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="danger",
    tag="drift",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """A slow trend: the mean over about `mean_h` has left the baseline by `change` (in the property's unit).

    The baseline is the mean of the first `settle_h`; with `baseline_h` it then follows over that time, so that what
    the seasons do is no trend (0: it stays). It is over when the mean is back by `hysteresis`.
    """

    property: str
    change: float
    hysteresis: float = 0.0
    mean_h: float = 6.0
    settle_h: float = 72.0
    baseline_h: float = 0.0


class Condition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that must be seen: a property `above`, `below`, or rising by `rise_per_min` (exactly one)."""

    property: str
    above: float | None = None
    below: float | None = None
    rise_per_min: float | None = None
    rise_over_s: float = 60.0


class Together(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="danger",
    tag="together",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """Several things seen at one site, by whichever of its devices, all within `within_s`.

    It is over when one of them has not been seen for `within_s`.
    """

    conditions: tuple[Condition, ...]
    within_s: float = 300.0


Terms = Threshold | Absence | Geofence | Silent | Drift | Together
"""One danger's terms, told apart by `danger`."""


class Among(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which devices a rule is about: of these kinds, at these sites, these themselves; empty is any."""

    kinds: tuple[DeviceKind, ...] = ()
    sites: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()


KST_MS = 9 * 3_600_000
DAY_MS, HOUR_MS = 86_400_000, 3_600_000.0


class Hours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hours of the day from `from_h` to `to_h` o'clock (KST), past midnight where that is the smaller."""

    from_h: float
    to_h: float

    def holds(self, time_ms: int) -> bool:
        """Whether a moment lies in these hours."""
        hour = (time_ms + KST_MS) % DAY_MS / HOUR_MS
        if self.from_h <= self.to_h:
            return self.from_h <= hour < self.to_h
        return hour >= self.from_h or hour < self.to_h


class Rule(msgspec.Struct, frozen=True, kw_only=True, tag="rule", omit_defaults=True, forbid_unknown_fields=True):
    """One rule; its id is the record's. `kind` is the kind of incident it opens ("": a notice only, nobody is alarmed).

    A rule that is not `enabled` is kept, and can be tried on recorded days, but finds nothing. With `hours`, only what
    begins in them counts.
    """

    name: str
    name_en: str = ""
    note: str = ""
    enabled: bool = False
    kind: str = ""
    severity: Severity = Severity.UNKNOWN
    among: Among = Among()
    hours: Hours | None = None
    terms: Terms


def properties_of(terms: Terms) -> tuple[str, ...]:
    """The observed properties these terms read, each once; a geofence and a silent device read none."""
    match terms:
        case Threshold() | Drift():
            named: tuple[str, ...] = (terms.property,)
        case Silent():
            named = (terms.property,) if terms.property else ()
        case Absence():
            named = tuple(sign.property for sign in terms.signs)
        case Together():
            named = tuple(condition.property for condition in terms.conditions)
        case Geofence():
            named = ()
    return tuple(dict.fromkeys(named))
