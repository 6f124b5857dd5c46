"""The ground of the fire drill: a platform over the drawn town, the fire service's key, and the people of the drill."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

from bongsu.drills import processes
from bongsu.drills.fire.town import osm
from bongsu.drills.police_video.ground import Ground, Ports

CODE, AGENCY = "FIRE119", "fire119"
KEYS = (f"BONGSU_PARTNER_{CODE}_KEY", f"BONGSU_PARTNER_{CODE}_OUR_KEY", "BONGSU_SIGNALS_KEY")
SIGNALS = "/v1/signals"
PEOPLE = {
    "drill-admin": ("admin", ""),
    "drill-operator": ("operator", ""),
    "drill-auditor": ("auditor", ""),
    "drill-desk": ("agency", AGENCY),
    "drill-engine": ("agency", AGENCY),
    "drill-police": ("agency", "police112"),
}


def lay(folder: Path) -> Ground:
    """Choose ports, keys and passwords; nobody listens at the fire service's own address."""
    free = [processes.free_port() for _ in range(4)]
    return Ground(
        folder=folder,
        ports=Ports(web=free[0], video=free[1], cameras=free[2], police=free[3]),
        keys={name: secrets.token_urlsafe(32) for name in KEYS},
        passwords={name: secrets.token_urlsafe(18) for name in PEOPLE},
    )


def signals_port(ground: Ground) -> int:
    """Where the signal controllers listen: this town has no cameras, and their port is free."""
    return ground.ports.cameras


async def furnish(ground: Ground) -> None:
    """Write the settings, bring the town in, and add the people."""
    ground.config.write_text(_settings(ground), "utf-8")
    town = ground.folder / "town.osm"
    town.write_text(osm(), "utf-8")
    await processes.run(*processes.BONGSU, "import", "osm", str(town), "--data", str(ground.data))
    await asyncio.gather(*(_add(ground, name) for name in PEOPLE))


async def _add(ground: Ground, name: str) -> None:
    role, agency = PEOPLE[name]
    belongs = ("--agency", agency) if agency else ()
    words = ("user", "add", name, "--role", role, *belongs, "--data", str(ground.data), "--password-stdin")
    await processes.run(*processes.BONGSU, *words, told=ground.passwords[name].encode() + b"\n")


def _settings(ground: Ground) -> str:
    ports = ground.ports
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
[[partners]]
code = "{CODE}"
name = "119종합상황실"
agency = "{AGENCY}"
url = "http://127.0.0.1:{ports.police}"
may_observe = true
[services.fire_dispatch]
[signals]
enabled = true
networks = ["127.0.0.0/8"]
"""
