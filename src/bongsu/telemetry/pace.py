"""Who tells more than he may: a bucket of readings for each source, and a count by the minute for each device."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MINUTE_MS = 60_000
MOST_SOURCES = 100_000


class SourcePace:
    """A bucket for each source, which fills with `per_s` readings a second and holds those of `burst_s` seconds.

    It runs on the time at which messages arrived, so that a backlog is not mistaken for haste.
    """

    def __init__(self, per_s: float, burst_s: float = 10.0) -> None:
        self._per_ms = per_s / 1000
        self._full = per_s * burst_s
        self._left: dict[str, tuple[float, int]] = {}

    def is_spent(self, source: str, at_ms: int) -> bool:
        """Whether this source has nothing left to say now."""
        found = self._left.get(source)
        return found is not None and found[0] + (at_ms - found[1]) * self._per_ms <= 0

    def spend(self, source: str, readings: int, at_ms: int) -> None:
        """So many readings of a source were taken; a message that asks for more than is left is the last one."""
        left, before_ms = self._left.get(source, (self._full, at_ms))
        later_ms = max(at_ms, before_ms)
        self._left[source] = (min(self._full, left + (later_ms - before_ms) * self._per_ms) - readings, later_ms)
        if len(self._left) > MOST_SOURCES:
            self._forget(later_ms)

    def _forget(self, now_ms: int) -> None:
        """Whose bucket is full again needs none."""
        left = self._left.items()
        self._left = {
            source: (tokens, at_ms)
            for source, (tokens, at_ms) in left
            if tokens + (now_ms - at_ms) * self._per_ms < self._full
        }


class DevicePace:
    """How often each device, by row, told something within the minute: more than `per_min` is too much."""

    def __init__(self, per_min: int) -> None:
        self._per_min = per_min
        self._minute = -1
        self._count: NDArray[np.int32] = np.zeros(0, np.int32)

    def over(self, device: NDArray[np.int32], devices: int, at_ms: int) -> NDArray[np.bool_]:
        """Count these rows' devices, of so many `devices`; which of them have told too much by now."""
        minute = at_ms // MINUTE_MS
        if minute != self._minute or devices > len(self._count):
            self._minute = minute
            self._count = np.zeros(devices, np.int32)
        np.add.at(self._count, device, np.int32(1))
        return self._count[device] > self._per_min
