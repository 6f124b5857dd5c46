"""How much a camera sends: one that floods is let go before it takes the others' room."""

from __future__ import annotations

WINDOW_S = 2.0
"""A keyframe is many times a frame's size; over two seconds a camera's rate is its rate."""


class Flood(Exception):
    """The camera sends more than it may."""


class Meter:
    """Counts what a stream sends, bytes or packets, in windows of time."""

    def __init__(self, most_per_s: float) -> None:
        self._most = most_per_s * WINDOW_S
        self._since_s: float | None = None
        self._count = 0

    def take(self, count: int, at_s: float) -> None:
        """Count so many that came at a monotonic time; raises Flood as soon as a window has had its fill."""
        if self._since_s is None or at_s - self._since_s >= WINDOW_S:
            self._since_s, self._count = at_s, 0
        self._count += count
        if self._count > self._most:
            raise Flood
