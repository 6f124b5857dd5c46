"""The order of what was told: by row and event time, with what is known already set apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bongsu.telemetry.reasons import Reason

Places = NDArray[np.int64]


def settle(
    why: NDArray[np.int8], row: NDArray[np.int32], time_ms: NDArray[np.int64], known_ms: NDArray[np.int64]
) -> tuple[Places, Places]:
    """Which of the taken are news and which are late: their places, each ascending by row and time.

    `known_ms` is the newest time known of each row. What is late or told twice is marked so in `why`; of the same row
    and time one stays, and one that is late and known already cannot be told from one that is late.
    """
    at = np.flatnonzero(why == Reason.TAKEN)
    at = at[_order(row[at], time_ms[at])]
    rows, times = row[at], time_ms[at]
    known = known_ms[rows]
    twice = times == known
    twice[1:] |= (rows[1:] == rows[:-1]) & (times[1:] == times[:-1])
    late = (times < known) & ~twice
    why[at[twice]] = Reason.DUPLICATE
    why[at[late]] = Reason.LATE
    return at[~(twice | late)], at[late]


def _order(row: NDArray[np.int32], time_ms: NDArray[np.int64]) -> Places:
    """The order by row, then time: as one number each where that fits, which sorts five times as fast."""
    if not len(row):
        return np.zeros(0, np.int64)
    first = int(time_ms.min())
    span = int(time_ms.max()) - first + 1
    if int(row.max()) + 1 > (2**63 - 1) // span:
        return np.lexsort((time_ms, row))
    return np.argsort(row * np.int64(span) + (time_ms - first))
