"""Read a camera register: every row becomes a camera, or is kept out for a stated reason, and the counts add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bongsu.core.asset import Camera
from bongsu.core.clock import Monotonic, monotonic
from bongsu.core.quality import Quality
from bongsu.imports.cctv_standard.cameras import camera_of
from bongsu.imports.cctv_standard.facing import bare_degrees_are_bearings
from bongsu.imports.cctv_standard.forms import FORM
from bongsu.imports.cctv_standard.purposes import purposes_of
from bongsu.imports.table.limits import Limits
from bongsu.imports.table.register import Progress, open_register
from bongsu.imports.table.sheet import read_file

NAMED_AT_MOST = 10

Result = tuple[tuple[Camera, ...], Quality]


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
    """Turn a register into cameras and a report on every row.

    `mapping` is field → header word or column number from 1; `limits` are districts that replace the file's own
    extent; `progress` is told (rows done, rows in all). Raises Invalid when it is no register.
    """
    began = clock()
    register = open_register(data, FORM, mapping or {}, limits)
    bare = bare_degrees_are_bearings(row.get("facing", "") for row in register.cells)
    cameras = tuple(camera_of(taken, bare_bearings=bare) for taken in register.good(progress))
    report = register.quality(source, len(cameras), clock() - began)
    return cameras, msgspec.structs.replace(
        report,
        cameras=sum(camera.count for camera in cameras),
        notes=report.notes + _purpose_notes(cameras),
    )


def _purpose_notes(cameras: tuple[Camera, ...]) -> tuple[str, ...]:
    counts: Counter[str] = Counter(purpose for camera in cameras for purpose in camera.purposes)
    unknown = Counter(camera.purpose for camera in cameras if camera.purpose and not purposes_of(camera.purpose))
    notes = tuple(f"purpose {purpose} {count}" for purpose, count in counts.most_common())
    notes += tuple(f"purpose not understood: {text!r} {count}" for text, count in unknown.most_common(NAMED_AT_MOST))
    without = sum(not camera.purposes for camera in cameras)
    return (*notes, f"purpose unknown {without}") if without else notes
