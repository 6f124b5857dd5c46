"""One unbroken clock per camera, whatever its packets say of time."""

from __future__ import annotations

ADRIFT_US = 5_000_000
BACK_US = 1_000_000


class Timeline:
    """Turns a camera's own stamps, absent or jumping ones too, into microseconds from its first packet.

    A packet without a stamp takes its arrival. A burst keeps the camera's spacing. A stamp that jumps back
    over 1 s, or away from arrival by over 5 s, starts anew where arrival says.
    """

    def __init__(self) -> None:
        self._offset_us: int | None = None
        self._last_us = 0
        self._last_arrival_us: int | None = None

    def stamp(self, pts_us: int | None, arrival_us: int) -> int:
        """The packet's place on the clock; `pts_us` is the camera's stamp, `arrival_us` Unix microseconds."""
        by_arrival = self._by_arrival(arrival_us)
        self._last_arrival_us = arrival_us
        if pts_us is None:
            self._last_us = by_arrival
            return by_arrival
        if self._offset_us is None or self._strays(pts_us + self._offset_us, by_arrival):
            self._offset_us = by_arrival - pts_us
        self._last_us = pts_us + self._offset_us
        return self._last_us

    def _by_arrival(self, arrival_us: int) -> int:
        if self._last_arrival_us is None:
            return 0
        return self._last_us + max(1, arrival_us - self._last_arrival_us)

    def _strays(self, at_us: int, by_arrival: int) -> bool:
        return at_us < self._last_us - BACK_US or abs(at_us - by_arrival) > ADRIFT_US
