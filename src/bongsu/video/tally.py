"""What an open camera gives, counted: the figures of its health, over each period between two looks."""

from __future__ import annotations

from bongsu.core.clock import Now
from bongsu.core.health import Vitals


class Tally:
    """Counts one camera's frames; `look` gives the figures since the look before."""

    def __init__(self) -> None:
        self._frames = 0
        self._bytes = 0
        self._connects = 0
        self._last_us = 0
        self._looked_us = 0

    def arrived(self, size_bytes: int, arrival_us: int) -> None:
        """A frame came (Unix microseconds)."""
        self._frames += 1
        self._bytes += size_bytes
        self._last_us = arrival_us

    def connected(self) -> None:
        """The camera began to speak, for the first time or again."""
        self._connects += 1

    def look(self, now: Now, code: str) -> Vitals | None:
        """The figures of the period that ends now, None at the first look; `code` is its trouble, "" when none."""
        now_us = int(now().timestamp() * 1_000_000)
        before_us, self._looked_us = self._looked_us, now_us
        if not before_us:
            self._frames = self._bytes = 0
            return None
        period_s = max((now_us - before_us) / 1_000_000, 0.001)
        vitals = Vitals(
            last_frame_ms=self._last_us // 1000,
            kbps=round(self._bytes * 8 / 1000 / period_s, 1),
            fps=round(self._frames / period_s, 1),
            reconnects=max(0, self._connects - 1),
            code=code,
            told_ms=now_us // 1000,
        )
        self._frames = self._bytes = 0
        return vitals
