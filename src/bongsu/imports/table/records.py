"""Rows out of text: quotes, newlines in quotes, and one bad quote that must not swallow its neighbours."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator

DELIMITERS = (",", "\t", ";", "|")
MAX_LINES_IN_ROW = 20
"""No real cell has this many line breaks; a quote still open after as many is a fault of its first line."""

Row = list[str]


def split_lines(text: str) -> list[str]:
    """The lines of a file whichever way they end; only real line ends count, not form feeds or U+2028."""
    text = text.removeprefix("\ufeff").rstrip("\x1a")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def find_delimiter(lines: list[str]) -> str:
    """The separator that most of the first hundred lines hold, and hold most often."""
    sample = [line for line in lines[:100] if line.strip()]
    counts = {mark: sum(line.count(mark) for line in sample) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark])


def split_rows(lines: list[str], delimiter: str, width: int) -> Iterator[Row | None]:
    """Every row that is not blank, in order; None for a line that cannot be split.

    `width` is the number of columns a row that spans lines must have: a stray quote never takes the rows
    after it along.
    """
    at = 0
    while at < len(lines):
        line = lines[at]
        if '"' not in line:
            at += 1
            if line.strip(delimiter + " \t"):
                yield line.split(delimiter)
            continue
        row, taken = _quoted_row(lines, at, delimiter, width)
        at += taken
        if row is None or any(cell.strip() for cell in row):
            yield row


def find_width(lines: list[str], delimiter: str) -> int:
    """The number of columns most rows have."""
    widths = Counter(len(_lenient(line, delimiter) or ()) for line in lines[:2000] if line.strip())
    return widths.most_common(1)[0][0] if widths else 0


def _quoted_row(lines: list[str], at: int, delimiter: str, width: int) -> tuple[Row | None, int]:
    for taken in range(1, min(MAX_LINES_IN_ROW, len(lines) - at) + 1):
        chunk = "\n".join(lines[at : at + taken])
        try:
            row = next(csv.reader(_one(chunk), delimiter=delimiter, strict=True))
        except csv.Error as problem:
            if "unexpected end of data" in str(problem):
                continue
            break
        if taken == 1 or len(row) == width:
            return row, taken
    return _lenient_or_none(lines[at], delimiter, width), 1


def _one(chunk: str) -> Iterator[str]:
    yield from chunk.splitlines(keepends=True) if chunk.isascii() else _keep_ends(chunk)


def _keep_ends(chunk: str) -> Iterator[str]:
    parts = chunk.split("\n")
    yield from (part + "\n" for part in parts[:-1])
    yield parts[-1]


def _lenient_or_none(line: str, delimiter: str, width: int) -> Row | None:
    row = _lenient(line, delimiter)
    return row if row is not None and len(row) == width else None


def _lenient(line: str, delimiter: str) -> Row | None:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return None
