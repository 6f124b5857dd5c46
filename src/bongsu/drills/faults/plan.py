"""What one run of the fault drill does, and which limits it must hold."""

from __future__ import annotations

import msgspec

LOCAL = "local"
"""The DSN that asks the drill for a PostgreSQL of its own, which it may kill."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One run: so many kills, power cuts and silent partitions; `per_second` is the steady pace of reports.

    `dsn` "" is the embedded SQLite, "local" a PostgreSQL of the drill's own, another one an empty database that
    `bongsu migrate` has prepared. Between a recovery and the next kill lie `pause_s` seconds, by chance.
    """

    kills: int = 30
    power_cuts: int = 3
    partitions: int = 2
    seed: int = 7
    dsn: str = ""
    per_second: float = 30.0
    pause_s: tuple[float, float] = (0.5, 3.5)


FULL = Plan(kills=200, power_cuts=50, partitions=20)

RECOVERY_P99_S = 5.0
SETTLE_WITHIN_S = 120.0
"""How long after the last fault every report must be answered and every request delivered."""
