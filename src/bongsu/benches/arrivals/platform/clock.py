"""The clock of a run: it stands still until the street has moved on."""

from __future__ import annotations

from datetime import datetime, timedelta

from bongsu.core.clock import Clocks

BEFORE_S = 10_000.0
"""Deadlines run on seconds that never are negative; a run's seconds may be, while its traffic comes up."""


class Driven:
    """Tells `at_s` as the time; whoever drives sets it, and only forward."""

    def __init__(self, begins_at: datetime, at_s: float) -> None:
        self._begins_at = begins_at
        self.at_s = at_s
        self.clocks = Clocks(lambda: begins_at + timedelta(seconds=self.at_s), lambda: BEFORE_S + self.at_s)

    def ms(self, at_s: float) -> int:
        """A second of the run as Unix ms."""
        return int((self._begins_at + timedelta(seconds=at_s)).timestamp() * 1000)
