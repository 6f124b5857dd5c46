"""What one run of the video drill does, and what it must hold."""

from __future__ import annotations

import msgspec


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """`cameras` are watched and recorded for `soak_s` seconds while one falls ill every few seconds; then `ends`
    rights end under the eyes of who watches."""

    cameras: int = 30
    soak_s: float = 240.0
    ends: int = 12
    seed: int = 7


FULL = Plan(soak_s=600.0, ends=40)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What the figures must hold."""

    revoke_p99_ms: float = 500.0
    rss_mb_per_min: float = 2.0


LIMITS = Limits()
UNLEASED_AFTER_S = 0.5
"""What still comes later than this after a right has ended is unleased."""
