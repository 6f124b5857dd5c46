"""Read a register of devices: every row becomes a device, or is kept out for a stated reason.

No authority publishes a form for it, so ours is fixed: one header row, its words in Korean or English, in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from bongsu.core.clock import Monotonic, monotonic
from bongsu.core.device import Device, DeviceKind
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point, is_on_earth
from bongsu.core.observed import OBSERVED
from bongsu.core.quality import Quality, Quarantined
from bongsu.imports.table.decode import decode, has_broken_bytes
from bongsu.imports.table.records import find_delimiter, find_width, split_lines, split_rows
from bongsu.imports.table.sheet import read_file

WORDS = {
    "id": "기기번호",
    "kind": "종류",
    "observes": "측정항목",
    "name": "이름",
    "lon": "경도",
    "lat": "위도",
    "site": "장소",
    "ward": "보호대상",
    "source": "게이트웨이",
    "district": "행정구역",
    "exercise": "훈련",
    "heading_deg": "방향각",
}
NEEDED = ("id", "kind", "observes")
ID_CHARS = 64
SAID = {"": False, "no": False, "false": False, "아니오": False, "yes": True, "true": True, "예": True}
"""What the exercise column may say."""
KINDS = frozenset(kind.value for kind in DeviceKind)

_FIELDS = {word: field for field, korean in WORDS.items() for word in (field, korean)}


class Faulty(msgspec.Struct, frozen=True):
    """Why a row is no device, and the value that shows it."""

    reason: str
    value: str


def read(path: Path, *, clock: Monotonic = monotonic) -> tuple[tuple[Device, ...], Quality]:
    """Read a register file; see `read_bytes`. Raises Invalid("import.missing") when it cannot be opened."""
    return read_bytes(read_file(path), source=path.name, clock=clock)


def read_bytes(data: bytes, *, source: str = "", clock: Monotonic = monotonic) -> tuple[tuple[Device, ...], Quality]:
    """Turn a register into devices and a report on every row.

    Raises Invalid("table.…") where it is no table, Invalid("devices.header") where a needed column is missing.
    """
    began = clock()
    decoded = decode(data)
    lines = split_lines(decoded.text)
    delimiter = find_delimiter(lines)
    rows = split_rows(lines, delimiter, find_width(lines, delimiter))
    columns = _columns(next(rows, None))
    devices: dict[str, Device] = {}
    faults: list[Quarantined] = []
    count = 0
    for count, row in enumerate(rows, 1):
        made = _device(row, columns, devices)
        if isinstance(made, Device):
            devices[made.id] = made
        else:
            faults.append(Quarantined(row=count, reason=made.reason, value=made.value[:200]))
    quality = Quality(
        source=source, format="devices", rows=count, imported=len(devices), quarantined=tuple(faults),
        columns={field: str(at + 1) for field, at in columns.items()}, notes=_notes(devices.values(), decoded.encoding),
        seconds=clock() - began,
    )  # fmt: skip
    return tuple(devices.values()), quality


def _columns(header: list[str] | None) -> dict[str, int]:
    """Which column holds which field."""
    words = [cell.strip().lower() for cell in header or []]
    found = {_FIELDS[word]: at for at, word in enumerate(words) if word in _FIELDS}
    if missing := [f"{field}({WORDS[field]})" for field in NEEDED if field not in found]:
        raise Invalid("devices.header", missing=" · ".join(missing))
    return found


def _device(row: list[str] | None, columns: Mapping[str, int], known: Mapping[str, Device]) -> Device | Faulty:
    """The device a row describes, or why it describes none."""
    if row is None or len(row) <= max(columns.values()) or any(map(has_broken_bytes, row)):
        return Faulty("unreadable", " | ".join(row or ["?"]))
    cells = {field: row[at].strip() for field, at in columns.items()}
    if fault := _fault(cells, known):
        return fault
    where, heading = _where(cells), _heading(cells)
    if isinstance(where, Faulty):
        return where
    if isinstance(heading, Faulty):
        return heading
    texts = {name: cells.get(name, "") for name in ("name", "site", "ward", "source", "district")}
    observes = tuple(cells["observes"].replace(";", " ").split())
    kind, exercise = DeviceKind(cells["kind"]), SAID[cells.get("exercise", "").lower()]
    return Device(
        id=cells["id"], kind=kind, observes=observes, where=where, exercise=exercise, heading_deg=heading, **texts
    )


def _fault(cells: Mapping[str, str], known: Mapping[str, Device]) -> Faulty | None:
    name = cells["id"]
    if not 0 < len(name) <= ID_CHARS or not name.isprintable() or any(mark in name for mark in "./*>+# "):
        return Faulty("id", name)
    if name in known:
        return Faulty("duplicate", name)
    if cells["kind"] not in KINDS:
        return Faulty("kind", cells["kind"])
    if cells.get("exercise", "").lower() not in SAID:
        return Faulty("exercise", cells["exercise"])
    unknown = [one for one in cells["observes"].replace(";", " ").split() if one not in OBSERVED]
    return Faulty("observed_property", unknown[0]) if unknown else None


def _where(cells: Mapping[str, str]) -> Point | Faulty | None:
    """Where a device stands; None where both cells are empty."""
    lon, lat = cells.get("lon", ""), cells.get("lat", "")
    if not lon and not lat:
        return None
    try:
        where = Point(float(lon), float(lat))
    except ValueError:
        return Faulty("coordinates", f"{lon}, {lat}")
    return where if is_on_earth(where) else Faulty("coordinates", f"{lon}, {lat}")


def _heading(cells: Mapping[str, str]) -> float | Faulty | None:
    """Which way the traffic goes that a device watches; a traffic detector needs one, for a road has two ways."""
    text = cells.get("heading_deg", "")
    if not text:
        return Faulty("heading", "") if cells["kind"] == DeviceKind.TRAFFIC_DETECTOR else None
    try:
        degrees = float(text)
    except ValueError:
        return Faulty("heading", text)
    return degrees if 0 <= degrees <= 360 else Faulty("heading", text)


def _notes(devices: Iterable[Device], encoding: str) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for device in devices:
        counts[device.kind.value] = counts.get(device.kind.value, 0) + 1
    return (f"encoding {encoding}", *(f"{kind} {count}" for kind, count in sorted(counts.items())))
