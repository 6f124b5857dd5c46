"""A device that says nothing any more, or that always says exactly the same (무응답·고착)."""

from __future__ import annotations

import numpy as np

from bongsu.core.register import Register, code_of
from bongsu.core.rule import Silent
from bongsu.rules.batch import Sorted
from bongsu.rules.finding import Found, Turn, released, tell
from bongsu.rules.reading import Readings, readings, working
from bongsu.rules.scope import InForce, devices_of, streams_of
from bongsu.rules.state import Column, Ints, Move, State, Work

HOUR_MS = 3_600_000.0
HEARD: dict[str, Column] = {"last_ms": ("i8", 0), "began_ms": ("i8", 0)}
SAME: dict[str, Column] = HEARD | {"result": ("f8", 0), "since_ms": ("i8", 0), "readings": ("i4", 0)}


def shape(terms: Silent) -> dict[str, dict[str, Column]]:
    """By device when it was heard last; or by datastream since when, and how often, it has said the same."""
    return {"device": HEARD} if terms.silent_s is not None else {"stream": SAME}


def covers(rule: InForce[Silent], register: Register) -> dict[str, Ints]:
    """Every device that is meant, or its datastream of the property."""
    among = rule.rule.among
    if rule.terms.silent_s is not None:
        return {"device": np.flatnonzero(devices_of(among, register))}
    return {"stream": streams_of(among, rule.terms.property, register)}


def detect(batch: Sorted, register: Register, rule: InForce[Silent], state: State) -> Found:
    """Devices that fell silent or spoke again; datastreams that are stuck or move again."""
    if rule.terms.silent_s is not None:
        return _silent(batch, register, rule, state, int(rule.terms.silent_s * 1000))
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
        turns += _stuck(work, told, devices, rule.terms)
    return tell(turns, (work.move(),), register, rule, state)


def _silent(batch: Sorted, register: Register, rule: InForce[Silent], state: State, limit_ms: int) -> Found:
    if batch.is_tick:
        return _unheard(batch.telemetry.now_ms, register, rule, state, limit_ms)
    table = state.tables["device"]
    devices, times = batch.heard()
    slots = table.slot[devices]
    mine = slots >= 0
    if not mine.any():
        return tell((), (), register, rule, state)
    if not mine.all():
        slots, devices, times = slots[mine], devices[mine], times[mine]
    again = np.flatnonzero(slots[1:] == slots[:-1]) + 1
    known = table.columns["last_ms"][slots]
    before = known
    if len(again):
        before = known.copy()
        before[again] = times[again - 1]
    waiting = table.columns["began_ms"][slots] > 0
    waiting[again] = False
    over = np.flatnonzero(waiting & (times > before))
    gaps = np.flatnonzero((times - before > limit_ms) & ~waiting & (before > 0))
    turns = [_fell(devices[at], before[at], limit_ms, rule.terms) for at in gaps.tolist()]
    turns += [_spoke(devices[at], times[at]) for at in [*gaps.tolist(), *over.tolist()]]
    moves = [Move("device", slots[over], {"began_ms": np.zeros(len(over), np.int64)})]
    if len(again):
        slots, known, times = (np.delete(column, again - 1) for column in (slots, known, times))
    moves.append(Move("device", slots, {"last_ms": np.maximum(known, times)}))
    return tell(turns, moves, register, rule, state)


def _unheard(now_ms: int, register: Register, rule: InForce[Silent], state: State, limit_ms: int) -> Found:
    """Whoever was never heard is waited for from now on."""
    table = state.tables["device"]
    heard, began = table.columns["last_ms"], table.columns["began_ms"]
    turns, gone = released("device", table, int, now_ms)
    quiet = np.flatnonzero(heard < now_ms - limit_ms)  # of a million few: the rest is asked of these alone
    quiet = quiet[table.live[quiet]]
    due, new = quiet[(heard[quiet] > 0) & (began[quiet] == 0)], quiet[heard[quiet] == 0]
    turns += [_fell(table.rows[slot], heard[slot], limit_ms, rule.terms) for slot in due.tolist()]
    moves = [
        gone,
        Move("device", due, {"began_ms": heard[due]}),
        Move("device", new, {"last_ms": np.full(len(new), now_ms, np.int64)}),
    ]
    return tell(turns, moves, register, rule, state)


def _fell(device: np.integer, heard_ms: np.integer, limit_ms: int, terms: Silent) -> Turn:
    values: dict[str, str | float] = {"hours": round((terms.silent_s or 0) / 3600, 2)}
    return Turn(int(heard_ms) + limit_ms, int(device), True, int(heard_ms), "silent", values)


def _spoke(device: np.integer, at_ms: np.integer) -> Turn:
    return Turn(int(at_ms), int(device), False, 0, "heard")


def _stuck(work: Work, told: Readings, devices: Ints, terms: Silent) -> list[Turn]:
    at, times = told.at, told.time_ms
    same = (work["readings"][at] > 0) & (work["result"][at] == told.result)
    moved, over = at[~same], ~same & (work["began_ms"][at] > 0)
    freed = zip(devices[at[over]].tolist(), times[over].tolist(), told.result[over].tolist(), strict=True)
    turns = [
        Turn(at_ms, device, False, 0, "back", {"property": terms.property, "result": round(result, 3)})
        for device, at_ms, result in freed
    ]
    work["began_ms"][at[over]] = 0
    work["since_ms"][moved], work["result"][moved], work["readings"][moved] = times[~same], told.result[~same], 0
    work["readings"][at] += 1
    lasted = times - work["since_ms"][at] >= (terms.stuck_s or 0) * 1000
    stuck = lasted & (work["began_ms"][at] == 0) & (work["readings"][at] >= terms.stuck_readings)
    begun = at[stuck]
    work["began_ms"][begun] = work["since_ms"][begun]
    for slot, at_ms in zip(begun.tolist(), times[stuck].tolist(), strict=True):
        since, result = int(work["since_ms"][slot]), round(float(work["result"][slot]), 3)
        hours = round((at_ms - since) / HOUR_MS, 2)
        values: dict[str, str | float] = {"property": terms.property, "result": result, "hours": hours}
        turns.append(Turn(at_ms, int(devices[slot]), True, since, "stuck", values))
    return turns
