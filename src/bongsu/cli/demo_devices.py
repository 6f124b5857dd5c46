"""The demo's devices: their register and secrets, the zones of those who wear one, and the process that is them."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from bongsu.core.device import DeviceKind

SERVICES = ("elder_care", "wandering", "childcare", "water_meters", "smart_bins", "structures", "room_fire")
STORIES = ("room_fire/fire@60", "smart_bins/fire@240", "childcare/left_behind@420")
"""What breaks into the devices' usual days, and how many seconds after they begin."""

NOTE = "데모의 안심구역 / safe zones of the demo"


class Drawn(msgspec.Struct, frozen=True):
    """A zone as the care world writes it."""

    id: str
    name: str
    purpose: str
    ring: list[tuple[float, float]]


def enrol(folder: Path, seed: int) -> None:
    """Bring the devices of the care services in, each with a secret of its own; once per seed."""
    from bongsu.cli import admitting, bringing, caring

    care, done = folder / "care", folder / "care" / "enrolled"
    if done.exists() and done.read_text("utf-8") == str(seed):
        return
    work = caring.Work(city=folder / "city", services=[], stories=[], seed=seed, run=None, log=None)
    caring.enrol(work, care)
    bringing.devices(care / "devices.csv", folder / "data")
    admitting.admit_all(care / "secrets.json", folder / "data")
    done.write_text(str(seed), "utf-8")


def settings(folder: Path, port: int, mqtt_port: int) -> str:
    """Telemetry on, and the seven services; the demo has no message centre, so nobody is told by letter.

    The collection round sets out from the first bin's street.
    """
    from bongsu.imports import devices

    named = {name: f"[services.{name}]\nofficers = []\nguardians = []\n" for name in SERVICES}
    bins = [one.where for one in devices.read(folder / "care" / "devices.csv")[0] if one.kind is DeviceKind.BIN]
    if bins and bins[0] is not None:
        named["smart_bins"] += f"depot_lon = {bins[0].lon}\ndepot_lat = {bins[0].lat}\n"
    services = "".join(named.values())
    return f"[telemetry]\nenabled = true\nport = {port}\nmqtt_port = {mqtt_port}\n{services}"


def process(folder: Path, seed: int, run: Path | None = None) -> list[str]:
    """How the devices are started; by the clock of the scenario that plays in `run`, where there is one."""
    start = [sys.executable, "-m", "bongsu.cli", "world", "care", str(folder / "city"), "--seed", str(seed)]
    doors = ["--config", str(folder / "bongsu.toml"), "--secrets", str(folder / "care" / "secrets.json")]
    stories = [word for story in STORIES for word in ("--story", story)]
    follows = [] if run is None else ["--run", str(run)]
    return [*start, *doors, *stories, *follows, "--log", str(folder / "care" / "truth.jsonl"), "--end-with-stdin"]


def draw_zones(folder: Path) -> None:
    """Give each wristband its safe zone, through the running platform's door, where it has none yet.

    Raises Invalid with the platform's own words, Unavailable where it does not answer.
    """
    from bongsu.cli.place import Place
    from bongsu.cli.ruling import answer_of, door_of

    drawn = msgspec.json.decode((folder / "care" / "zones.json").read_bytes(), type=list[Drawn])
    with door_of(Place(folder=folder / "data"), "admin") as door:
        there = {one["id"] for one in answer_of(door.get("/v1/records", params={"kind": "zone"}))}
        for zone in drawn:
            if zone.id in there:
                continue
            body = {"type": "zone", "name": zone.name, "purpose": zone.purpose, "ring": zone.ring}
            answer_of(door.put(f"/v1/records/zone/{zone.id}", json={"version": 0, "body": body, "note": NOTE}))
