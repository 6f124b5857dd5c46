"""A register taken apart: which column says what, and its rows as fields, broken ones marked and never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from bongsu.core.errors import Invalid
from bongsu.imports.table.addresses import Cells
from bongsu.imports.table.columns import Columns, find_columns
from bongsu.imports.table.decode import decode, has_broken_bytes, presentable
from bongsu.imports.table.form import Form
from bongsu.imports.table.records import Row, find_delimiter, find_width, split_lines, split_rows

MAX_BYTES = 512 * 1024 * 1024
"""A register of a metropolis is some 10 MB; what is larger than this is not one, and would not fit in memory."""

_BROKEN = "\udcff"
"""A mark that makes a row of the wrong width unreadable and yet shows what it held."""


class Sheet(msgspec.Struct, frozen=True):
    """The columns, the data rows (None: unreadable) and how it was written."""

    columns: Columns
    rows: list[Row | None]
    notes: tuple[str, ...]


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises Invalid("import.missing"), ("import.too_large")."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise Invalid("import.too_large", path=str(path), bytes=size, limit=MAX_BYTES)
        return path.read_bytes()
    except OSError as problem:
        raise Invalid("import.missing", path=str(path), detail=problem.strerror or "") from problem


def take_apart(data: bytes, mapping: Mapping[str, str], form: Form) -> Sheet:
    """Split a register into rows and find its columns. Raises Invalid("table.…") when it is no register."""
    decoded = decode(data)
    lines = split_lines(decoded.text)
    delimiter = find_delimiter(lines)
    width = find_width(lines, delimiter)
    rows = list(split_rows(lines, delimiter, width))
    first = next((row for row in rows if row is not None), None)
    if first is None:
        raise Invalid("table.no_coordinates", missing="lat(위도) · lon(경도)", row=1)
    readable = [row for row in rows if row is not None and len(row) == width]
    columns = find_columns(first, readable, mapping, form)
    data_rows = [row for row in rows if row is not first] if columns.header else rows
    if not data_rows:
        raise Invalid("table.empty")
    least = _least_width([row for row in readable if row is not first], width, columns)
    notes = (f"encoding {decoded.encoding}", f"delimiter {delimiter!r}", f"columns {width}", *columns.notes)
    return Sheet(columns, [_fit(row, width, least) for row in data_rows], notes)


def cells_of(row: Row | None, columns: Columns) -> Cells:
    """A row as fields; an unreadable one has none."""
    if row is None or any(has_broken_bytes(cell) for cell in row):
        return {}
    return {field: row[at].strip() for field, at in columns.at.items() if at < len(row)}


def shown(row: Row | None) -> str:
    """What an unreadable row held, fit for a report."""
    return presentable(" | ".join((row or ["?"])[:20]).replace(_BROKEN, "").strip(" |"))[:200]


def _least_width(rows: Sequence[Row], width: int, columns: Columns) -> int:
    """A row may stop early only where most other rows are empty as well (spreadsheets drop such cells)."""
    least = width
    while least - 1 > max(columns.at["lat"], columns.at["lon"]):
        if 2 * sum(not row[least - 1].strip() for row in rows) <= len(rows):
            break
        least -= 1
    return least


def _fit(row: Row | None, width: int, least: int) -> Row | None:
    if row is None or len(row) < least or any(cell.strip() for cell in row[width:]):
        return None if row is None or len(row) < 2 else [*row, _BROKEN]
    return row
