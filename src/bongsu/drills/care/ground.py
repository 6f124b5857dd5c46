"""The ground of the care drill: a platform with telemetry, its devices with their secrets, a message centre."""

from __future__ import annotations

import csv
import secrets
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from bongsu.core.device import Device
from bongsu.drills import processes
from bongsu.drills.police_video.ground import USERS, Ground, Ports, usable

COLUMNS = ("id", "kind", "observes", "lon", "lat", "site", "ward", "source", "exercise")
SECRETS = "secrets.json"
PEOPLE = ("drill-admin", "drill-operator")


def lay(folder: Path) -> Ground:
    """Choose ports, keys and passwords; the port of `police` is the message centre's."""
    free = [processes.free_port() for _ in range(6)]
    return Ground(
        folder=folder,
        ports=Ports(web=free[0], video=free[1], cameras=free[2], police=free[3]),
        keys={"BONGSU_NOTICE_KEY": secrets.token_urlsafe(32)},
        passwords={name: secrets.token_urlsafe(18) for name in PEOPLE},
    )


async def furnish(ground: Ground, services: Iterable[str], devices: Iterable[Device], gateway: str) -> None:
    """Write the settings, bring the devices in through their importer, draw their secrets, and add the people."""
    ground.config.write_text(_settings(ground, services), "utf-8")
    register = ground.folder / "devices.csv"
    with register.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(map(_row, devices))
    await processes.run(*processes.BONGSU, "import", "devices", str(register), "--data", str(ground.data))
    await _admit(ground, gateway)
    for name in PEOPLE:
        words = ("user", "add", name, "--role", USERS[name][0], "--data", str(ground.data), "--password-stdin")
        await processes.run(*processes.BONGSU, *words, told=ground.passwords[name].encode() + b"\n")


async def _admit(ground: Ground, gateway: str) -> None:
    """Secrets for every device and for the gateway, in one file the world reads."""
    held = ground.folder / SECRETS
    at = ("--data", str(ground.data))
    await processes.run(*processes.BONGSU, "devices", "admit-all", str(held), *at)
    secret = await processes.run(*processes.BONGSU, "devices", "admit", gateway, "--as", "gateway", *at)
    known = msgspec.json.decode(held.read_bytes(), type=dict[str, str])
    held.write_bytes(msgspec.json.encode({**known, gateway: secret.decode().split()[-1]}))


@asynccontextmanager
async def standing(ground: Ground) -> AsyncIterator[Process]:
    """Start the platform, wait until it is usable, and end exactly it at the end."""
    log = ground.folder / "platform.log"
    platform = await processes.start((*processes.BONGSU, "serve", "--config", str(ground.config)), log, ground.keys)
    try:
        await usable(ground, platform, log)
        yield platform
    finally:
        await processes.end(platform)


def _row(device: Device) -> tuple[str, ...]:
    where = ("", "") if device.where is None else (str(device.where.lon), str(device.where.lat))
    observes, exercise = " ".join(device.observes), "yes" if device.exercise else ""
    return (device.id, device.kind.value, observes, *where, device.site, device.ward, device.source, exercise)


def _settings(ground: Ground, services: Iterable[str]) -> str:
    ports = ground.ports
    tables = "".join(f"[services.{name}]\n" for name in services)
    return f"""data = "data"
[city]
name = "훈련시"
code = "BONGSU"
[web]
port = {ports.web}
public_url = "{ground.url}"
[video]
port = {ports.video}
public_url = "ws://127.0.0.1:{ports.video}"
[telemetry]
enabled = true
port = 0
mqtt_port = 0
device_per_min = 1000000
rehearsal = true
[notice]
url = "http://127.0.0.1:{ports.police}/letters"
{tables}"""
