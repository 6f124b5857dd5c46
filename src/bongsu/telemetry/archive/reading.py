"""What the archive holds, read back: one device's rows, or a day of everybody's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa

from bongsu.core.asking import POSITION
from bongsu.core.device import Device
from bongsu.core.errors import Invalid, Unavailable
from bongsu.core.register import PROPERTIES
from bongsu.telemetry.archive.days import OPEN, SEALED, SEALED_FOLDER, begin_ms, day_of, name_of, parts_in
from bongsu.telemetry.archive.keys import Key, Keys
from bongsu.telemetry.archive.parquet import count_rows, read_rows
from bongsu.telemetry.archive.rows import NOTHING, Rows, joined, once
from bongsu.telemetry.archive.sealed import read_sealed
from bongsu.telemetry.archive.sorting import Batch

ROWS_AT_MOST = 10_000_000
TRIES = 5

T = TypeVar("T")


class Reader:
    """Reads beside the writer, in any thread: a part that was joined with others meanwhile is looked for again."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self._folder = folder
        self._keys = keys

    def of_device(
        self, device: Device, observed_property: str, from_ms: int, to_ms: int, waiting: Sequence[Batch]
    ) -> Rows:
        """A device's rows of [from_ms, to_ms), each once, ascending; `waiting` is not on the disk yet.

        Raises Invalid("history.too_large"), Unavailable("archive.damaged").
        """
        unwritten = joined([_of_batch(batch, device, observed_property) for batch in waiting])
        since_ms = self._keys.erased_ms(device.ward) if device.ward else 0
        found: list[Rows] = []
        for day in range(day_of(from_ms), day_of(to_ms - 1) + 1):
            begins_ms, ends_ms = max(from_ms, begin_ms(day)), min(to_ms, begin_ms(day + 1))
            rows = self.of_day(day, observed_property, begins_ms, ends_ms, device)
            fresh = (unwritten.time_ms >= max(begins_ms, since_ms)) & (unwritten.time_ms < ends_ms)
            found.append(once(joined([rows, unwritten.take(fresh)]), day))
            if sum(map(len, found)) > ROWS_AT_MOST:
                raise Invalid("history.too_large", rows=ROWS_AT_MOST)
        return joined(found)

    def of_day(self, day: int, observed_property: str, from_ms: int, to_ms: int, device: Device | None = None) -> Rows:
        """The rows of a day, some twice: of one device (those sealed for its ward now) or of all."""
        return _again(lambda: joined(list(self._of_day(day, observed_property, from_ms, to_ms, device))))

    def count(self, day: int, observed_property: str) -> int:
        """How many open rows a day has, some twice."""
        folder = self._folder / observed_property / name_of(day)
        return _again(lambda: sum(count_rows(path) for path in parts_in(folder, OPEN)))

    def _of_day(
        self, day: int, observed_property: str, from_ms: int, to_ms: int, device: Device | None
    ) -> Iterator[Rows]:
        only = device.id if device else None
        for path in parts_in(self._folder / observed_property / name_of(day), OPEN):
            yield read_rows(path, observed_property, from_ms, to_ms, only)
        keys = self._keys_for(device)
        for path in parts_in(self._folder / SEALED_FOLDER / name_of(day), SEALED) if keys else ():
            for _, told in read_sealed(path, name_of(day), keys):
                yield _cut(told.get(observed_property, NOTHING), from_ms, to_ms, only)

    def _keys_for(self, device: Device | None) -> dict[bytes, Key]:
        if device is None:
            return self._keys.by_id()
        key = self._keys.find(device.ward) if device.ward else None
        return {key.id: key} if key else {}


def _again(read: Callable[[], T]) -> T:
    for _ in range(TRIES):
        try:
            return read()
        except FileNotFoundError:
            continue
        except (OSError, pa.ArrowException) as problem:
            raise Unavailable("archive.damaged") from problem
    raise Unavailable("archive.damaged")


def _cut(rows: Rows, from_ms: int, to_ms: int, device: str | None) -> Rows:
    """Of rows in memory, those of a time and device."""
    wanted = (rows.time_ms >= from_ms) & (rows.time_ms < to_ms)
    if device is not None:
        wanted &= rows.device == _place(rows, device)
    return rows.take(wanted)


def _place(rows: Rows, device: str) -> int:
    return int(rows.names.index(device).as_py())


def _of_batch(batch: Batch, device: Device, observed_property: str) -> Rows:
    """What a batch that waits holds of a device."""
    told = batch.telemetry.places if observed_property == POSITION else batch.telemetry.results
    row = batch.register.device_row.get(device.id, -1)
    mine = told.device == row
    if observed_property != POSITION:
        code = PROPERTIES.index(observed_property)
        mine &= batch.register.stream_property[batch.telemetry.results.stream] == code
    count = int(mine.sum())
    if not count:
        return NOTHING
    if observed_property == POSITION:
        first, second = batch.telemetry.places.lon[mine], batch.telemetry.places.lat[mine]
    else:
        first, second = batch.telemetry.results.result[mine], np.full(count, np.nan)
    names, places = pa.array([device.id], pa.string()), np.zeros(count, np.int32)
    return Rows(names, places, first, second, told.time_ms[mine], np.full(count, batch.late))
