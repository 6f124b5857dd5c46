"""Read a register of emergency bells: every row becomes a bell, or is kept out for a stated reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from bongsu.core.asset import Bell
from bongsu.core.clock import Monotonic, monotonic
from bongsu.core.quality import Quality
from bongsu.imports.bells_standard.forms import FORM
from bongsu.imports.table.addresses import address_of, district_of
from bongsu.imports.table.limits import Limits
from bongsu.imports.table.register import Progress, Taken, open_register
from bongsu.imports.table.sheet import read_file
from bongsu.imports.table.values import yes_or_no

Result = tuple[tuple[Bell, ...], Quality]


def read(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    progress: Progress = lambda done, total: None,
    clock: Monotonic = monotonic,
) -> Result:
    """Read a register file; see `read_bytes`. Raises Invalid("import.missing") when it cannot be opened."""
    data = read_file(path)
    return read_bytes(data, source=path.name, mapping=mapping, limits=limits, progress=progress, clock=clock)


def read_bytes(
    data: bytes,
    *,
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    progress: Progress = lambda done, total: None,
    clock: Monotonic = monotonic,
) -> Result:
    """Turn a register into bells and a report on every row; the arguments are those of the camera register's."""
    began = clock()
    register = open_register(data, FORM, mapping or {}, limits)
    bells = tuple(bell_of(taken) for taken in register.good(progress))
    report = register.quality(source, len(bells), clock() - began)
    return bells, msgspec.structs.replace(report, notes=report.notes + _notes(bells))


def bell_of(taken: Taken) -> Bell:
    """The bell a row describes."""
    cells = taken.cells
    address = address_of(cells)
    return Bell(
        id=taken.id,
        name=_line(cells.get("name", "") or address) or taken.id,
        where=taken.where,
        kind=cells.get("kind", ""),
        purpose=cells.get("purpose", ""),
        link=cells.get("link", ""),
        police_linked=yes_or_no(cells.get("police", "")),
        checked_on=cells.get("checked_on", ""),
        check_result=cells.get("check_result", ""),
        address=_line(address),
        owner=cells.get("owner", ""),
        owner_phone=cells.get("phone", ""),
        district=district_of(cells),
    )


def _line(text: str) -> str:
    """A cell on one line: some hold the road and the lot address with a line break between."""
    return " ".join(text.split())


def _notes(bells: tuple[Bell, ...]) -> tuple[str, ...]:
    linked = sum(bell.police_linked is True for bell in bells)
    unsaid = sum(bell.police_linked is None for bell in bells)
    oldest = min((bell.checked_on for bell in bells if bell.checked_on), default="")
    notes = (f"linked to the police {linked}", f"link to the police not said {unsaid}")
    return (*notes, f"longest without a check since {oldest}") if oldest else notes
