"""A register read and judged: its good rows with their places and ids, and a report on all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec
import numpy as np

from bongsu.core.geo import Point, is_on_earth
from bongsu.core.quality import Quality, Quarantined, Repair
from bongsu.imports.table.addresses import Cells
from bongsu.imports.table.extent import Extent
from bongsu.imports.table.form import Form
from bongsu.imports.table.identity import give_ids
from bongsu.imports.table.judge import AWAY, Places, Verdict, judge, put_right
from bongsu.imports.table.limits import Limits
from bongsu.imports.table.sheet import Sheet, cells_of, shown, take_apart
from bongsu.imports.table.values import number

SWAPPED = "swapped_lat_lon"
STEP = 1000

Progress = Callable[[int, int], None]


class Taken(msgspec.Struct, frozen=True):
    """One good row: its number from 1, its fields, its id and where it stands."""

    row: int
    cells: Cells
    id: str
    where: Point


class Register(msgspec.Struct, frozen=True):
    """A register whose rows are judged."""

    form: Form
    sheet: Sheet
    cells: list[Cells]
    places: Places
    verdict: Verdict

    def good(self, progress: Progress) -> Iterator[Taken]:
        """The rows that are taken, in order; `progress` is told (rows done, rows in all)."""
        rows = [row for row, reason in enumerate(self.verdict.reasons) if not reason]
        ids = give_ids([self.cells[row] for row in rows], self.form.anonymous)
        for done, (row, own_id) in enumerate(zip(rows, ids, strict=True)):
            if done % STEP == 0:
                progress(row, len(self.cells))
            where = Point(float(self.places.lon[row]), float(self.places.lat[row]))
            yield Taken(row + 1, self.cells[row], own_id, where)
        progress(len(self.cells), len(self.cells))

    def quality(self, source: str, imported: int, seconds: float) -> Quality:
        """The report on every row."""
        return Quality(
            source=source,
            format=f"{self.form.name}/{self.sheet.columns.form}",
            rows=len(self.cells),
            imported=imported,
            repairs=tuple(self._repairs()),
            quarantined=tuple(self._quarantined()),
            columns=self.sheet.columns.shown(),
            notes=self.sheet.notes + _extent_note(self.verdict.extent),
            seconds=round(seconds, 3),
        )

    def _repairs(self) -> Iterator[Repair]:
        for row in np.flatnonzero(self.places.swapped).tolist():
            if not self.verdict.reasons[row]:
                now = Point(float(self.places.lon[row]), float(self.places.lat[row]))
                was = self._written(row)
                yield Repair(row=row + 1, how=SWAPPED, before=was, after=f"{now.lat}, {now.lon}", where=now)

    def _quarantined(self) -> Iterator[Quarantined]:
        for row, reason in enumerate(self.verdict.reasons):
            if reason:
                detail = self.verdict.details.get(row, "")
                value = self._written(row) + (f" ({detail})" if detail and reason == AWAY else "")
                yield Quarantined(row=row + 1, reason=reason, value=value, where=self._claimed(row))

    def _written(self, row: int) -> str:
        cells = self.cells[row]
        return f"{cells.get('lat', '')}, {cells.get('lon', '')}" if cells else shown(self.sheet.rows[row])

    def _claimed(self, row: int) -> Point | None:
        claimed = Point(float(self.places.lon[row]), float(self.places.lat[row]))
        return claimed if is_on_earth(claimed) else None


def open_register(data: bytes, form: Form, mapping: Mapping[str, str], limits: Limits | None) -> Register:
    """Take a register apart and judge its rows.

    `mapping` is field → header word or column number from 1; `limits` replace the file's own extent. Raises
    Invalid("table.…") when it is no register.
    """
    sheet = take_apart(data, mapping, form)
    cells = [cells_of(row, sheet.columns) for row in sheet.rows]
    places = _places(cells)
    return Register(form, sheet, cells, places, judge(places, cells, limits))


def _places(cells: list[Cells]) -> Places:
    def column(field: str) -> list[float]:
        read_out = (number(row.get(field, "")) for row in cells)
        return [float("nan") if value is None else value for value in read_out]

    return put_right(np.array(column("lon")), np.array(column("lat")))


def _extent_note(extent: Extent | None) -> tuple[str, ...]:
    if extent is None:
        return ()
    centre = f"{extent.centre.lon:.4f}, {extent.centre.lat:.4f}"
    return (f"extent {extent.radius_m / 1000:.1f} km around {centre}",)
