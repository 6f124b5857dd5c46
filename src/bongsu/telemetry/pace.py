"""Who tells more than he may: a bucket of readings for each source, and a count by the minute for each device."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

MINUTE_MS = 60_000
MOST_SOURCES = 100_000
BURST_S = 10.0
LEAST_PER_S = 10.0
SLACK = 0.8
"""While too much is told this share of `most_per_s` is taken: to shed the rest costs something too."""


class SourcePace:
    """A bucket for each source, which fills with `per_s` readings a second and holds those of ten seconds.

    While all together tell more than `most_per_s`, each may tell as much as makes four fifths of it, so that those who
    tell most are shed and those below are not touched. It is set anew each second by what all told, or wanted to, in
    the last. A bucket holds a second's worth meanwhile. It all runs on the time at which messages arrived, so that a
    backlog is not mistaken for haste.
    """

    def __init__(self, per_s: float, most_per_s: float = float("inf")) -> None:
        self._full_per_s, self._most_per_s = per_s, most_per_s
        self.per_s = per_s
        self._left: dict[str, tuple[float, int]] = {}
        self._asked: dict[str, int] = {}
        self._second = 0

    def is_spent(self, source: str, at_ms: int) -> bool:
        """Whether this source has nothing left to say now."""
        found = self._left.get(source)
        if found is None:
            return False
        left = min(found[0], self._holds) + (at_ms - found[1]) * self.per_s / 1000
        return left <= 0

    def spend(self, source: str, readings: int, at_ms: int) -> None:
        """So many readings of a source were taken; a message that asks for more than is left is the last one."""
        self._ask(source, readings, at_ms)
        left, before_ms = self._left.get(source, (self._holds, at_ms))
        later_ms = max(at_ms, before_ms)
        left += (later_ms - before_ms) * self.per_s / 1000
        self._left[source] = (min(self._holds, left) - readings, later_ms)
        if len(self._left) > MOST_SOURCES:
            self._forget(later_ms)

    def shed(self, source: str, readings: int, at_ms: int) -> None:
        """So many were not: they count where it is judged how much is told."""
        self._ask(source, readings, at_ms)

    @property
    def _holds(self) -> float:
        """What a bucket holds, in readings."""
        return self.per_s * (BURST_S if self.per_s >= self._full_per_s else 1.0)

    def _ask(self, source: str, readings: int, at_ms: int) -> None:
        """Count what each wants to tell by the second, and set the pace anew when one is over."""
        second = at_ms // 1000
        if second > self._second:
            is_over = sum(self._asked.values()) > self._most_per_s
            share = fair_share(self._asked.values(), SLACK * self._most_per_s) if is_over else math.inf
            self.per_s = min(self._full_per_s, max(LEAST_PER_S, share))
            self._second, self._asked = second, {}
        self._asked[source] = self._asked.get(source, 0) + readings

    def _forget(self, now_ms: int) -> None:
        """Whose bucket is full again needs none."""
        left = self._left.items()
        self._left = {
            source: (tokens, at_ms)
            for source, (tokens, at_ms) in left
            if tokens + (now_ms - at_ms) * self.per_s / 1000 < self._holds
        }


def fair_share(asked: Iterable[int], most: float) -> float:
    """How much each may have at most so that all together have `most`; infinite where they do not ask for so much."""
    rising = np.sort(np.fromiter(asked, np.float64))
    if rising.sum() <= most:
        return math.inf
    before = np.concatenate(([0.0], np.cumsum(rising)[:-1]))
    # The share if all who ask for less than this one get what they ask for, and the others the same.
    shares = (most - before) / np.arange(len(rising), 0, -1)
    return float(shares[np.argmax(rising > shares)])


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
