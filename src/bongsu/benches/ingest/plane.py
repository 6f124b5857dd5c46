"""A whole platform in a folder of its own, `bongsu serve` with a register of devices: its doors, its CPU, its books."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import time
from asyncio.subprocess import Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bongsu.benches.ingest import city
from bongsu.benches.ingest.board import Watched
from bongsu.core.errors import Unavailable
from bongsu.drills import processes
from bongsu.world.partner.terminal import Terminal

READY_WITHIN_S = 180.0
LOOK_S = 0.05
SPARES_S = 12.0
"""The parent's spares read their code meanwhile: on two processors that would be measured as well."""
USERS, CALLERS = {"bench-admin": "admin", "bench-operator": "operator"}, "CALLERS"
NATS = "nats-server"
_TICK = os.sysconf("SC_CLK_TCK")
_SETTINGS = """data = "data"
[city]
name = "측정시"
name_en = "Bench city"
[web]
port = {port}
public_url = "http://127.0.0.1:{port}"
[video]
port = {video_port}
public_url = "ws://127.0.0.1:{video_port}"
[telemetry]
enabled = true
port = 0
mqtt_port = 0
[[partners]]
code = "{callers}"
name = "측정"
agency = "callers"
"""


class Plane:
    """The platform; `watched` is a screen that follows its live board, `key` what the callers' reports come in by."""

    def __init__(self, folder: Path, devices: int) -> None:
        self.key = secrets.token_urlsafe(32)
        self.watched = Watched()
        self._folder, self._devices = folder, devices
        self._config, self._log = folder / "bongsu.toml", folder / "serve.log"
        port, video_port = processes.free_port(), processes.free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._config.write_text(_SETTINGS.format(port=port, video_port=video_port, callers=CALLERS), "utf-8")
        self._password = secrets.token_urlsafe(18)
        self._admin, self._operator = Terminal(self.url), Terminal(self.url)
        self._operator.screen = self.watched
        self._http = httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=10.0)
        self._process: Process | None = None

    async def furnish(self) -> None:
        """Bring the register in through its importer, and add whoever gives the rules and whoever watches."""
        file, data = self._folder / "devices.csv", str(self._folder / "data")
        await asyncio.to_thread(_write, file, self._devices)
        importing = ("import", "devices", str(file), "--data", data)
        await processes.run(*processes.BONGSU, *importing, within_s=READY_WITHIN_S)
        for name, role in USERS.items():
            words = ("user", "add", name, "--role", role, "--data", data, "--password-stdin")
            await processes.run(*processes.BONGSU, *words, told=f"{self._password}\n".encode())

    async def start(self) -> float:
        """Start it, give it its rules, watch its board; seconds until it answers what a device of the register told."""
        began = time.monotonic()
        command = [*processes.BONGSU, "serve", "--config", str(self._config)]
        self._process = await processes.start(command, self._log, {f"BONGSU_PARTNER_{CALLERS}_KEY": self.key})
        await self._up("/healthz")
        for name, seat in zip(USERS, (self._admin, self._operator), strict=True):
            await seat.sign_in(name, self._password)
        await self._operator.open_board()
        seconds = await self._answers(began)
        for name, rule in city.rules().items():
            order = {"version": 0, "body": msgspec.to_builtins(rule), "note": "bench ingest"}
            answer = await self._admin.put(f"/v1/records/rule/{name}", order)
            if not answer.is_success:
                raise Unavailable("drill.command", command=name, status=answer.status_code, detail=answer.text)
        await asyncio.sleep(SPARES_S)
        await asyncio.to_thread(os.sync)  # what making the city left behind is not measured
        return seconds

    async def restart_telemetry(self) -> float:
        """End the telemetry process, which its parent starts again; seconds from its end until it answers."""
        pid, _ = self._telemetry()
        os.kill(pid, signal.SIGTERM)
        while Path(f"/proc/{pid}").exists():
            await asyncio.sleep(LOOK_S / 10)
        return await self._answers(time.monotonic())

    async def close(self) -> None:
        """End everything."""
        await self._admin.close()
        await self._operator.close()
        await self._http.aclose()
        if self._process is not None:
            await processes.end(self._process, within_s=60.0)

    def nats(self) -> Mapping[str, Any]:
        """Where its NATS listens, and how we come in."""
        place: dict[str, Any] = msgspec.json.decode((self._folder / "data" / "run" / "nats.json").read_bytes())
        return place

    def cpu_s(self) -> tuple[float, float, float]:
        """CPU seconds so far: of the telemetry process, of its NATS server, and of the core."""
        telemetry, server = self._telemetry()
        return cpu_of(telemetry), cpu_of(server), cpu_of(int(self._run_file()["pid"]))

    async def figures(self) -> dict[str, float]:
        """What /metrics tells of telemetry; nothing while it is away."""
        bearer = {"Authorization": f"Bearer {self._run_file()['token']}"}
        text = (await self._http.get("/metrics", headers=bearer)).text
        told = (line.split() for line in text.splitlines() if line.startswith("bongsu_telemetry"))
        return {name: float(value) for name, value in told}

    async def accounted(self) -> int:
        """Readings taken or quarantined since the telemetry process began."""
        told = await self.figures()
        return int(sum(told.get(f"bongsu_telemetry_{name}", 0) for name in ("readings", "places", "quarantined")))

    async def quarantine(self) -> dict[str, Any]:
        """What its door tells of what was not believed."""
        told: dict[str, Any] = (await self._admin.get("/v1/quarantine")).raise_for_status().json()
        return told

    async def _answers(self, began_s: float) -> float:
        path = f"/v1/devices/{city.device(self._devices - 1).id}"
        while time.monotonic() - began_s < READY_WITHIN_S:
            try:
                if (await self._admin.get(path)).status_code == 200:
                    return time.monotonic() - began_s
            except httpx.TransportError:
                pass
            await asyncio.sleep(LOOK_S)
        raise self._slow()

    async def _up(self, path: str) -> None:
        until_s = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until_s:
            try:
                if (await self._http.get(path)).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(LOOK_S)
        raise self._slow()

    def _slow(self) -> Unavailable:
        last = self._log.read_text("utf-8", "replace")[-1500:]
        return Unavailable("drill.not_ready", seconds=READY_WITHIN_S, detail=last)

    def _run_file(self) -> dict[str, Any]:
        told: dict[str, Any] = msgspec.json.decode((self._folder / "data" / "run" / "core.json").read_bytes())
        return told

    def _telemetry(self) -> tuple[int, int]:
        """The telemetry process and its NATS server: a spare that was called has no name of its own, its child has."""
        assert self._process is not None
        for pid in processes.descendants(self._process.pid):
            if Path(f"/proc/{pid}/comm").read_text("ascii").strip() == NATS:
                return int(_stat(pid)[1]), pid
        raise self._slow()


def cpu_of(pid: int) -> float:
    """CPU seconds a process has used so far."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICK


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()


def _write(file: Path, devices: int) -> None:
    with file.open("w", encoding="ascii") as out:
        out.writelines(city.register(devices))
