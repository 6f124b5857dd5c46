"""A PostgreSQL of the tests' own: one cluster in a temporary folder, reached through its Unix socket only."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bongsu.store import engine

READY_WITHIN_S = 30.0
PORT = 5432
"""Only the name of the socket's file: nothing listens on the network."""


def find_binaries() -> Path | None:
    """The folder of the newest PostgreSQL installed here."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    return max(found, key=lambda path: int(path.parent.name)) if found else None


class Cluster:
    """A running server; `database()` makes a fresh database in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.spare: list[tuple[str, str]] = []
        """Databases with the platform's tables, emptied, and the account that may use them."""

        self.owner = "city_owner"

    def dsn(self, database: str, user: str) -> str:
        return f"postgresql://{user}@/{database}?host={self._folder}"

    def database(self) -> str:
        """The owner's DSN of a new, empty database."""
        name = f"city_{secrets.token_hex(6)}"
        self.command(f'CREATE DATABASE {name} OWNER "{self.owner}"')
        return self.dsn(name, self.owner)

    def role(self) -> str:
        """A new role that may sign in and nothing else."""
        name = f"app_{secrets.token_hex(6)}"
        self.command(f"CREATE ROLE {name} LOGIN")
        return name

    def command(self, sql: str, dsn: str = "") -> None:
        """Run one statement as the server's own superuser, or through a DSN."""
        made = engine.postgresql(dsn or self.dsn("postgres", "postgres"))
        with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(sql))
        made.dispose()


@contextmanager
def running(*, durable: bool = False) -> Iterator[Cluster]:
    """Make a cluster, run it, and end it by its pid; only a durable one would outlive a power cut."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="pg-") as made:
        folder = Path(made)
        as_user = _as_postgres(folder)
        initdb = [*as_user, str(binaries / "initdb"), "-D", f"{made}/data", "-U", "postgres", "-A", "trust"]
        subprocess.run([*initdb, "-E", "UTF8", "--locale=C", "--no-sync"], check=True, capture_output=True, cwd=made)
        settings = {"listen_addresses": "", "unix_socket_directories": made, "port": PORT, "max_connections": 60}
        settings |= {"fsync": "on" if durable else "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        start = [*as_user, str(binaries / "postgres"), "-D", f"{made}/data", *options]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(start, stdout=log, stderr=log, cwd=made)
        try:
            cluster = Cluster(folder)
            _wait_ready(cluster, process, folder / "log")
            cluster.command(f'CREATE ROLE "{cluster.owner}" LOGIN')
            yield cluster
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed any more
            process.wait(20)


def _as_postgres(folder: Path) -> list[str]:
    """PostgreSQL refuses root: there it runs as the user its package made."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres", "postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def _wait_ready(cluster: Cluster, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        if (log.parent / f".s.PGSQL.{PORT}").exists() and "ready to accept" in log.read_text("utf-8", "replace"):
            return
        time.sleep(0.02)
    raise AssertionError(log.read_text("utf-8", "replace")[-2000:])
