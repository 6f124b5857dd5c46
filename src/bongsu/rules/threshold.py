"""A result beyond its limit, or rising too fast (임계값 초과)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bongsu.core.register import Register, code_of
from bongsu.core.rule import Threshold
from bongsu.rules import rise
from bongsu.rules.batch import Sorted
from bongsu.rules.finding import Found, Turn, released, tell
from bongsu.rules.reading import Readings, readings, working
from bongsu.rules.scope import InForce, streams_of
from bongsu.rules.state import Column, Ints, Move, State, Table, Work

Bools = NDArray[np.bool_]
KEPT: dict[str, Column] = {"last_ms": ("i8", 0), "result": ("f8", 0), "since_ms": ("i8", 0), "began_ms": ("i8", 0)}


def shape(terms: Threshold) -> dict[str, dict[str, Column]]:
    """By datastream: the last reading, since when it is over the limit, and since when that is a danger (0: not)."""
    return {"stream": KEPT if terms.rise_per_min is None else KEPT | rise.COLUMNS}


def covers(rule: InForce[Threshold], register: Register) -> dict[str, Ints]:
    """The datastreams of the property."""
    return {"stream": streams_of(rule.rule.among, rule.terms.property, register)}


def detect(batch: Sorted, register: Register, rule: InForce[Threshold], state: State) -> Found:
    """The dangers that began and ended in this batch; with an empty one, those that began by lasting."""
    if batch.is_tick:
        return _tick(batch.telemetry.now_ms, register, rule, state)
    work = working(batch, code_of(rule.terms.property), state)
    if work is None:
        return tell((), (), register, rule, state)
    devices = register.stream_device[work.rows]
    turns: list[Turn] = []
    for told in readings(batch, code_of(rule.terms.property), work):
        turns += _step(work, told, devices, rule.terms)
    moves = [work.move()]
    if turns and rule.terms.for_s:
        others, moved = _others(turns, moves[0], register, rule.terms, state.tables["stream"])
        turns, moves = turns + others, [*moves, moved]
    return tell(turns, moves, register, rule, state)


def _others(
    turns: list[Turn], move: Move, register: Register, terms: Threshold, table: Table
) -> tuple[list[Turn], Move]:
    """What else at these sites had lasted long enough by then, be it that nobody told of it and no clock was looked at.

    Without it a site's danger would end, and another begin, or not, as readings happen to be batched.
    """
    until: dict[int, int] = {}
    for turn in turns:
        site = int(register.site[turn.device])
        until[site] = max(turn.at_ms, until.get(site, turn.at_ms))
    work = Work("stream", table, np.union1d(np.flatnonzero(table.columns["since_ms"]), move.slots))
    for name, values in move.columns.items():
        work[name][np.searchsorted(work.slots, move.slots)] = values
    for_ms = int(terms.for_s * 1000)
    devices = register.stream_device[work.rows]
    by_ms = np.array([until.get(site, 0) for site in register.site[devices].tolist()], np.int64)
    waiting = (work["since_ms"] > 0) & (work["began_ms"] == 0) & table.live[work.slots]
    due = np.flatnonzero(waiting & (work["since_ms"] + for_ms <= by_ms))
    return _begun(work, due, devices, terms, for_ms), Move(
        "stream", work.slots[due], {"began_ms": work["began_ms"][due]}
    )


def _step(work: Work, told: Readings, devices: Ints, terms: Threshold) -> list[Turn]:
    """One reading of each datastream: what was over until now may have lasted; then the reading itself counts."""
    at, times = told.at, told.time_ms
    speed = rise.rise_per_min(work, told, terms.rise_over_s) if terms.rise_per_min is not None else None
    over, back = _judge(told.result, speed, terms)
    if not over.any() and not work["since_ms"][at].any():
        return []  # as nearly every batch is: nothing was over, nothing is, and only then is a result remembered
    for_ms = int(terms.for_s * 1000)
    turns = _begun(work, at[_lasted(work, at, times, for_ms)], devices, terms, for_ms)
    work["result"][at] = told.result
    began, since = work["began_ms"], work["since_ms"]
    done = at[back & (began[at] > 0)]
    when = times[back & (began[at] > 0)]
    turns += _over(devices[done], when, work["result"][done], terms.property)
    began[done] = 0
    calm = at[~over & (began[at] == 0)]
    since[calm] = 0
    rising = over & (since[at] == 0)
    since[at[rising]] = times[rising]
    if not for_ms:
        turns += _begun(work, at[rising & (began[at] == 0)], devices, terms, 0)
    return turns


def _lasted(work: Work, at: Ints, times: NDArray[np.int64], for_ms: int) -> Bools:
    since = work["since_ms"][at]
    lasted: Bools = (since > 0) & (work["began_ms"][at] == 0) & (times - since >= for_ms)
    return lasted


def _judge(result: NDArray[np.float64], speed: NDArray[np.float64] | None, terms: Threshold) -> tuple[Bools, Bools]:
    """Which results are beyond a limit, and which are back from all of them."""
    over, back = np.zeros(len(result), np.bool_), np.ones(len(result), np.bool_)
    if terms.above is not None:
        over |= result > terms.above
        back &= result <= terms.above - terms.hysteresis
    if terms.below is not None:
        over |= result < terms.below
        back &= result >= terms.below + terms.hysteresis
    if speed is not None and terms.rise_per_min is not None:
        over |= speed >= terms.rise_per_min
        back &= ~(speed > terms.rise_per_min / 2)
    return over, back


def _begun(work: Work, at: Ints, devices: Ints, terms: Threshold, for_ms: int) -> list[Turn]:
    """Turns into danger of these slots, at the moment they had lasted long enough."""
    since = work["since_ms"][at]
    work["began_ms"][at] = since
    told = zip(devices[at].tolist(), since.tolist(), work["result"][at].tolist(), strict=True)
    return [_turn(device, since_ms, result, terms, for_ms) for device, since_ms, result in told]


def _turn(device: int, since_ms: int, result: float, terms: Threshold, for_ms: int) -> Turn:
    cause, limit = "rise", terms.rise_per_min
    if terms.above is not None and result > terms.above:
        cause, limit = "above", terms.above
    elif terms.below is not None and result < terms.below:
        cause, limit = "below", terms.below
    values: dict[str, str | float] = {"property": terms.property, "result": round(result, 3), "limit": limit or 0.0}
    return Turn(since_ms + for_ms, device, True, since_ms, cause, values)


def _over(devices: Ints, times: NDArray[np.int64], results: NDArray[np.float64], name: str) -> list[Turn]:
    told = zip(devices.tolist(), times.tolist(), results.tolist(), strict=True)
    return [
        Turn(at_ms, device, False, 0, "back", {"property": name, "result": round(result, 3)})
        for device, at_ms, result in told
    ]


def _tick(now_ms: int, register: Register, rule: InForce[Threshold], state: State) -> Found:
    table = state.tables["stream"]
    turns, gone = released("stream", table, lambda row: int(register.stream_device[row]), now_ms)
    moves = [gone] if len(gone.slots) else []
    due = _due(table, now_ms, int(rule.terms.for_s * 1000)) if rule.terms.for_s else np.empty(0, np.intp)
    if len(due):
        work = Work("stream", table, due)
        devices = register.stream_device[work.rows]
        turns += _begun(work, np.arange(len(due)), devices, rule.terms, int(rule.terms.for_s * 1000))
        moves.append(Move("stream", due, {"began_ms": work["began_ms"]}))
    return tell(turns, moves, register, rule, state)


def _due(table: Table, now_ms: int, for_ms: int) -> Ints:
    over = np.flatnonzero(table.columns["since_ms"])  # of a million few: the rest is asked of these alone
    waiting = table.live[over] & (table.columns["began_ms"][over] == 0)
    due: Bools = waiting & (now_ms - table.columns["since_ms"][over] >= for_ms)
    return over[due]
