"""A rule tried on recorded days before it is switched on: what it would have found, and how much of that was real."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np

from bongsu.core.asking import POSITION
from bongsu.core.asset import Line
from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.detection import Detection, Phase
from bongsu.core.errors import Invalid
from bongsu.core.geo import distance_m
from bongsu.core.register import PROPERTIES, Register
from bongsu.core.rule import Geofence, Rule, properties_of
from bongsu.core.trial import MOST, Rang, Real, Tried, TryRule
from bongsu.rules.batch import Sorted
from bongsu.rules.dangers import DANGERS, in_force, state_for

TICK_MS = 60_000
TRIED = "trial"


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How near a finding must be to a real incident to count as it, in time, and in place where no site is the same."""

    within_s: float = 3600.0
    within_m: float = 300.0


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """One danger the rule would have told of; `over_ms` None where it has not ended, `real` its incident's number."""

    detection: Detection
    over_ms: int | None = None
    real: int | None = None


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What the rule would have found; `missed` are the numbers of real incidents it found nothing near."""

    fired: tuple[Fired, ...]
    days: float
    rows: int
    missed: tuple[int, ...]

    @property
    def found(self) -> int:
        """How many of the findings were near a real incident."""
        return sum(fired.real is not None for fired in self.fired)


def tried(
    rule: Rule,
    batches: Iterable[Telemetry],
    register: Register,
    zones: Mapping[str, Line],
    reals: Sequence[Real] = (),
    reach: Reach = Reach(),  # noqa: B008  frozen
) -> Trial:
    """The rule on recorded batches in the order of time, `now_ms` their clock.

    Raises KeyError where a zone of the rule is missing.
    """
    detections, rows, span_ms = _played(rule, batches, register, zones)
    over = {(one.site, one.began_ms): one.at_ms for one in detections if one.phase is Phase.OVER}
    begun = [one for one in detections if one.phase is Phase.BEGAN]
    ordered = sorted(range(len(reals)), key=lambda number: reals[number].at_ms)
    times = [reals[number].at_ms for number in ordered]
    fired = []
    for one in begun:
        near = _nearest(one, times, ordered, reals, reach)
        fired.append(Fired(detection=one, over_ms=over.get((one.site, one.began_ms)), real=near))
    missed = sorted(set(range(len(reals))) - {one.real for one in fired if one.real is not None})
    return Trial(fired=tuple(fired), days=span_ms / 86_400_000, rows=rows, missed=tuple(missed))


Recorded = Callable[[Register, Sequence[str], int, int], Iterator[Telemetry]]
"""Recorded days told again (`telemetry.archive`)."""


def on_record(asked: TryRule, recorded: Recorded, register: Register, zones: Mapping[str, Line]) -> Tried:
    """What a rule would have told of recorded days. Raises Invalid("rule.zone") where one of its zones is missing."""
    rule = asked.rule
    names = (POSITION,) if isinstance(rule.terms, Geofence) else properties_of(rule.terms) or PROPERTIES
    batches = recorded(register, names, asked.from_ms, asked.to_ms)
    try:
        trial = tried(rule, batches, register, zones, asked.reals)
    except KeyError as problem:
        raise Invalid("rule.zone", zone=str(problem.args[0])) from problem
    return Tried(
        rang=tuple(_rang(fired) for fired in trial.fired[:MOST]),
        times=len(trial.fired),
        near=trial.found,
        missed=trial.missed,
        days=round(trial.days, 2),
        rows=trial.rows,
    )


def _rang(fired: Fired) -> Rang:
    one = fired.detection
    return Rang(site=one.site, began_ms=one.began_ms, at_ms=one.at_ms, over_ms=fired.over_ms, real=fired.real)


def _played(
    rule: Rule, batches: Iterable[Telemetry], register: Register, zones: Mapping[str, Line]
) -> tuple[list[Detection], int, int]:
    force, danger = in_force(TRIED, rule, zones), DANGERS[type(rule.terms)]
    state = state_for(force, register)
    found: list[Detection] = []
    first_ms, clock_ms, rows = 0, 0, 0
    for batch in batches:
        for telemetry in (batch, *_tick(clock_ms, batch.now_ms)):
            detections, moves = danger.detect(Sorted(telemetry, register), register, force, state)
            state.advance(moves)
            found += detections
        first_ms = first_ms or batch.now_ms
        clock_ms, rows = batch.now_ms, rows + len(batch.results) + len(batch.places)
    return found, rows, clock_ms - first_ms


def _tick(since_ms: int, now_ms: int) -> Iterable[Telemetry]:
    """An empty batch each minute at most: what begins by lasting says when it did, however late it is asked."""
    return (_nothing(now_ms),) if now_ms // TICK_MS > since_ms // TICK_MS else ()


def _nothing(now_ms: int) -> Telemetry:
    ints, floats, times = np.empty(0, np.int32), np.empty(0, np.float64), np.empty(0, np.int64)
    return Telemetry(
        results=Results(ints, ints, floats, times), places=Places(ints, floats, floats, times), now_ms=now_ms
    )


def _nearest(
    one: Detection, times: Sequence[int], ordered: Sequence[int], reals: Sequence[Real], reach: Reach
) -> int | None:
    """The real incident nearest in time among those within reach."""
    within_ms = int(reach.within_s * 1000)
    near = ordered[bisect_left(times, one.began_ms - within_ms) : bisect_left(times, one.at_ms + within_ms + 1)]
    reached = [number for number in near if _is_there(one, reals[number], reach.within_m)]
    return min(reached, key=lambda number: abs(reals[number].at_ms - one.at_ms), default=None)


def _is_there(one: Detection, real: Real, within_m: float) -> bool:
    if real.site:
        return real.site == one.site
    if real.where is None or one.where is None:
        return real.where is None
    return distance_m(real.where, one.where) <= within_m
