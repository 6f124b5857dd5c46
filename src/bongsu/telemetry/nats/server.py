"""Our NATS server as a child process: started, watched, started again when it dies, ended with us."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import socket
import sys
import sysconfig
from pathlib import Path

import msgspec
import structlog

from bongsu.core.errors import Unavailable
from bongsu.telemetry.nats import config
from bongsu.telemetry.nats.config import Place

BINARY = "nats-server"
PAUSE_S = 0.5
LISTENS_WITHIN_S = 20.0
LOOK_S = 0.02
LAUNCH = Path(__file__).with_name("launch.py")

_log = structlog.get_logger()


class Server:
    """Our NATS server. It keeps its stream, its configuration and `nats.json` (where it listens) in `folder`."""

    def __init__(self, folder: Path, place: Place, issuer: str, queue_bytes: int) -> None:
        self.place = place
        self._folder = folder
        self._config = folder / "nats.conf"
        self._log = folder / "nats.log"
        self._content = config.text(place, folder, issuer, queue_bytes)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; returns when it listens. Raises Unavailable("telemetry.nats")."""
        try:
            async with asyncio.timeout(LISTENS_WITHIN_S):
                self._process = await self._launch()
                for port in (self.place.port, self.place.mqtt_port):
                    await _listens(self.place.host, port, self._process)
        except TimeoutError:
            raise Unavailable("telemetry.nats", port=self.place.port) from None

    async def _launch(self) -> asyncio.subprocess.Process:
        """The process, once the one before it is gone.

        Two on one folder would read what the other half wrote, and lose what was acknowledged. The lock belongs to the
        open file, which only the server keeps.
        """
        held = os.open(self._folder / "nats.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while not _locked(held):
                await asyncio.sleep(LOOK_S)
            config.write(self._config, self._content)
            command = [str(LAUNCH), str(os.getpid()), str(binary()), "-c", str(self._config), "-l", str(self._log)]
            return await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", *command, stdin=asyncio.subprocess.DEVNULL, pass_fds=(held,)
            )
        finally:
            os.close(held)

    async def run(self) -> None:
        """Start it again whenever it dies, until cancelled."""
        while True:
            if self._process is not None:
                code = await self._process.wait()
                _log.error("nats.died", result=str(code))
            await asyncio.sleep(PAUSE_S)
            try:
                await self.start()
            except Unavailable as problem:
                _log.error("nats.away", code=problem.code)

    async def end(self) -> None:
        """Kill it: one that is asked to end closes its streams first, and acknowledges what devices tell meanwhile.

        What it has acknowledged before is written, and is read again at the next start.
        """
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    @property
    def pid(self) -> int:
        """Its process, 0 while it is down."""
        return self._process.pid if self._process is not None and self._process.returncode is None else 0


def place_at(host: str, port: int, mqtt_port: int, tell: Path) -> Place:
    """Where to listen, free ports for 0, told in the file `tell` (0600): its secret is a new one each time."""
    place = config.place(host, port or _free_port(host), mqtt_port or _free_port(host))
    config.write(tell, msgspec.json.encode(place).decode())
    return place


def binary() -> Path:
    """The server's binary, which comes with our own packages. Raises Unavailable("telemetry.nats_missing")."""
    found = Path(sysconfig.get_path("scripts")) / BINARY
    other = shutil.which(BINARY)
    if not found.exists() and other is None:
        raise Unavailable("telemetry.nats_missing")
    return found if found.exists() else Path(str(other))


def _locked(file: int) -> bool:
    """Whether this open file, and who is given it, holds the lock now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


async def _listens(host: str, port: int, process: asyncio.subprocess.Process) -> None:
    """Wait until somebody answers at the port. Raises Unavailable when the process ends before."""
    while True:
        if process.returncode is not None:
            raise Unavailable("telemetry.nats", port=port)
        try:
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(LOOK_S)
