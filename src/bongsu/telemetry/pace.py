"""Who tells more than he may: a bucket of readings for each source, and a count by the minute for each device."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MINUTE_MS = 60_000
MOST_SOURCES = 100_000
BURST_S = 10.0
SINKS, RISES, SLACK = 0.5, 1.25, 0.8
"""The pace halves while too much is told, and rises by a quarter each second in which less than this share is."""
LEAST_PER_S = 10.0


class SourcePace:
    """A bucket for each source, which fills with `per_s` readings a second and holds those of ten seconds.

    While all together tell more than `most_per_s`, the pace each may keep sinks until they do not, so that those who
    tell most are shed and those below are not touched; then it rises again. A bucket holds a second's worth meanwhile.
    It all runs on the time at which messages arrived, so that a backlog is not mistaken for haste.
    """

    def __init__(self, per_s: float, most_per_s: float = float("inf")) -> None:
        self._full_per_s, self._most_per_s = per_s, most_per_s
        self.per_s = per_s
        self._left: dict[str, tuple[float, int]] = {}
        self._second = self._taken = 0

    def is_spent(self, source: str, at_ms: int) -> bool:
        """Whether this source has nothing left to say now."""
        found = self._left.get(source)
        if found is None:
            return False
        left = min(found[0], self._holds) + (at_ms - found[1]) * self.per_s / 1000
        return left <= 0

    def spend(self, source: str, readings: int, at_ms: int) -> None:
        """So many readings of a source were taken; a message that asks for more than is left is the last one."""
        self._count(readings, at_ms)
        left, before_ms = self._left.get(source, (self._holds, at_ms))
        later_ms = max(at_ms, before_ms)
        left += (later_ms - before_ms) * self.per_s / 1000
        self._left[source] = (min(self._holds, left) - readings, later_ms)
        if len(self._left) > MOST_SOURCES:
            self._forget(later_ms)

    @property
    def _holds(self) -> float:
        """What a bucket holds, in readings."""
        return self.per_s * (BURST_S if self.per_s >= self._full_per_s else 1.0)

    def _count(self, readings: int, at_ms: int) -> None:
        """Count what is taken by the second, and set the pace anew when one is over."""
        second = at_ms // 1000
        if second > self._second:
            if self._taken > self._most_per_s:
                self.per_s = max(LEAST_PER_S, self.per_s * SINKS)
            elif self._taken < SLACK * self._most_per_s:
                self.per_s = min(self._full_per_s, self.per_s * RISES ** min(second - self._second, 100))
            self._second, self._taken = second, 0
        self._taken += readings

    def _forget(self, now_ms: int) -> None:
        """Whose bucket is full again needs none."""
        left = self._left.items()
        self._left = {
            source: (tokens, at_ms)
            for source, (tokens, at_ms) in left
            if tokens + (now_ms - at_ms) * self.per_s / 1000 < self._holds
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
