"""Which column says what: given by the user, named by the header, or guessed from the values; always reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from bongsu.core.errors import Invalid
from bongsu.imports.table.form import Form, normal
from bongsu.imports.table.records import Row
from bongsu.imports.table.values import is_korean_lat, is_korean_lon, number

SAMPLE = 2000
Test = Callable[[str], bool]


class Columns(msgspec.Struct, frozen=True):
    """Where each field stands (0-based), the header row or None, the name of the layout, and what it took to know."""

    at: dict[str, int]
    header: tuple[str, ...] | None
    form: str
    notes: tuple[str, ...] = ()

    def shown(self) -> dict[str, str]:
        """Column → field as a person reads it; a column without a name is "#" and its number from 1."""
        return {self.name_of(at): field for field, at in sorted(self.at.items(), key=lambda item: item[1])}

    def name_of(self, at: int) -> str:
        """The header's word for a column, or its number."""
        name = self.header[at].strip() if self.header and at < len(self.header) else ""
        return name or f"#{at + 1}"


def find_columns(first: Row, rows: Sequence[Row], given: Mapping[str, str], known: Form) -> Columns:
    """Decide the columns from the first row, a sample of rows and what the user gave (`field: name or number`).

    Raises Invalid("table.bad_mapping") for an unknown field or column, ("table.no_coordinates") when no column
    holds latitudes or longitudes.
    """
    header = tuple(first) if _is_header(first, known) else None
    at = _of_header(header, known) if header else {}
    form = "header" if header else "values"
    if header and (standard := known.standard(len(header))) and tuple(at) == standard:
        form = f"standard-{len(header)}"
    chosen = {field: _position(field, name, header, len(first), known) for field, name in given.items()}
    at = {field: column for field, column in at.items() if column not in chosen.values()} | chosen
    if not {"lat", "lon"} <= at.keys() or not header:
        at, form = _guessed(at, rows, form, known, named=header is not None)
    missing = " · ".join(name for field, name in (("lat", "lat(위도)"), ("lon", "lon(경도)")) if field not in at)
    if missing:
        raise Invalid("table.no_coordinates", missing=missing, row=1)
    at, notes = _ordered(at, rows, fixed={"lat", "lon"} <= chosen.keys())
    return Columns(at, header, "mapped" if chosen else form, notes)


def _ordered(at: dict[str, int], rows: Sequence[Row], *, fixed: bool) -> tuple[dict[str, int], tuple[str, ...]]:
    """Which coordinate comes first; names that most rows contradict are turned round, and it is said."""
    notes: tuple[str, ...] = ()
    if not fixed and _most_are_reversed(at, _sample(rows)):
        at = at | {"lat": at["lon"], "lon": at["lat"]}
        notes = ("columns named latitude and longitude hold each other's values: read the other way round",)
    first = "lat, lon" if at["lat"] < at["lon"] else "lon, lat"
    return at, (f"coordinates {first}", *notes)


def _most_are_reversed(at: dict[str, int], rows: Sequence[Row]) -> bool:
    cells = [(row[at["lat"]].strip(), row[at["lon"]].strip()) for row in rows if len(row) > max(at["lat"], at["lon"])]
    right = sum(_is_lat(lat) and _is_lon(lon) for lat, lon in cells)
    turned = sum(_is_lat(lon) and _is_lon(lat) for lat, lon in cells)
    return turned > right


def _is_header(first: Row, known: Form) -> bool:
    words = {word for words in known.words.values() for word in words.split()}
    if any(normal(cell) in words for cell in first):
        return True
    return all(cell.strip() and number(cell) is None for cell in first) and len(set(first)) == len(first) > 1


def _of_header(header: tuple[str, ...], known: Form) -> dict[str, int]:
    at: dict[str, int] = {}
    for column, cell in enumerate(header):
        if (field := known.field_of(cell)) and field not in at:
            at[field] = column
    return at


def _position(field: str, name: str, header: tuple[str, ...] | None, width: int, known: Form) -> int:
    if field not in known.fields:
        raise Invalid("table.bad_mapping", field=field, column=name)
    wanted = normal(name)
    for column, cell in enumerate(header or ()):
        if normal(cell) == wanted:
            return column
    bare = name.strip().removeprefix("#")
    if bare.isascii() and bare.isdigit() and 1 <= int(bare) <= width:
        return int(bare) - 1
    raise Invalid("table.bad_mapping", field=field, column=name)


def _guessed(
    at: dict[str, int], rows: Sequence[Row], form: str, known: Form, *, named: bool
) -> tuple[dict[str, int], str]:
    """Fill in what the header did not say from a sample spread over the file."""
    columns = _by_column(_sample(rows))
    found = dict(at)
    _claim(found, "lat", columns, _is_lat, 0.5)
    _claim(found, "lon", columns, _is_lon, 0.5)
    if named:
        return found, form
    standard = known.standard(len(columns))
    if standard and all(found.get(field) == standard.index(field) for field in ("lat", "lon")):
        return dict(zip(standard, range(len(standard)), strict=True)) | at, f"standard-{len(standard)}"
    for guess in known.guesses:
        _claim(found, guess.field, columns, _matches(guess.pattern), guess.share)
    return found, form


def _sample(rows: Sequence[Row]) -> Sequence[Row]:
    return rows[:: max(1, len(rows) // SAMPLE)]


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
