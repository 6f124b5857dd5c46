"""The latest state of everything: the newest result of each datastream and the newest place of each device."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bongsu.core.columns import Telemetry
from bongsu.core.register import Register
from bongsu.telemetry.reasons import Reason

NEVER_MS = -1
SLICE = 100_000
STREAM_COLUMNS = ("result", "time_ms")
DEVICE_COLUMNS = ("lon", "lat", "place_ms", "trouble")


class Latest:
    """Columns by row of the register: `result` and `time_ms` (S), `lon`, `lat`, `place_ms` and `trouble` (D).

    Times are Unix milliseconds, NEVER_MS where nothing was told; the rest is NaN there. `trouble` is the `Reason` why
    the newest reading of a device was not believed.
    """

    def __init__(self) -> None:
        self.result: NDArray[np.float64] = np.zeros(0)
        self.time_ms: NDArray[np.int64] = np.zeros(0, np.int64)
        self.lon: NDArray[np.float64] = np.zeros(0)
        self.lat: NDArray[np.float64] = np.zeros(0)
        self.place_ms: NDArray[np.int64] = np.zeros(0, np.int64)
        self.trouble: NDArray[np.int8] = np.zeros(0, np.int8)

    def grow(self, register: Register) -> None:
        """Make room for every row of the register; what is known stays."""
        streams, devices = len(register.stream_device), len(register.kind)
        self.result = _grown(self.result, streams, np.nan)
        self.time_ms = _grown(self.time_ms, streams, NEVER_MS)
        self.lon = _grown(self.lon, devices, np.nan)
        self.lat = _grown(self.lat, devices, np.nan)
        self.place_ms = _grown(self.place_ms, devices, NEVER_MS)
        self.trouble = _grown(self.trouble, devices, Reason.TAKEN)

    def see(self, telemetry: Telemetry) -> None:
        """Take a judged batch in: of each row the last one stays."""
        results, places = telemetry.results, telemetry.places
        if len(results):
            self.result[results.stream] = results.result
            self.time_ms[results.stream] = results.time_ms
        if len(places):
            self.lon[places.device] = places.lon
            self.lat[places.device] = places.lat
            self.place_ms[places.device] = places.time_ms

    def recall(self, told: Telemetry) -> None:
        """Take recorded readings in, ascending in time: what is known to be newer stays."""
        results, places = told.results, told.places
        new = np.flatnonzero(results.time_ms >= self.time_ms[results.stream])
        moved = np.flatnonzero(places.time_ms >= self.place_ms[places.device])
        self.see(Telemetry(results.take(new), places.take(moved), told.now_ms))

    def doubt(self, device: NDArray[np.int32], why: NDArray[np.int8]) -> None:
        """Remember of each device (rows, -1 unknown) why its reading was not believed, or that it was."""
        known = device >= 0
        self.trouble[device[known]] = np.where(why > Reason.DUPLICATE, why, Reason.TAKEN)[known]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Every column by its name."""
        return {name: getattr(self, name) for name in STREAM_COLUMNS + DEVICE_COLUMNS}

    def copying(self, into: Latest) -> Iterator[None]:
        """Copy everything, a slice each step: between steps a batch may be taken in, and each row is still whole."""
        for names in (STREAM_COLUMNS, DEVICE_COLUMNS):
            mine = [getattr(self, name) for name in names]
            copies = [np.empty_like(column) for column in mine]
            for begin in range(0, len(mine[0]), SLICE):
                for column, copy in zip(mine, copies, strict=True):
                    copy[begin : begin + SLICE] = column[begin : begin + SLICE]
                yield
            for name, copy in zip(names, copies, strict=True):
                setattr(into, name, copy)


def _grown(column: NDArray[Any], rows: int, empty: float) -> NDArray[Any]:
    if rows <= len(column):
        return column
    grown = np.full(rows, empty, column.dtype)
    grown[: len(column)] = column
    return grown
