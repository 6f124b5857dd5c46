"""Read a register of places: every row becomes a facility, or is kept out for a stated reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bongsu.core.asset import Facility, FacilityKind
from bongsu.core.clock import Monotonic, monotonic
from bongsu.core.quality import Quality
from bongsu.imports.facilities.forms import SHOWN, form_of
from bongsu.imports.table.addresses import address_of, district_of
from bongsu.imports.table.limits import Limits
from bongsu.imports.table.register import Progress, Register, Taken, open_register
from bongsu.imports.table.sheet import read_file

MORE_AT_MOST, CELL_AT_MOST = 24, 200
CATEGORIES_AT_MOST = 12

Result = tuple[tuple[Facility, ...], Quality]


def read(
    path: Path,
    kind: FacilityKind,
    *,
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    progress: Progress = lambda done, total: None,
    clock: Monotonic = monotonic,
) -> Result:
    """Read a register file; see `read_bytes`. Raises Invalid("import.missing") when it cannot be opened."""
    data = read_file(path)
    return read_bytes(data, kind, source=path.name, mapping=mapping, limits=limits, progress=progress, clock=clock)


def read_bytes(
    data: bytes,
    kind: FacilityKind,
    *,
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    progress: Progress = lambda done, total: None,
    clock: Monotonic = monotonic,
) -> Result:
    """Turn a register into facilities of one kind and a report on every row.

    Columns nobody knows are kept under their own words in `more`; "category" is among them, as clean as it can be
    made without guessing ("교통 " and "교통" are one, "교통사고" is another, and the report lists them all).
    """
    began = clock()
    register = open_register(data, form_of(kind), mapping or {}, limits)
    extra = _extra(register)
    facilities = tuple(_facility(taken, kind, register, extra) for taken in register.good(progress))
    report = register.quality(source, len(facilities), clock() - began)
    return facilities, msgspec.structs.replace(report, notes=report.notes + _categories(facilities))


def _extra(register: Register) -> dict[str, int]:
    """The columns that are no field of the form, by their header words."""
    columns = register.sheet.columns
    taken = set(columns.at.values())
    named = enumerate(columns.header or ())
    return {word.strip(): at for at, word in named if at not in taken and word.strip()}


def _facility(taken: Taken, kind: FacilityKind, register: Register, extra: Mapping[str, int]) -> Facility:
    cells, row = taken.cells, register.sheet.rows[taken.row - 1] or []
    more = {field: _line(text) for field, text in cells.items() if field not in SHOWN and text}
    more |= {word: _line(row[at]) for word, at in extra.items() if at < len(row) and row[at].strip()}
    address = _line(address_of(cells))
    return Facility(
        id=taken.id,
        kind=kind,
        name=_line(cells.get("name", "")) or address or taken.id,
        where=taken.where,
        address=address,
        owner=cells.get("owner", ""),
        phone=cells.get("phone", ""),
        district=district_of(cells),
        more=dict(list(more.items())[:MORE_AT_MOST]),
    )


def _line(text: str) -> str:
    return " ".join(text.split())[:CELL_AT_MOST]


def _categories(facilities: tuple[Facility, ...]) -> tuple[str, ...]:
    counts = Counter(facility.more["category"] for facility in facilities if "category" in facility.more)
    return tuple(f"category {text!r} {count}" for text, count in counts.most_common(CATEGORIES_AT_MOST))
