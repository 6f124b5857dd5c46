"""How fast a result rises: against a reading at least `over_s` old, of which two are remembered for each datastream."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bongsu.rules.reading import Readings
from bongsu.rules.state import Column, Work

MINUTE_MS = 60_000.0
COLUMNS: dict[str, Column] = {"new_ms": ("i8", 0), "new": ("f8", 0), "old_ms": ("i8", 0), "old": ("f8", 0)}
"""What a state needs to tell a rise: two anchors, the newer one becoming the older when it is `over_s` old."""


def rise_per_min(work: Work, told: Readings, over_s: float) -> NDArray[np.float64]:
    """Each reading's rise in units a minute, NaN where nothing is old enough; keeps the anchors."""
    at, over_ms = told.at, over_s * 1000
    has_new = work["new_ms"][at] > 0
    ripe = has_new & (told.time_ms - work["new_ms"][at] >= over_ms)
    since = np.where(ripe, work["new_ms"][at], work["old_ms"][at])
    anchor = np.where(ripe, work["new"][at], work["old"][at])
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (told.result - anchor) * MINUTE_MS / (told.time_ms - since)
    _shift(work, told, ripe, ripe | ~has_new)
    known: NDArray[Any] = since > 0
    return np.where(known, slope, np.nan)


def _shift(work: Work, told: Readings, ripe: NDArray[np.bool_], fresh: NDArray[np.bool_]) -> None:
    older, newer = told.at[ripe], told.at[fresh]
    work["old_ms"][older], work["old"][older] = work["new_ms"][older], work["new"][older]
    work["new_ms"][newer], work["new"][newer] = told.time_ms[fresh], told.result[fresh]
