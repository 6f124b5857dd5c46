"""The data folder: one running platform owns it, and says where it can be reached."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

import msgspec

from bongsu.core.errors import Conflict


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """The platform that owns a folder: its process, its address, and the token that proves access to the folder."""

    pid: int
    url: str
    token: str


def lock(folder: Path) -> IO[str]:
    """Take the folder for this process for as long as the returned file is open. Raises Conflict("data.locked")."""
    run = folder / "run"
    run.mkdir(parents=True, exist_ok=True)
    run.chmod(0o700)
    file = (run / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise Conflict("data.locked", folder=str(folder)) from None
    return file


def announce(folder: Path, running: Running) -> None:
    """Write the run file, readable by its owner only, in one step."""
    path = folder / "run" / "core.json"
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(running))
    fresh.replace(path)


def withdraw(folder: Path) -> None:
    """Remove the run file."""
    (folder / "run" / "core.json").unlink(missing_ok=True)


def find_running(folder: Path) -> Running | None:
    """The platform that owns the folder right now; a run file left by a dead one does not count."""
    path = folder / "run" / "core.json"
    if not path.exists():
        return None
    try:
        lock(folder).close()
    except Conflict:
        return msgspec.json.decode(path.read_bytes(), type=Running)
    return None
