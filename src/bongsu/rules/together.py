"""Several things seen at one site within a short time: smoke and a rising temperature (동시 발생)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bongsu.core.register import Register, code_of
from bongsu.core.rule import Condition, Together
from bongsu.rules import rise
from bongsu.rules.batch import Sorted, rounds_of
from bongsu.rules.finding import Found, Turn, device_at, released, tell
from bongsu.rules.reading import Readings, readings, working
from bongsu.rules.scope import InForce, sites_of, streams_of
from bongsu.rules.state import Column, Ints, Move, State, Work

LAST: dict[str, Column] = {"last_ms": ("i8", 0)}


class Seen(NamedTuple):
    """Where and when which condition was seen: sites' rows, devices' rows, the condition's number, milliseconds."""

    site: Ints
    device: Ints
    condition: Ints
    time_ms: Ints


def shape(terms: Together) -> dict[str, dict[str, Column]]:
    """By condition what each datastream last told; by site when each condition was last seen."""
    tables = {
        f"stream{number}": LAST if condition.rise_per_min is None else LAST | rise.COLUMNS
        for number, condition in enumerate(terms.conditions)
    }
    return tables | {"site": {"seen_ms": (f"{len(terms.conditions)}i8", 0), "began_ms": ("i8", 0)}}


def covers(rule: InForce[Together], register: Register) -> dict[str, Ints]:
    """The datastreams of each condition's property, and the sites of all devices that are meant."""
    among = rule.rule.among
    streams: dict[str, Ints] = {
        f"stream{number}": streams_of(among, condition.property, register)
        for number, condition in enumerate(rule.terms.conditions)
    }
    return streams | {"site": sites_of(among, register)}


def detect(batch: Sorted, register: Register, rule: InForce[Together], state: State) -> Found:
    """Sites at which everything came together, and those at which it is over."""
    if batch.is_tick:
        return _tick(batch.telemetry.now_ms, register, rule, state)
    moves: list[Move] = []
    seen: list[Seen] = []
    for number, condition in enumerate(rule.terms.conditions):
        work = working(batch, code_of(condition.property), state, f"stream{number}")
        if work is not None:
            devices = register.stream_device[work.rows]
            for told in readings(batch, code_of(condition.property), work):
                seen.append(_true(work, told, devices, register, number, condition))
            moves.append(work.move())
    all_seen = Seen(*(np.concatenate(columns) for columns in zip(*seen, strict=True))) if seen else None
    if all_seen is None or not len(all_seen.site):
        return tell((), moves, register, rule, state)
    turns, move = _meet(all_seen, rule.terms, state)
    return tell(turns, (*moves, move), register, rule, state)


def _true(work: Work, told: Readings, devices: Ints, register: Register, number: int, condition: Condition) -> Seen:
    """The readings of one round in which the condition holds."""
    if condition.rise_per_min is not None:
        holds = rise.rise_per_min(work, told, condition.rise_over_s) >= condition.rise_per_min
    elif condition.above is not None:
        holds = told.result > condition.above
    else:
        holds = told.result < (condition.below or 0.0)
    device = devices[told.at[holds]]
    return Seen(register.site[device], device, np.full(len(device), number), told.time_ms[holds])


def _meet(seen: Seen, terms: Together, state: State) -> tuple[list[Turn], Move]:
    order = np.argsort(seen.time_ms, kind="stable")
    seen = Seen(*(column[order] for column in seen))
    table = state.tables["site"]
    work = Work("site", table, table.slot[np.unique(seen.site)])
    turns: list[Turn] = []
    for one in rounds_of(seen.site):
        told = Seen(*(column[one.at] for column in seen))
        turns += _step(work, one.key, told, terms)
    return turns, work.move()


def _step(work: Work, at: NDArray[np.intp], told: Seen, terms: Together) -> list[Turn]:
    """One condition seen at each site: a danger that had lapsed before is over, and another may begin."""
    within_ms = int(terms.within_s * 1000)
    ends = work["seen_ms"][at].min(axis=1) + within_ms
    lapsed = (work["began_ms"][at] > 0) & (told.time_ms > ends)
    turns = [
        Turn(at_ms, device, False, 0, "apart")
        for at_ms, device in zip(ends[lapsed].tolist(), told.device[lapsed].tolist(), strict=True)
    ]
    work["began_ms"][at[lapsed]] = 0
    work["seen_ms"][at, told.condition] = np.maximum(work["seen_ms"][at, told.condition], told.time_ms)
    oldest, newest = work["seen_ms"][at].min(axis=1), work["seen_ms"][at].max(axis=1)
    meets = (work["began_ms"][at] == 0) & (oldest > 0) & (newest - oldest <= within_ms)
    work["began_ms"][at[meets]] = newest[meets]
    names = ", ".join(condition.property for condition in terms.conditions)
    for at_ms, device in zip(newest[meets].tolist(), told.device[meets].tolist(), strict=True):
        turns.append(Turn(at_ms, device, True, at_ms, "together", {"properties": names, "within_s": terms.within_s}))
    return turns


def _tick(now_ms: int, register: Register, rule: InForce[Together], state: State) -> Found:
    table = state.tables["site"]
    began = table.columns["began_ms"]
    danger = np.flatnonzero(table.live & (began > 0))
    ends = table.columns["seen_ms"][danger].min(axis=1) + int(rule.terms.within_s * 1000)
    over = danger[ends < now_ms]
    turns = [
        Turn(at_ms, device_at(register, int(table.rows[slot])), False, 0, "apart")
        for slot, at_ms in zip(over.tolist(), ends[ends < now_ms].tolist(), strict=True)
    ]
    left, gone = released("site", table, lambda row: device_at(register, row), now_ms)
    moves = (Move("site", over, {"began_ms": np.zeros(len(over), np.int64)}), gone)
    return tell([*turns, *left], moves, register, rule, state)
