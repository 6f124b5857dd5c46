"""How late the event loop is: the one figure that tells whether everything else can be on time."""

from __future__ import annotations

import asyncio
from collections import deque

from prometheus_client import CollectorRegistry, Histogram

from bongsu.core.clock import Monotonic

BEAT_S = 0.02
RECENT = 250
"""Beats looked back on for the figure on screen: five seconds."""

BUCKETS_S = (0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Lag:
    """Sleeps 20 ms again and again and measures how much later it wakes."""

    def __init__(self, monotonic: Monotonic, registry: CollectorRegistry) -> None:
        self._monotonic = monotonic
        self._recent: deque[float] = deque(maxlen=RECENT)
        self._seen = Histogram(
            "bongsu_loop_lag_seconds", "How late the core's event loop wakes", buckets=BUCKETS_S, registry=registry
        )
        self.registry = registry

    def worst_ms(self) -> float:
        """The longest lag of the last five seconds, in milliseconds."""
        return round(1000 * max(self._recent, default=0.0), 1)

    async def measure(self) -> None:
        """Measure until cancelled."""
        while True:
            asked = self._monotonic()
            await asyncio.sleep(BEAT_S)
            late = max(0.0, self._monotonic() - asked - BEAT_S)
            self._recent.append(late)
            self._seen.observe(late)
