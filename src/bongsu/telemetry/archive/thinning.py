"""A history as few enough points to be drawn: every reading while there are few, else least, mean and most of spans."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bongsu.core.asking import POSITION, Form, GetHistory, History
from bongsu.core.observed import OBSERVED
from bongsu.telemetry.archive.rows import Rows


def history_of(rows: Rows, asked: GetHistory, erased_ms: int) -> History:
    """A device's rows, ascending in time, as what was asked for."""
    is_places = asked.observed_property == POSITION
    few = len(rows) <= asked.at_most
    if is_places:
        columns = _track(rows if few else rows.take(_last_of_each(_span(rows, asked))))
    else:
        columns = _raw(rows) if few else _spans(rows, asked)
    return History(
        device=asked.device,
        observed_property=asked.observed_property,
        unit="deg" if is_places else OBSERVED[asked.observed_property].unit,
        form=Form.RAW if few else Form.SPANS,
        readings=len(rows),
        erased_ms=erased_ms,
        **{name: column.tolist() for name, column in columns.items()},
    )


def span_ms(asked: GetHistory) -> int:
    """How long each of the spans is that together cover the time asked for."""
    return -(-(asked.to_ms - asked.from_ms) // asked.at_most)


def _raw(rows: Rows) -> dict[str, NDArray[Any]]:
    return {"time_ms": rows.time_ms, "mean": rows.first}


def _track(rows: Rows) -> dict[str, NDArray[Any]]:
    return {"time_ms": rows.time_ms, "lon": rows.first, "lat": rows.second}


def _spans(rows: Rows, asked: GetHistory) -> dict[str, NDArray[Any]]:
    span = _span(rows, asked)
    begins = np.flatnonzero(np.diff(span, prepend=-1))
    count = np.diff(begins, append=len(span))
    return {
        "time_ms": asked.from_ms + span[begins] * span_ms(asked),
        "low": np.minimum.reduceat(rows.first, begins),
        "mean": np.add.reduceat(rows.first, begins) / count,
        "high": np.maximum.reduceat(rows.first, begins),
        "count": count,
    }


def _span(rows: Rows, asked: GetHistory) -> NDArray[np.int64]:
    return (rows.time_ms - asked.from_ms) // span_ms(asked)


def _last_of_each(span: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.flatnonzero(np.diff(span, append=-1))
