"""Time is passed in, so the whole core can run under a driven clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

KST = timezone(timedelta(hours=9), "KST")

Now = Callable[[], datetime]
"""What tells the time: an aware datetime."""

Monotonic = Callable[[], float]
"""What deadlines run on: seconds that never step back."""


def wall_clock() -> datetime:
    """The machine's wall clock, in UTC."""
    return datetime.now(UTC)


monotonic: Monotonic = time.monotonic
