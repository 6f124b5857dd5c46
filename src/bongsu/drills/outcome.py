"""What a run found: figures as JSON, and rows with limit, bare limit and verdict for people."""

from __future__ import annotations

import math
from typing import Any

import msgspec
from rich.table import Table


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: `limit` is what it must hold (None: told only), `bare` what the machine allows without us."""

    name: str
    value: float | int | bool | str
    limit: float | int | bool | None = None
    bare: float | None = None
    unit: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether it holds; None where there is nothing to hold. A figure that could not be taken does not hold."""
        if self.limit is None:
            return None
        if isinstance(self.limit, bool):
            return self.value is self.limit
        return isinstance(self.value, int | float) and not math.isnan(self.value) and self.value <= self.limit


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run of the drill of this name; `figures` is what `--json` prints."""

    figures: dict[str, Any]
    rows: tuple[Row, ...]
    name: str = "police-video"

    @property
    def passed(self) -> bool:
        """Every row that has a limit holds it."""
        return all(row.passed is not False for row in self.rows)

    def to_json(self) -> bytes:
        """The figures with limits and verdicts, as one JSON object; a figure that could not be taken is null."""
        told = [{**msgspec.to_builtins(row), "passed": row.passed} for row in self.rows]
        return msgspec.json.encode({**self.figures, "rows": told, "passed": self.passed})

    def table(self) -> Table:
        """The rows for a terminal."""
        table = Table(title=f"bongsu drill {self.name}")
        for name in ("figure", "value", "limit", "bare", "verdict"):
            table.add_column(name, justify="left" if name in ("figure", "verdict") else "right")
        for row in self.rows:
            verdict = {True: "[green]holds", False: "[red]misses", None: ""}[row.passed]
            limit = "" if row.limit is None else _limit(row.limit)
            bare = "" if row.bare is None else f"{row.bare:g}"
            table.add_row(row.name, f"{_plain(row.value)} {row.unit}".strip(), limit, bare, verdict)
        return table


def _limit(limit: float | int | bool) -> str:
    return _plain(limit) if isinstance(limit, bool) or limit == 0 else f"≤ {limit:g}"


def _plain(value: float | int | bool | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
