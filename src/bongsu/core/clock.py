"""Time is passed in, so the whole core can run under a driven clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import msgspec

KST = timezone(timedelta(hours=9), "KST")

Now = Callable[[], datetime]
"""What tells the time: an aware datetime."""

Monotonic = Callable[[], float]
"""What deadlines run on: seconds that never step back."""


def wall_clock() -> datetime:
    """The machine's wall clock, in UTC."""
    return datetime.now(UTC)


monotonic: Monotonic = time.monotonic


class Clocks(msgspec.Struct, frozen=True):
    """What a whole core runs on: the time of day, and what its deadlines run on."""

    now: Now = wall_clock
    monotonic: Monotonic = monotonic

    def now_ms(self) -> int:
        """The time of day, Unix ms."""
        return int(self.now().timestamp() * 1000)


MACHINE = Clocks()
"""The machine's own clocks."""
