"""What one run of the police video drill does: how many calls, at what pace, and which limits it must hold."""

from __future__ import annotations

from pathlib import Path

import msgspec

SAMPLE_PLACES = 30
VIDEOS_AT_ONCE = 8
ROUNDS = 3


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One run: `calls` SCSNS cases in all; with `cctv` and `osm` on a real city, otherwise on a made one.

    `per_second` is the pace of a burst of reports; every tenth call is sent twice.
    """

    calls: int = 240
    cctv: Path | None = None
    osm: Path | None = None
    seed: int = 7
    per_second: float = 50.0
    second_copy_every: int = 10
    reordered_every: int = 15
    stall_s: float = 2.0

    @property
    def places(self) -> int:
        """At how many places first frames are measured: 30, fewer when there are few calls (two at each place)."""
        return max(1, min(SAMPLE_PLACES, self.calls // 4))

    @property
    def rounds(self) -> tuple[int, ...]:
        """How many calls each burst round has; the calls that are left after the first-frame sample, shared out."""
        left = max(ROUNDS, self.calls - 2 * self.places)
        return tuple(left // ROUNDS + (turn < left % ROUNDS) for turn in range(ROUNDS))


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What the figures must hold, in milliseconds where they are times."""

    grant_p99_ms: float = 100.0
    hot_p95_ms: float = 1_000.0
    cold_p95_ms: float = 3_500.0
    cut_p99_ms: float = 1_000.0
    loop_lag_p99_ms: float = 20.0
    silent_core_ms: float = 1_000.0


LIMITS = Limits()
UNLEASED_AFTER_S = 1.0
"""A frame that arrives later than this after a close was acknowledged is unleased."""
