"""The real telemetry process in a folder of its own, with the bench as its core: its line, its CPU, its books."""

from __future__ import annotations

import asyncio
import os
import time
from asyncio.subprocess import Process
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from bongsu.benches.ingest import city
from bongsu.core.asking import GetDevice
from bongsu.core.detection import Detection
from bongsu.core.errors import NotFound, Unavailable
from bongsu.drills import processes
from bongsu.gateways.telemetry.link import TelemetryLink

READY_WITHIN_S = 180.0
LOOK_S = 0.05
_TICK = os.sysconf("SC_CLK_TCK")


class Plane:
    """The process, started; `found_ms` is how old each detection was when it came to the core's end of the line."""

    def __init__(self, folder: Path, devices: int) -> None:
        self.found_ms: list[float] = []
        self._folder, self._devices = folder, devices
        self._config = folder / "bongsu.toml"
        self._config.write_text('data = "data"\n[telemetry]\nenabled = true\nport = 0\nmqtt_port = 0\n', "utf-8")
        self._rules = city.rules()
        self._blocks = list(city.blocks(devices))
        self._process: Process | None = None
        self._link = TelemetryLink(folder / "data" / "run" / "telemetry.sock", self._terms, self._register, self._keep)
        self._linking = asyncio.create_task(self._link.run())

    async def start(self) -> float:
        """Start it; seconds until it answers what a device of the register told."""
        began = time.monotonic()
        command = [*processes.BONGSU, "part", "telemetry", "--config", str(self._config)]
        self._process = await processes.start(command, self._folder / "telemetry.log")
        last = GetDevice(device=city.device(self._devices - 1).id)
        while time.monotonic() - began < READY_WITHIN_S:
            try:
                await self._link.ask(last)
                return time.monotonic() - began
            except (NotFound, Unavailable):
                await asyncio.sleep(LOOK_S)
        raise Unavailable("drill.slow", command="part telemetry", seconds=READY_WITHIN_S)

    async def stop(self) -> None:
        """End the process; the line stays and waits for the next."""
        if self._process is not None:
            await processes.end(self._process, within_s=60.0)

    async def close(self) -> None:
        """End everything."""
        await self.stop()
        self._linking.cancel()

    def nats(self) -> Mapping[str, Any]:
        """Where its NATS listens, and how we come in."""
        place: dict[str, Any] = msgspec.json.decode((self._folder / "data" / "run" / "nats.json").read_bytes())
        return place

    def cpu_s(self) -> tuple[float, float]:
        """CPU seconds so far: of the process, and of its NATS server."""
        assert self._process is not None
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        return cpu_of(pid), sum(cpu_of(int(child)) for child in children)

    def accounted(self) -> int:
        """Readings taken or quarantined since it started, as it tells."""
        figures = self._link.figures
        taken = figures.get("telemetry_total", {})
        quarantined = figures.get("telemetry_quarantined_total", {})
        return int(taken.get("readings", 0) + taken.get("places", 0) + sum(quarantined.values()))

    def quarantined(self) -> dict[str, float]:
        """Why readings were kept out, and how many."""
        return dict(self._link.figures.get("telemetry_quarantined_total", {}))

    def _terms(self) -> tuple[Mapping[str, object], Mapping[str, object]]:
        return self._rules, {}

    async def _register(self) -> tuple[int, Iterable[bytes]]:
        return 1, self._blocks

    async def _keep(self, detection: Detection) -> None:
        if detection.rule == "probe":
            self.found_ms.append(time.time() * 1000 - detection.began_ms)


def cpu_of(pid: int) -> float:
    """CPU seconds a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK
