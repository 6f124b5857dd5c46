"""The latest observation of every property of every sensor that stands still."""

from __future__ import annotations

from collections.abc import Iterable

from bongsu.core.observation import Observation

MOST = 500_000
"""Sensors times properties: ten for each of fifty thousand cameras."""


class Readings:
    """Remembers the newest by (sensor, property, feature); a late one changes nothing."""

    def __init__(self) -> None:
        self._latest: dict[str, dict[tuple[str, str], Observation]] = {}
        self._count = 0

    def sense(self, observations: Iterable[Observation]) -> int:
        """Take observations in; returns how many found no room."""
        left_out = 0
        for one in observations:
            own = self._latest.setdefault(one.sensor, {})
            key = (one.observed_property, one.feature)
            known = own.get(key)
            if known is None and self._count >= MOST:
                left_out += 1
            elif known is None or known.phenomenon_time_ms <= one.phenomenon_time_ms:
                self._count += known is None
                own[key] = one
        return left_out

    def of(self, sensor: str) -> tuple[Observation, ...]:
        """What is known of a sensor."""
        return tuple(self._latest.get(sensor, {}).values())
