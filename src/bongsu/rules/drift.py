"""A slow trend of something that should stand still: a wall that tilts, a crack that widens (완만한 변화)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bongsu.core.register import Register, code_of
from bongsu.core.rule import Drift
from bongsu.rules.batch import Sorted
from bongsu.rules.finding import Found, Turn, released, tell
from bongsu.rules.reading import Readings, readings, working
from bongsu.rules.scope import InForce, streams_of
from bongsu.rules.state import Column, Ints, State, Work

HOUR_MS = 3_600_000.0
GAIN_AT_MOST = 0.2
"""No reading moves a mean by more than a fifth, however long the device was silent before it."""
KEPT: dict[str, Column] = {
    "last_ms": ("i8", 0),
    "began_ms": ("i8", 0),
    "first_ms": ("i8", 0),
    "readings": ("i4", 0),
    "mean": ("f8", 0),
    "baseline": ("f8", 0),
}


def shape(_: Drift) -> dict[str, dict[str, Column]]:
    """By datastream: its slow mean, its baseline, and since when both are known."""
    return {"stream": KEPT}


def covers(rule: InForce[Drift], register: Register) -> dict[str, Ints]:
    """The datastreams of the property."""
    return {"stream": streams_of(rule.rule.among, rule.terms.property, register)}


def detect(batch: Sorted, register: Register, rule: InForce[Drift], state: State) -> Found:
    """Means that left their baseline, and those that came back."""
    if batch.is_tick:
        table = state.tables["stream"]
        turns, gone = released("stream", table, lambda row: int(register.stream_device[row]), batch.telemetry.now_ms)
        return tell(turns, (gone,), register, rule, state)
    work = working(batch, code_of(rule.terms.property), state)
    if work is None:
        return tell((), (), register, rule, state)
    devices = register.stream_device[work.rows]
    turns = []
    for told in readings(batch, code_of(rule.terms.property), work):
        settled = _follow(work, told, rule.terms)
        turns += _judge(work, told, settled, devices, rule.terms)
    return tell(turns, (work.move(),), register, rule, state)


def _follow(work: Work, told: Readings, terms: Drift) -> NDArray[np.bool_]:
    """Move means and baselines by one reading each; tells which baselines have settled."""
    at, result = told.at, told.result
    new = work["readings"][at] == 0
    work["first_ms"][at[new]] = told.time_ms[new]
    work["mean"][at[new]] = work["baseline"][at[new]] = result[new]
    work["readings"][at] += 1
    passed_h = np.where(new, 0.0, (told.time_ms - work["last_ms"][at]) / HOUR_MS)
    work["mean"][at] += _gain(passed_h, terms.mean_h) * (result - work["mean"][at])
    settled: NDArray[np.bool_] = told.time_ms - work["first_ms"][at] >= terms.settle_h * HOUR_MS
    share = np.where(settled, 0.0, 1 / work["readings"][at])
    if terms.baseline_h:
        free = settled & (work["began_ms"][at] == 0)
        share = np.where(free, _gain(passed_h, terms.baseline_h), share)
    work["baseline"][at] += share * (result - work["baseline"][at])
    return settled


def _gain(passed_h: NDArray[np.float64], over_h: float) -> NDArray[np.float64]:
    gain: NDArray[np.float64] = np.minimum(-np.expm1(-passed_h / over_h), GAIN_AT_MOST)
    return gain


def _judge(work: Work, told: Readings, settled: NDArray[np.bool_], devices: Ints, terms: Drift) -> list[Turn]:
    at = told.at
    apart = np.abs(work["mean"][at] - work["baseline"][at])
    danger = work["began_ms"][at] > 0
    begins, ends = settled & ~danger & (apart >= terms.change), danger & (apart <= terms.change - terms.hysteresis)
    work["began_ms"][at[begins]] = told.time_ms[begins]
    work["began_ms"][at[ends]] = 0
    turns = []
    for number in np.flatnonzero(begins | ends).tolist():
        slot, at_ms = at[number], int(told.time_ms[number])
        mean, baseline = round(float(work["mean"][slot]), 3), round(float(work["baseline"][slot]), 3)
        values: dict[str, str | float] = {"property": terms.property, "mean": mean, "baseline": baseline}
        turns.append(Turn(at_ms, int(devices[slot]), bool(begins[number]), at_ms, "drift", values))
    return turns
