"""The readings of one property in a batch, round by round, beside a working copy of the state of their datastreams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bongsu.rules.batch import Sorted
from bongsu.rules.state import State, Work


class Readings(NamedTuple):
    """One round: `at` numbers in the working copy, each once, with its result and time; only what is news."""

    at: NDArray[np.intp]
    result: NDArray[np.float64]
    time_ms: NDArray[np.int64]


def working(batch: Sorted, code: int, state: State, name: str = "stream") -> Work | None:
    """A copy of the state of the covered datastreams of this property that the batch tells of, None where none.

    `name` is the table that remembers them.
    """
    rounds = batch.of(code)
    if not rounds:
        return None
    table = state.tables[name]
    slots = table.slot[batch.streams(code)]
    mine = slots[slots >= 0]
    return Work(name, table, mine) if len(mine) else None


def readings(batch: Sorted, code: int, work: Work) -> Iterator[Readings]:
    """The rounds of a property, without what is no newer than the column `last_ms` says; that column is kept here."""
    results = batch.telemetry.results
    number = _numbers(batch, code, work)
    for one in batch.of(code):
        at = number[one.key]
        times = results.time_ms[one.at]
        fresh = (at >= 0) & (times > work["last_ms"][at])
        if not fresh.all():
            at, times, where = at[fresh], times[fresh], one.at[fresh]
        else:
            where = one.at
        if len(at):
            yield Readings(at, results.result[where], times)
            work["last_ms"][at] = times


def _numbers(batch: Sorted, code: int, work: Work) -> NDArray[np.intp]:
    """Each key's number in the working copy, -1 where its datastream is not covered."""
    streams = batch.streams(code)
    if len(streams) == len(work.rows):  # all are covered
        return np.arange(len(streams))
    at = np.minimum(np.searchsorted(work.rows, streams), len(work.rows) - 1)
    return np.where(work.rows[at] == streams, at, -1)
