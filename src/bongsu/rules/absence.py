"""No sign of activity at a home for too long, by fixed limits or by its own learned rhythm (활동 없음)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bongsu.core.register import Register, code_of
from bongsu.core.rule import Absence, Rhythm, Sign
from bongsu.rules import rhythm
from bongsu.rules.batch import Sorted, rounds_of
from bongsu.rules.finding import Found, Turn, device_at, released, tell
from bongsu.rules.reading import Readings, readings, working
from bongsu.rules.scope import InForce, streams_of
from bongsu.rules.state import Column, Ints, Move, State, Work

Times = NDArray[np.int64]
TOLD: dict[str, Column] = {"last_ms": ("i8", 0), "result": ("f8", np.nan)}
SITE: dict[str, Column] = {
    "last_ms": ("i8", 0),
    "began_ms": ("i8", 0),
    "due_ms": ("i8", 0),
    "mark": ("i8", 0),
}
LEARNED: dict[str, Column] = {
    "known_ms": ("i8", 0),
    "rhythm_ms": ("i8", rhythm.NEVER_MS),
    "record": ("f4", 0),
    "heard": ("168f4", 0),
    "quiet": ("168f4", 0),
}


def shape(terms: Absence) -> dict[str, dict[str, Column]]:
    """By sign and datastream the last result; by site the last sign, when that is an alarm, and the rhythm."""
    tables: dict[str, dict[str, Column]] = {f"stream{number}": TOLD for number in range(len(terms.signs))}
    return tables | {"site": SITE if terms.rhythm is None else SITE | LEARNED}


def covers(rule: InForce[Absence], register: Register) -> dict[str, Ints]:
    """The datastreams in which signs are looked for, and the sites that have any."""
    among = rule.rule.among
    tables: dict[str, Ints] = {
        f"stream{number}": streams_of(among, sign.property, register) for number, sign in enumerate(rule.terms.signs)
    }
    streams = np.concatenate(list(tables.values()))
    has = np.zeros(len(register.sites), np.bool_)
    has[register.site[register.stream_device[streams]]] = True
    return tables | {"site": np.flatnonzero(has)}


def detect(batch: Sorted, register: Register, rule: InForce[Absence], state: State) -> Found:
    """With an empty batch, the sites that have been silent for too long; else those that showed a sign again."""
    if batch.is_tick:
        return _tick(batch.telemetry.now_ms, register, rule, state)
    moves: list[Move] = []
    device, time_ms = _signs(batch, register, rule.terms.signs, state, moves)
    if not len(device):
        return tell((), moves, register, rule, state)
    order = np.argsort(time_ms, kind="stable")
    device, time_ms = device[order], time_ms[order]
    sites = register.site[device]
    rounds = rounds_of(sites)
    first = np.empty(len(rounds[0].key), np.int32)
    first[rounds[0].key] = sites[rounds[0].at]
    table = state.tables["site"]
    work = Work("site", table, table.slot[first])
    turns: list[Turn] = []
    for one in rounds:
        fresh = time_ms[one.at] > work["last_ms"][one.key]
        turns += _signed(work, one.key[fresh], time_ms[one.at][fresh], device[one.at][fresh], rule)
    return tell(turns, (*moves, work.move()), register, rule, state)


def _signs(
    batch: Sorted, register: Register, signs: tuple[Sign, ...], state: State, moves: list[Move]
) -> tuple[NDArray[np.int32], Times]:
    """Devices that showed a sign, and when."""
    devices, times = [np.empty(0, np.int32)], [np.empty(0, np.int64)]
    for number, sign in enumerate(signs):
        code = code_of(sign.property)
        work = working(batch, code, state, f"stream{number}")
        if work is None:
            continue
        for told in readings(batch, code, work):
            shown = _shown(work, told, sign)
            devices.append(register.stream_device[work.rows[told.at[shown]]])
            times.append(told.time_ms[shown])
        moves.append(work.move())
    return np.concatenate(devices), np.concatenate(times)


def _shown(work: Work, told: Readings, sign: Sign) -> NDArray[np.bool_]:
    """Which readings are a sign; the first of a datastream has nothing to differ from."""
    if sign.above is not None:
        return told.result >= sign.above
    before = work["result"][told.at]
    work["result"][told.at] = told.result
    shown: NDArray[np.bool_] = np.abs(told.result - before) >= (sign.change or 0.0)
    return shown


def _signed(work: Work, at: Ints, times: Times, devices: Ints, rule: InForce[Absence]) -> list[Turn]:
    """One sign at each site: a silence ends, be it that it was an alarm already or had become one unnoticed."""
    due, began = work["due_ms"][at], work["began_ms"][at]
    last = work["last_ms"][at]
    missed = (began == 0) & (due > 0) & (times >= due) & (work["mark"][at] == rule.mark)
    turns = [
        _alarm(int(devices[number]), int(last[number]), int(due[number]), work, int(at[number]), rule)
        for number in np.flatnonzero(missed).tolist()
    ]
    ended = np.flatnonzero(missed | (began > 0)).tolist()
    turns += [Turn(int(times[number]), int(devices[number]), False, 0, "active") for number in ended]
    if rule.terms.rhythm is not None:
        _learn(work, at, times, rule.terms.rhythm, rule.mark)
    work["last_ms"][at], work["began_ms"][at] = times, 0
    _set_due(work, at, rule)
    return turns


def _learn(work: Work, at: Ints, times: Times, terms: Rhythm, mark: int) -> None:
    """Learn the hours since the last sign, and from when on the silence that begins now would be an alarm."""
    new = work["known_ms"][at] == 0
    work["known_ms"][at[new]] = times[new]
    hour, before = rhythm.hour_of(times), rhythm.hour_of(work["last_ms"][at])
    turned = (hour != before) | (work["mark"][at] != mark)
    at, times, hour, before, new = at[turned], times[turned], hour[turned], before[turned], new[turned]
    heard, quiet = work["heard"][at].astype(np.float64), work["quiet"][at].astype(np.float64)
    lived = rhythm.surprise_between(rhythm.surprises(heard, quiet), before, hour)
    weeks = np.maximum(times - work["last_ms"][at], 0) / (rhythm.WEEK_H * rhythm.HOUR_MS)
    faded = work["record"][at] * np.exp(-weeks / (2 * terms.memory_weeks))
    work["record"][at] = np.where(new, 0, np.maximum(faded, lived))
    rhythm.learn(heard, quiet, np.where(new, hour, before), hour, terms.memory_weeks)
    work["heard"][at], work["quiet"][at] = heard, quiet
    need = np.maximum(-np.log(terms.improbable), terms.margin * work["record"][at])
    due = rhythm.due_by_rhythm(rhythm.surprises(heard, quiet), times, need, terms)
    known = times - work["known_ms"][at] >= terms.known_weeks * rhythm.WEEK_H * rhythm.HOUR_MS
    work["rhythm_ms"][at] = np.where(known, due, rhythm.NEVER_MS)


def _set_due(work: Work, at: Ints, rule: InForce[Absence]) -> None:
    due = rhythm.due_by_limits(work["last_ms"][at], rule.terms.limits)
    if rule.terms.rhythm is not None:
        due = np.minimum(due, work["rhythm_ms"][at])
    work["due_ms"][at], work["mark"][at] = due, rule.mark


def _alarm(device: int, last_ms: int, due_ms: int, work: Work, slot: int, rule: InForce[Absence]) -> Turn:
    by_rhythm = rule.terms.rhythm is not None and work["rhythm_ms"][slot] == due_ms
    values: dict[str, str | float] = {"hours": round((due_ms - last_ms) / rhythm.HOUR_MS, 1)}
    return Turn(due_ms, device, True, last_ms, "unusual_silence" if by_rhythm else "absence", values)


def _tick(now_ms: int, register: Register, rule: InForce[Absence], state: State) -> Found:
    """Sites never heard are waited for from now on; where the terms are others, the alarm's time is set anew."""
    table = state.tables["site"]
    turns, gone = released("site", table, lambda row: device_at(register, row), now_ms)
    moves = [gone, *_renewed(now_ms, rule, state)]
    columns = table.columns
    due = np.flatnonzero(columns["due_ms"] <= now_ms)  # of a million few: the rest is asked of these alone
    due = due[table.live[due] & (columns["mark"][due] == rule.mark) & (columns["began_ms"][due] == 0)]
    if len(due):
        work = Work("site", table, due)
        for number in range(len(due)):
            last_ms, due_ms = int(work["last_ms"][number]), int(work["due_ms"][number])
            device = device_at(register, int(work.rows[number]))
            turns.append(_alarm(device, last_ms, due_ms, work, number, rule))
        moves.append(Move("site", due, {"began_ms": work["last_ms"]}))
    return tell(turns, moves, register, rule, state)


def _renewed(now_ms: int, rule: InForce[Absence], state: State) -> Iterator[Move]:
    """The due times of sites under other terms than these."""
    table = state.tables["site"]
    other = np.flatnonzero(table.columns["mark"] != rule.mark)
    other = other[table.live[other]]
    if not len(other):
        return
    work = Work("site", table, other)
    at = np.arange(len(other))
    work["last_ms"][work["last_ms"] == 0] = now_ms
    if (terms := rule.terms.rhythm) is not None:
        heard, quiet = work["heard"].astype(np.float64), work["quiet"].astype(np.float64)
        need = np.maximum(-np.log(terms.improbable), terms.margin * work["record"])
        due = rhythm.due_by_rhythm(rhythm.surprises(heard, quiet), work["last_ms"], need, terms)
        known_ms = terms.known_weeks * rhythm.WEEK_H * rhythm.HOUR_MS
        known = (work["known_ms"] > 0) & (work["last_ms"] - work["known_ms"] >= known_ms)
        work["rhythm_ms"][:] = np.where(known, due, rhythm.NEVER_MS)
    _set_due(work, at, rule)
    yield work.move()
