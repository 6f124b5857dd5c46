"""Simulated time: how the clock on the wall of the simulated city follows the machine's, at any speed or by steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from bongsu.core.clock import Monotonic, Now, monotonic


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """One run's time: at Unix time `began_ms` the city's clocks showed `start`, and they go `speed` times as fast.

    It is all that another process must know to be at the same simulated moment.
    """

    start: datetime
    began_ms: int
    speed: float = 1.0

    def at_ms(self, wall_ms: int) -> int:
        """The simulated Unix time in ms at a Unix time in ms; before the run began, the start."""
        return round(self.start.timestamp() * 1000 + max(0.0, (wall_ms - self.began_ms) * self.speed))

    def at(self, wall_ms: int) -> datetime:
        """The simulated time at a Unix time in ms."""
        return datetime.fromtimestamp(self.at_ms(wall_ms) / 1000, UTC)

    def wall_ms(self, at: datetime) -> int:
        """The Unix time in ms at which the city's clocks show a simulated time."""
        return self.began_ms + round((at - self.start).total_seconds() * 1000 / self.speed)


def driven(start: datetime, speed: float, ticks: Monotonic = monotonic) -> Now:
    """A clock that shows `start` now and goes `speed` times as fast as the machine's monotonic clock."""
    began_s = ticks()
    return lambda: start + timedelta(seconds=(ticks() - began_s) * speed)


class Stepped:
    """A clock that moves only when told: simulated months pass in seconds, and every run is the same."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        """The simulated time."""
        return self._now

    def step(self, seconds: float) -> datetime:
        """Let so many simulated seconds pass; the new time."""
        self._now += timedelta(seconds=seconds)
        return self._now
