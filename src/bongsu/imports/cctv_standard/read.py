"""Read a camera register: every row becomes a camera, or is kept out for a stated reason, and the counts add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from shapely.geometry.base import BaseGeometry

from bongsu.core.asset import Camera
from bongsu.core.clock import Monotonic, monotonic
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.core.quality import Quality, Quarantined, Repair
from bongsu.imports.cctv_standard.cameras import Cells, camera_of, give_ids, quarter_of
from bongsu.imports.cctv_standard.columns import Columns, find_columns
from bongsu.imports.cctv_standard.decode import decode, has_broken_bytes, presentable
from bongsu.imports.cctv_standard.extent import Extent
from bongsu.imports.cctv_standard.facing import bare_degrees_are_bearings
from bongsu.imports.cctv_standard.judge import Places, judge, put_right
from bongsu.imports.cctv_standard.records import Row, find_delimiter, find_width, split_lines, split_rows
from bongsu.imports.cctv_standard.values import number

SWAPPED = "swapped_lat_lon"
Progress = Callable[[int, int], None]
Result = tuple[tuple[Camera, ...], Quality]


class Sheet(msgspec.Struct, frozen=True):
    """A register taken apart: its columns, its data rows (None: unreadable) and how it was written."""

    columns: Columns
    rows: list[Row | None]
    notes: tuple[str, ...]


class Judged(msgspec.Struct, frozen=True):
    """The rows as fields, where they lie, why each is kept out ("" when not), and what they were held against."""

    cells: list[Cells]
    places: Places
    reasons: list[str]
    extent: Extent | None


def read(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    boundary: BaseGeometry | None = None,
    progress: Progress = lambda done, total: None,
    clock: Monotonic = monotonic,
) -> Result:
    """Read a register file; see `read_bytes`. Raises Invalid("import.missing") when it cannot be opened."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise Invalid("import.missing", path=str(path), detail=problem.strerror or "") from problem
    return read_bytes(data, source=path.name, mapping=mapping, boundary=boundary, progress=progress, clock=clock)


def read_bytes(
    data: bytes,
    *,
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    boundary: BaseGeometry | None = None,
    progress: Progress = lambda done, total: None,
    clock: Monotonic = monotonic,
) -> Result:
    """Turn a register into cameras and a report on every row.

    `mapping` is field → header word or column number from 1; `boundary` a polygon in degrees that replaces the
    file's own extent; `progress` is told (rows done, rows in all). Raises Invalid when it is no register.
    """
    began = clock()
    sheet = _take_apart(data, mapping or {})
    judged = _judge(sheet, boundary)
    cameras = _cameras(judged, progress)
    report = _report(sheet, judged)
    return cameras, msgspec.structs.replace(
        report,
        source=source,
        imported=len(cameras),
        cameras=sum(camera.count for camera in cameras),
        seconds=round(clock() - began, 3),
    )


def _judge(sheet: Sheet, boundary: BaseGeometry | None) -> Judged:
    cells = [_cells(row, sheet.columns) for row in sheet.rows]
    places = _places(cells)
    addresses = [row.get("road") or row.get("lot", "") for row in cells]
    reasons, extent = judge(places, addresses, [quarter_of(row) for row in cells], boundary)
    return Judged(cells, places, reasons, extent)


def _report(sheet: Sheet, judged: Judged) -> Quality:
    return Quality(
        source="",
        format=f"cctv/{sheet.columns.form}",
        rows=len(sheet.rows),
        imported=0,
        repairs=_repairs(judged),
        quarantined=_quarantined(sheet, judged),
        columns=sheet.columns.shown(),
        notes=sheet.notes + _extent_note(judged.extent),
    )


def _take_apart(data: bytes, mapping: Mapping[str, str]) -> Sheet:
    decoded = decode(data)
    lines = split_lines(decoded.text)
    delimiter = find_delimiter(lines)
    width = find_width(lines, delimiter)
    rows = list(split_rows(lines, delimiter, width))
    first = next((row for row in rows if row is not None), None)
    if first is None:
        raise Invalid("cctv.no_coordinates", missing="lat(위도) · lon(경도)", row=1)
    readable = [row for row in rows if row is not None and len(row) == width]
    columns = find_columns(first, readable, mapping)
    data_rows = [row for row in rows if row is not first] if columns.header else rows
    if not data_rows:
        raise Invalid("cctv.empty")
    least = _least_width([row for row in readable if row is not first], width, columns)
    notes = (f"encoding {decoded.encoding}", f"delimiter {delimiter!r}", f"columns {width}")
    return Sheet(columns, [_fit(row, width, least) for row in data_rows], notes)


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


_BROKEN = "\udcff"
"""A mark that makes a row of the wrong width unreadable and yet shows what it held."""


def _cells(row: Row | None, columns: Columns) -> Cells:
    if row is None or any(has_broken_bytes(cell) for cell in row):
        return {}
    return {field: row[at].strip() for field, at in columns.at.items() if at < len(row)}


def _places(cells: Sequence[Cells]) -> Places:
    def column(field: str) -> list[float]:
        read_out = (number(row.get(field, "")) for row in cells)
        return [float("nan") if value is None else value for value in read_out]

    return put_right(np.array(column("lon")), np.array(column("lat")))


def _cameras(judged: Judged, progress: Progress) -> tuple[Camera, ...]:
    cells, places = judged.cells, judged.places
    good = [row for row, reason in enumerate(judged.reasons) if not reason]
    ids = give_ids([cells[row] for row in good])
    bare = bare_degrees_are_bearings(row.get("facing", "") for row in cells)
    cameras = []
    for done, (row, camera_id) in enumerate(zip(good, ids, strict=True)):
        if done % 1000 == 0:
            progress(row, len(cells))
        where = Point(float(places.lon[row]), float(places.lat[row]))
        cameras.append(camera_of(cells[row], camera_id, where, bare_bearings=bare))
    progress(len(cells), len(cells))
    return tuple(cameras)


def _repairs(judged: Judged) -> tuple[Repair, ...]:
    return tuple(
        Repair(row=row + 1, how=SWAPPED)
        for row, swapped in enumerate(judged.places.swapped)
        if swapped and not judged.reasons[row]
    )


def _quarantined(sheet: Sheet, judged: Judged) -> tuple[Quarantined, ...]:
    return tuple(
        Quarantined(row=at + 1, reason=reason, value=_value(sheet.rows[at], judged.cells[at]))
        for at, reason in enumerate(judged.reasons)
        if reason
    )


def _value(row: Row | None, cells: Cells) -> str:
    if cells:
        return f"{cells.get('lat', '')}, {cells.get('lon', '')}"
    return presentable(" | ".join((row or ["?"])[:20]).replace(_BROKEN, "").strip(" |"))[:200]


def _extent_note(extent: Extent | None) -> tuple[str, ...]:
    if extent is None:
        return ()
    centre = f"{extent.centre.lon:.4f}, {extent.centre.lat:.4f}"
    return (f"extent {extent.radius_m / 1000:.1f} km around {centre}",)
