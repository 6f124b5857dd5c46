"""The report of an import for people (a table) and for programs (JSON); both say the same counts."""

from __future__ import annotations

from collections import Counter

from rich.table import Table

from bongsu.core.quality import Quality, count_by_reason
from bongsu.core.words import say

SHOWN_ROWS = 3
"""How many rows of each reason the table names."""


def table(quality: Quality, language: str = "ko") -> Table:
    """The report as a table: counts, what was repaired and how, why rows were kept out, columns, notes."""
    title = say("quality.title", language, source=quality.source, format=quality.format)
    made = Table(title=title, show_header=False, title_justify="left")
    made.add_column(no_wrap=True)
    made.add_column(justify="right")
    made.add_column(overflow="fold")
    made.add_row(say("quality.rows", language), f"{quality.rows:,}")
    made.add_row(say("quality.imported", language), f"{quality.imported:,}")
    made.add_row(say("quality.repaired", language), f"{len(quality.repairs):,}")
    for how, count in Counter(repair.how for repair in quality.repairs).most_common():
        made.add_row(f"  {say(f'quality.repair.{how}', language)}", f"{count:,}", _repaired_rows(quality, how))
    made.add_row(say("quality.quarantined", language), f"{len(quality.quarantined):,}")
    for reason, count in count_by_reason(quality).items():
        label = f"  {say(f'quality.reason.{reason}', language)}"
        made.add_row(label, f"{count:,}", _quarantined_rows(quality, reason), style="yellow")
    _add_detail(made, quality, language)
    return made


def to_json(quality: Quality) -> dict[str, object]:
    """The report as plain JSON types; keys and their meaning are in docs/reference/imports.md."""
    return {
        "source": quality.source,
        "format": quality.format,
        "rows": quality.rows,
        "imported": quality.imported,
        "repaired": len(quality.repairs),
        "quarantined": count_by_reason(quality),
        "cameras": quality.cameras,
        "columns": dict(quality.columns),
        "notes": list(quality.notes),
        "seconds": quality.seconds,
        "detail": {
            "repaired": [
                {"row": repair.row, "how": repair.how, "before": repair.before, "after": repair.after}
                for repair in quality.repairs
            ],
            "quarantined": [{"row": row.row, "reason": row.reason, "value": row.value} for row in quality.quarantined],
        },
    }


def _add_detail(made: Table, quality: Quality, language: str) -> None:
    made.add_section()
    if quality.cameras:
        made.add_row(say("quality.cameras", language), f"{quality.cameras:,}")
    made.add_row(say("quality.seconds", language), f"{quality.seconds:.1f}")
    if quality.columns:
        read_as = ", ".join(f"{column} → {field}" for column, field in quality.columns.items())
        made.add_row(say("quality.columns", language), str(len(quality.columns)), read_as)
    for note in quality.notes:
        made.add_row("", "", note, style="dim")


def _repaired_rows(quality: Quality, how: str) -> str:
    return _rows([f"{repair.row}" for repair in quality.repairs if repair.how == how])


def _quarantined_rows(quality: Quality, reason: str) -> str:
    return _rows([f"{row.row} ({row.value})" for row in quality.quarantined if row.reason == reason])


def _rows(names: list[str]) -> str:
    more = "" if len(names) <= SHOWN_ROWS else " …"
    return ", ".join(names[:SHOWN_ROWS]) + more
