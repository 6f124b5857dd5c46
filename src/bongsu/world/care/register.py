"""The care world's papers: the register its city imports, the zones of who wears a device, the truth of its stories."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import msgspec

from bongsu.core.device import Device
from bongsu.core.errors import Invalid
from bongsu.world.care.days import Live
from bongsu.world.care.process import Care

COLUMNS = ("id", "kind", "observes", "lon", "lat", "site", "ward")
REGISTER, ZONES = "devices.csv", "zones.json"


def write(care: Care, folder: Path) -> None:
    """Write `devices.csv` (for `bongsu import devices`) and `zones.json` (id, name, purpose and ring of each zone)."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / REGISTER).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(map(_row, care.devices))
    zones = [
        {"id": site, "name": site, "purpose": "personal", "ring": ring}
        for scene in care.scenes.values()
        for site, ring in scene.zones.items()
    ]
    (folder / ZONES).write_bytes(msgspec.json.encode(zones))


def secrets_in(path: Path) -> dict[str, str]:
    """The secret of each device by its id; raise Invalid("care.secrets") for a file that holds none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError) as problem:
        raise Invalid("care.secrets", path=str(path), detail=str(problem)) from problem


def note(lives: Iterable[Live], path: Path) -> None:
    """Write the truth of every story: one JSON line each, times in simulated Unix ms."""
    lines = [
        msgspec.json.encode({
            "story": f"{live.story.service}/{live.story.what}", "kind": live.case.kind, "site": live.case.site,
            "began_ms": live.story.at_ms, "over_ms": live.end_ms, "true": live.case.true,
        })
        for live in lives
    ]  # fmt: skip
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def _row(device: Device) -> tuple[str, ...]:
    where = ("", "") if device.where is None else (str(device.where.lon), str(device.where.lat))
    return (device.id, device.kind.value, " ".join(device.observes), *where, device.site, device.ward)
