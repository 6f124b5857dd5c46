"""Which column says what: given by the user, named by the header, or guessed from the values; always reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from bongsu.core.errors import Invalid
from bongsu.imports.cctv_standard.forms import FIELD_OF, FIELDS, field_of_header, normal, standard_form
from bongsu.imports.cctv_standard.records import Row
from bongsu.imports.cctv_standard.values import is_korean_lat, is_korean_lon, number

SAMPLE = 2000
Test = Callable[[str], bool]


class Columns(msgspec.Struct, frozen=True):
    """Where each field stands (0-based), the header row or None, and the name of the form."""

    at: dict[str, int]
    header: tuple[str, ...] | None
    form: str

    def shown(self) -> dict[str, str]:
        """Column → field as a person reads it; a column without a name is "#" and its number from 1."""
        return {self.name_of(at): field for field, at in sorted(self.at.items(), key=lambda item: item[1])}

    def name_of(self, at: int) -> str:
        """The header's word for a column, or its number."""
        name = self.header[at].strip() if self.header and at < len(self.header) else ""
        return name or f"#{at + 1}"


def find_columns(first: Row, rows: Sequence[Row], given: Mapping[str, str]) -> Columns:
    """Decide the columns from the first row, a sample of rows and what the user gave (`field: name or number`).

    Raises Invalid("cctv.bad_mapping") for an unknown field or column, ("cctv.no_coordinates") when no column
    holds latitudes or longitudes.
    """
    header = tuple(first) if _is_header(first) else None
    at = _of_header(header) if header else {}
    form = "header" if header else "values"
    if header and (standard := standard_form(len(header))) and tuple(at) == standard:
        form = f"standard-{len(header)}"
    chosen = {field: _position(field, name, header, len(first)) for field, name in given.items()}
    at = {field: column for field, column in at.items() if column not in chosen.values()} | chosen
    if not {"lat", "lon"} <= at.keys() or not header:
        at, form = _guessed(at, rows, form, named=header is not None)
    missing = " · ".join(name for field, name in (("lat", "lat(위도)"), ("lon", "lon(경도)")) if field not in at)
    if missing:
        raise Invalid("cctv.no_coordinates", missing=missing, row=1)
    return Columns(at, header, "mapped" if chosen else form)


def _is_header(first: Row) -> bool:
    if any(normal(cell) in FIELD_OF for cell in first):
        return True
    return all(cell.strip() and number(cell) is None for cell in first) and len(set(first)) == len(first) > 1


def _of_header(header: tuple[str, ...]) -> dict[str, int]:
    at: dict[str, int] = {}
    for column, cell in enumerate(header):
        if (field := field_of_header(cell)) and field not in at:
            at[field] = column
    return at


def _position(field: str, name: str, header: tuple[str, ...] | None, width: int) -> int:
    if field not in FIELDS:
        raise Invalid("cctv.bad_mapping", field=field, column=name)
    wanted = normal(name)
    for column, cell in enumerate(header or ()):
        if normal(cell) == wanted:
            return column
    bare = name.strip().removeprefix("#")
    if bare.isascii() and bare.isdigit() and 1 <= int(bare) <= width:
        return int(bare) - 1
    raise Invalid("cctv.bad_mapping", field=field, column=name)


def _guessed(at: dict[str, int], rows: Sequence[Row], form: str, *, named: bool) -> tuple[dict[str, int], str]:
    """Fill in what the header did not say from a sample spread over the file."""
    step = max(1, len(rows) // SAMPLE)
    columns = _by_column(rows[::step])
    found = dict(at)
    _claim(found, "lat", columns, _is_lat, 0.5)
    _claim(found, "lon", columns, _is_lon, 0.5)
    if named:
        return found, form
    standard = standard_form(len(columns))
    if standard and all(found.get(field) == standard.index(field) for field in ("lat", "lon")):
        return dict(zip(standard, range(len(standard)), strict=True)) | at, f"standard-{len(standard)}"
    for field, test, share in GUESSES:
        _claim(found, field, columns, test, share)
    return found, form


def _by_column(rows: Sequence[Row]) -> list[list[str]]:
    width = max((len(row) for row in rows), default=0)
    return [[row[column].strip() for row in rows if column < len(row)] for column in range(width)]


def _claim(found: dict[str, int], field: str, columns: list[list[str]], test: Test, share: float) -> None:
    if field in found:
        return
    best, best_share = -1, share
    for column, cells in enumerate(columns):
        full = [cell for cell in cells if cell]
        if column in found.values() or len(full) < 0.5 * len(cells) or not full:
            continue
        passed = sum(map(test, full)) / len(full)
        if passed > best_share:
            best, best_share = column, passed
    if best >= 0:
        found[field] = best


def _is_lat(cell: str) -> bool:
    value = number(cell)
    return value is not None and "." in cell and is_korean_lat(value)


def _is_lon(cell: str) -> bool:
    value = number(cell)
    return value is not None and "." in cell and is_korean_lon(value)


def _matches(pattern: str) -> Test:
    compiled = re.compile(pattern)
    return lambda cell: compiled.search(cell) is not None


GUESSES: tuple[tuple[str, Test, float], ...] = (
    ("phone", _matches(r"^0\d{1,2}-\d{3,4}-\d{4}$"), 0.5),
    ("owner", _matches(r"(시청|군청|구청|도청|경찰서|공단|공사|센터|교육청)$"), 0.5),
    ("purpose", _matches(r"방범|어린이|교통|단속|재난|재해|시설물|쓰레기|산불|공원"), 0.5),
    ("road", _matches(r"[가-힣](로|길)\s*\S*\d"), 0.5),
    ("lot", _matches(r"[가-힣]\d*(동|읍|면|리|가)\s*(산\s*)?\d|[가-힣](로|길)\s*\S*\d"), 0.3),
    ("id", _matches(r"^(?=.*\d)[0-9A-Za-z_-]{6,}$"), 0.9),
    ("district", _matches(r"^[가-힣]{1,5}(구|군|시)$"), 0.9),
    ("count", _matches(r"^[1-9]\d?$"), 0.95),
)
"""Field, what its cells look like, and the share of filled cells that must."""
