"""A PostgreSQL of the drill's own, in a folder, reached through its Unix socket only: so that it may be killed."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bongsu.core.errors import Unavailable
from bongsu.drills import processes

READY_WITHIN_S = 60.0
LOOK_S = 0.02
PORT = 5432
"""Only the name of the socket's file: nothing listens on the network."""
OWNER, APP = "drill_owner", "drill_app"


class Server:
    """One cluster; `start` and `kill` it as often as wanted."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self._folder = folder
        self._binaries = binaries
        self._process: Process | None = None

    def dsn(self, database: str, user: str) -> str:
        """How a user reaches a database of it."""
        return f"postgresql://{user}@/{database}?host={self._folder}"

    async def make(self) -> None:
        """Make the cluster and its two accounts, and start it."""
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
        where = (str(self._folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        await processes.run(*self._as_user(), str(self._binaries / "initdb"), "-D", *where)
        await self.start()
        for role in (OWNER, APP):
            await self._tool("createuser", role)

    async def start(self) -> None:
        """Start it and wait until it takes connections; after a kill it first mends itself."""
        told = {"listen_addresses": "", "unix_socket_directories": str(self._folder), "port": PORT}
        options = [word for name, value in told.items() for word in ("-c", f"{name}={value}")]
        words = (*self._with_us(), str(self._binaries / "postgres"), "-D", str(self._folder / "data"), *options)
        self._process = await processes.start(words, self._folder / "log")
        for _ in range(int(READY_WITHIN_S / LOOK_S)):
            if self._process.returncode is not None:
                break
            if "ready to accept connections" in (self._folder / "log").read_text("utf-8", "replace"):
                return
            await asyncio.sleep(LOOK_S)
        raise Unavailable("drill.database", detail=(self._folder / "log").read_text("utf-8", "replace")[-500:])

    def kill(self) -> tuple[int, ...]:
        """Kill -9 every process of it at once; their pids, the postmaster's first."""
        if self._process is None:
            return ()
        doomed = (self._process.pid, *processes.descendants(self._process.pid))
        for pid in doomed:
            os.kill(pid, signal.SIGKILL)
        return doomed

    @property
    def pid(self) -> int:
        """The postmaster's."""
        return 0 if self._process is None else self._process.pid

    async def ended(self) -> int:
        """How it ended: −9 when it was killed."""
        return 0 if self._process is None else await self._process.wait()

    async def end(self) -> None:
        """End it at once: nothing of it is needed any more."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGQUIT)
            await self._process.wait()

    async def database(self) -> str:
        """A new database with the platform's tables, empty; how the platform reaches it."""
        name = f"city_{secrets.token_hex(4)}"
        await self._tool("createdb", "-O", OWNER, name)
        await processes.run(*processes.BONGSU, "migrate", "--dsn", self.dsn(name, OWNER), "--app-role", APP)
        return self.dsn(name, APP)

    async def _tool(self, name: str, *words: str) -> None:
        await processes.run(str(self._binaries / name), "-h", str(self._folder), "-U", "postgres", *words)

    def _with_us(self) -> tuple[str, ...]:
        """However the drill ends, its server ends with it."""
        return (*(self._as_user() or ("setpriv",)), "--pdeathsig", "KILL")

    def _as_user(self) -> tuple[str, ...]:
        """PostgreSQL refuses root: there it runs as the user its package made."""
        return ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups") if os.geteuid() == 0 else ()


def find_binaries() -> Path | None:
    """The folder of the newest PostgreSQL installed here."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    return max(found, key=lambda path: int(path.parent.name)) if found else None


@asynccontextmanager
async def running() -> AsyncIterator[Server]:
    """A server for as long as the block runs. Raises Unavailable("drill.database") where none is installed."""
    binaries = find_binaries()
    if binaries is None:
        raise Unavailable("drill.database", detail="apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="bongsu-pg-") as folder:
        server = Server(Path(folder), binaries)
        try:
            await server.make()
            yield server
        finally:
            await server.end()
