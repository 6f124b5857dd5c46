"""How well what was found fits what was put in: found, how soon, false alarms, near-misses that kept silent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

import msgspec

from bongsu.world.care.story import Case

LIMITS = {"missed": 0, "near_misses_alarmed": 0, "false_alarms": 0, "false_alarms_per_home_month": 0.1}
"""No case is missed and no near-miss alarms; only homes, whose people live as they like, may alarm without cause."""


class Alarm(NamedTuple):
    """That a kind of danger was found at a site, and when that was known."""

    kind: str
    site: str
    at_ms: int


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """One service's marks. Seconds are from the moment a case began to its alarm; None where none was found.

    `false_alarms` are those no true case explains, `near_misses_alarmed` those among them in a near-miss's time.
    """

    true_cases: int
    found: int
    seconds_median: float | None
    seconds_worst: float | None
    near_misses: int
    near_misses_alarmed: int
    false_alarms: int
    missed: tuple[str, ...]
    alarmed: tuple[str, ...]


def marks_of(cases: Sequence[Case], alarms: Iterable[Alarm]) -> Marks:
    """The marks of these alarms against the truth; each case is looked for by its own kind, at its own site."""
    given = sorted(alarms, key=lambda one: one.at_ms)
    true, near = [case for case in cases if case.true], [case for case in cases if not case.true]
    took = {case: _seconds(case, given) for case in true}
    known = [seconds for seconds in took.values() if seconds is not None]
    unexplained = [one for one in given if not any(_explains(case, one) for case in true)]
    fooled = [case for case in near if any(_explains(case, one) for one in unexplained)]
    return Marks(
        true_cases=len(true),
        found=len(known),
        seconds_median=round(median(known), 1) if known else None,
        seconds_worst=round(max(known), 1) if known else None,
        near_misses=len(near),
        near_misses_alarmed=len(fooled),
        false_alarms=len(unexplained),
        missed=tuple(f"{case.what} {case.site}" for case, seconds in took.items() if seconds is None),
        alarmed=tuple(f"{one.kind} {one.site} {one.at_ms}" for one in unexplained),
    )


def faults_of(marks: Marks, homes: int) -> list[str]:
    """What the marks do not hold of the limits; `homes` may alarm without cause now and then."""
    faults = [f"missed {what}" for what in marks.missed]
    if marks.near_misses_alarmed:
        faults.append(f"{marks.near_misses_alarmed} near-misses alarmed")
    if marks.false_alarms > homes * LIMITS["false_alarms_per_home_month"]:
        faults.append(f"{marks.false_alarms} false alarms: {', '.join(marks.alarmed[:3])}")
    return faults


def _seconds(case: Case, alarms: Sequence[Alarm]) -> float | None:
    """How long it took; an alarm of the same kind that was not about it, because it came before, does not count."""
    times = [
        one.at_ms for one in alarms if one.kind == case.kind and _explains(case, one) and one.at_ms <= case.until_ms
    ]
    return (min(times) - case.began_ms) / 1000 if times else None


def _explains(case: Case, alarm: Alarm) -> bool:
    return alarm.site == case.site and case.began_ms <= alarm.at_ms <= case.over_ms
