"""What became of the rows of an imported file: the counts add up, and every row not taken has a reason."""

from __future__ import annotations

import msgspec

from bongsu.core.geo import Point


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """A row taken after a stated repair: what it said before, what it says now, and where that is."""

    row: int
    how: str
    before: str = ""
    after: str = ""
    where: Point | None = None


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """A row kept out, with the first reason that matched, the value that caused it, and where it claims to stand."""

    row: int
    reason: str
    value: str = ""
    where: Point | None = None


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """The report of one import: rows = imported + quarantined; repaired are part of imported.

    `row` numbers count data rows from 1. `columns` says which column was read as what.
    """

    source: str
    format: str
    rows: int
    imported: int
    repairs: tuple[Repair, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    columns: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    cameras: int = 0
    seconds: float = 0.0


def count_by_reason(quality: Quality) -> dict[str, int]:
    """How many rows each reason kept out, the most frequent first."""
    counts: dict[str, int] = {}
    for row in quality.quarantined:
        counts[row.reason] = counts.get(row.reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
