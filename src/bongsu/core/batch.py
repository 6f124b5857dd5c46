"""Observations as columns: what the telemetry plane carries (OGC SensorThings words)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Batch:
    """Positions of moving units, one row an observation, all columns of one length.

    `unit` are unit ids, `lon` and `lat` degrees, `speed_mps` and `heading_deg` NaN where not told,
    `phenomenon_time_ms` Unix milliseconds.
    """

    sender: str
    unit: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    speed_mps: NDArray[np.float64]
    heading_deg: NDArray[np.float64]
    phenomenon_time_ms: NDArray[np.int64]
