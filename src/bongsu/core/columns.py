"""Observations of devices as columns, one row an observation: what goes through the telemetry plane, end to end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Results:
    """Measured results. `stream` is the row of a datastream (one property of one device), `device` the device's row.

    `result` is in the property's unit, `time_ms` the phenomenon time in Unix milliseconds; all of one length and in
    ascending time for each stream.
    """

    stream: NDArray[np.int32]
    device: NDArray[np.int32]
    result: NDArray[np.float64]
    time_ms: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.stream)

    def take(self, which: slice | NDArray[np.integer[Any]]) -> Results:
        """Some of the rows: their places or a slice."""
        return Results(self.stream[which], self.device[which], self.result[which], self.time_ms[which])


@dataclass(frozen=True, slots=True)
class Places:
    """Where devices were: degrees, Unix milliseconds; in ascending time for each device."""

    device: NDArray[np.int32]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    time_ms: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.device)

    def take(self, which: slice | NDArray[np.integer[Any]]) -> Places:
        """Some of the rows: their places or a slice."""
        return Places(self.device[which], self.lon[which], self.lat[which], self.time_ms[which])


@dataclass(frozen=True, slots=True)
class Telemetry:
    """One batch, judged: only registered devices, possible results, no duplicates, nothing from the future."""

    results: Results
    places: Places
    now_ms: int
