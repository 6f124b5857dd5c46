"""Several real video processes of one machine, and the core's lines to them in this one."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from websockets.asyncio.client import connect

from bongsu.access import lease
from bongsu.core.processes import Process
from bongsu.core.recording import Erased, Orders
from bongsu.core.rendezvous import owner
from bongsu.core.stream import Addresses
from bongsu.gateways.video.connect import by_socket
from bongsu.gateways.video.link import VideoLink
from bongsu.gateways.video.links import VideoLinks
from bongsu.gateways.video.wire import Watched
from bongsu.settings import load
from fakes.running import free_ports
from fakes.video import Officer, a_ticket


class Several:
    """A machine with real processes; `links` is the core's side of it."""

    def __init__(self, folder: Path, many: int, streams: Mapping[str, str]) -> None:
        port = free_ports(many)
        self.config = folder / "bongsu.toml"
        self.config.write_text(
            f'data = "data"\n[video]\nprocesses = {many}\nport = {port}\npublic_url = "ws://127.0.0.1:{port}"\n'
            "linger_s = 0.5\n",
            "utf-8",
        )
        settings = load(self.config)
        self.data = settings.folder
        self.key = lease.make_keys(self.data)
        self.processes = {process.name: process for process in settings.video.local()}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.streams = dict(streams)
        self.holds: dict[str, int | None] = {"session:s1": None}
        self.orders = Orders()
        self.watched: list[Watched] = []
        self.erased: list[Erased] = []
        self.each = {name: self._link(process) for name, process in self.processes.items()}
        every = {process: self.each[name] for name, process in self.processes.items()}
        self.links = VideoLinks(every, lambda: self.orders)

    def _link(self, process: Process) -> VideoLink:
        return VideoLink(
            by_socket(self.data / "run" / f"{process.name}.sock"),
            lambda: self.holds,
            lambda: Addresses(streams=self.streams),
            self.watched.append,
            lambda camera: None,
            lambda: self.links.orders_of(process.name),
            self._erased,
            name=process.name,
        )

    def _erased(self, erased: Erased) -> None:
        self.erased.append(erased)
        self.links.noted(erased.id)

    def start(self, name: str) -> None:
        command = [sys.executable, "-m", "bongsu.cli", "part", "video", "--config", str(self.config), "--name", name]
        with (self.data.parent / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)

    def signal(self, name: str, number: signal.Signals) -> None:
        os.kill(self.children[name].pid, number)

    def kill(self, name: str) -> None:
        self.signal(name, signal.SIGKILL)
        self.children[name].wait()

    def end(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGCONT)
                child.kill()
            child.wait()

    @property
    def alive(self) -> list[str]:
        return [seat.name for seat in self.links.seats if seat.alive]

    def owner(self, camera: str) -> str:
        """Where a viewer should look at a camera just now."""
        return owner(self.alive, camera)

    @asynccontextmanager
    async def watching(self, camera: str, name: str = "", **ticket: object) -> AsyncIterator[Officer]:
        """Somebody who looks at a camera where it should be looked at, or at the process named."""
        process = self.processes[name or self.owner(camera)]
        async with connect(f"{process.public_url}/v1/video", max_size=None, max_queue=64, compression=None) as ws:
            hello = json.loads(await ws.recv())
            officer = Officer(ws, hello["nonce"], hello["epoch"])
            fitting = {"nonce": officer.nonce, "epoch": officer.epoch, "camera": camera} | ticket
            await officer.show(lease.sign(a_ticket(**fitting), self.key))
            yield officer

    def record(self, orders: Orders) -> None:
        self.orders = orders
        self.links.orders_changed()


async def until(holds: Callable[[], object], within_s: float = 20.0) -> float:
    """Wait for it; how long it took, seconds."""
    began_s = time.monotonic()
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.02)
    return time.monotonic() - began_s


@asynccontextmanager
async def several(folder: Path, many: int, streams: Mapping[str, str]) -> AsyncIterator[Several]:
    """They all run, and the core has heard each."""
    machine = Several(folder, many, streams)
    running = asyncio.create_task(machine.links.run())
    try:
        for name in machine.processes:
            machine.start(name)
        await until(lambda: len(machine.alive) == many, 60)
        yield machine
    finally:
        running.cancel()
        machine.end()
