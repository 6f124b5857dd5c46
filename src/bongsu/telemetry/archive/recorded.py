"""Recorded days told again in the order of their time, for a rule that is tried on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bongsu.core.asking import POSITION
from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.register import Register
from bongsu.telemetry.archive.days import begin_ms, day_of
from bongsu.telemetry.archive.reading import Reader
from bongsu.telemetry.archive.rows import Rows, joined, once

STEP_MS = 60_000
SLICE_ROWS = 4_000_000

Told = TypeVar("Told", Results, Places)


def recorded(
    reader: Reader, register: Register, properties: Sequence[str], from_ms: int, to_ms: int, step_ms: int = STEP_MS
) -> Iterator[Telemetry]:
    """What rules heard in [from_ms, to_ms) of some properties ("position" for places), a batch for each step of time.

    A step in which nothing was told is an empty batch, so that absence is noticed; `now_ms` is where a step ends. What
    came late is left out, as rules did not heed it; so is what the register knows no more, and what was erased. It
    takes the memory of some million rows at a time. Raises Unavailable("archive.damaged").
    """
    for begins_ms, ends_ms in _slices(reader, properties, from_ms, to_ms, step_ms):
        day = day_of(begins_ms)
        told = {
            name: once(joined([reader.of_day(day, name, begins_ms, ends_ms)]), day)
            for name in dict.fromkeys(properties)
        }
        results = _results([(name, rows) for name, rows in told.items() if name != POSITION], register)
        places = _places(told.get(POSITION), register)
        for at_ms in range(begins_ms, ends_ms, step_ms):
            until_ms = min(at_ms + step_ms, ends_ms)
            yield Telemetry(_cut(results, at_ms, until_ms), _cut(places, at_ms, until_ms), until_ms)


def _slices(
    reader: Reader, properties: Sequence[str], from_ms: int, to_ms: int, step_ms: int
) -> Iterator[tuple[int, int]]:
    """Spans of time within one day each, such that what is in them fits in memory; whole steps, but at the edges."""
    for day in range(day_of(from_ms), day_of(to_ms - 1) + 1):
        begins_ms, ends_ms = max(from_ms, begin_ms(day)), min(to_ms, begin_ms(day + 1))
        pieces = 1 + sum(reader.count(day, name) for name in properties) // SLICE_ROWS
        length_ms = -(-(ends_ms - begins_ms) // pieces // step_ms) * step_ms
        for at_ms in range(begins_ms, ends_ms, max(length_ms, step_ms)):
            yield at_ms, min(at_ms + max(length_ms, step_ms), ends_ms)


def _results(told: Sequence[tuple[str, Rows]], register: Register) -> Results:
    """As results in ascending time, by the register's rows."""
    parts = [_streams(name, rows, register) for name, rows in told]
    stream, result, time_ms = (
        np.concatenate([part[at] for part in parts] or [np.zeros(0, kind)])
        for at, kind in enumerate((np.int32, np.float64, np.int64))
    )
    order = np.argsort(time_ms, kind="stable")
    stream = stream[order].astype(np.int32)
    return Results(stream, register.stream_device[stream], result[order], time_ms[order])


def _streams(
    name: str, rows: Rows, register: Register
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]:
    known = [register.stream_row.get(device, {}).get(name, -1) for device in rows.names.to_pylist()]
    stream = np.array(known, np.int32)[rows.device]
    heard = (stream >= 0) & ~rows.late
    return stream[heard], rows.first[heard], rows.time_ms[heard]


def _places(rows: Rows | None, register: Register) -> Places:
    if rows is None:
        return Places(np.zeros(0, np.int32), np.zeros(0), np.zeros(0), np.zeros(0, np.int64))
    known = [register.device_row.get(device, -1) for device in rows.names.to_pylist()]
    device = np.array(known, np.int32)[rows.device]
    heard = np.flatnonzero((device >= 0) & ~rows.late)
    order = heard[np.argsort(rows.time_ms[heard], kind="stable")]
    return Places(device[order], rows.first[order], rows.second[order], rows.time_ms[order])


def _cut(told: Told, from_ms: int, to_ms: int) -> Told:
    return told.take(slice(*np.searchsorted(told.time_ms, (from_ms, to_ms))))
