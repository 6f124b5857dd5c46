"""How much a camera sends: one that floods is let go before it takes the others' room."""

from __future__ import annotations

WINDOW_S = 2.0
"""A keyframe is many times a frame's size; over two seconds a camera's rate is its rate."""


class Flood(Exception):
    """The camera sends more than it may."""


class Meter:
    """Counts a stream's bytes in windows of time."""

    def __init__(self, most_bps: float) -> None:
        self._most_bytes = most_bps / 8 * WINDOW_S
        self._since_s: float | None = None
        self._bytes = 0

    def take(self, size_bytes: int, at_s: float) -> None:
        """Count a packet that came at a monotonic time; raises Flood as soon as a window has had its fill."""
        if self._since_s is None or at_s - self._since_s >= WINDOW_S:
            self._since_s, self._bytes = at_s, 0
        self._bytes += size_bytes
        if self._bytes > self._most_bytes:
            raise Flood
