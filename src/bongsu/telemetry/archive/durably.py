"""Files that are there whole or not at all, also after the power was cut."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from bongsu.telemetry.archive.days import UNFINISHED

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class DiskFull(Exception):
    """There is no room: nothing was written, and the same may go through later."""


def place(path: Path, write: Callable[[BinaryIO], object], mode: int = 0o640) -> int:
    """Write a new file, bring it to the disk, then give it its name, and bring that to the disk; its size in bytes.

    Raises DiskFull with nothing left behind; OSError where the disk fails otherwise.
    """
    unfinished = path.with_name(f".{path.name}{UNFINISHED}")
    try:
        make_folder(path.parent)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        unfinished.replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        unfinished.unlink(missing_ok=True)
        if problem.errno in FULL:
            raise DiskFull from problem
        raise
    return size


def make_folder(folder: Path, mode: int = 0o750) -> None:
    """A folder that is there after a power cut as well, and its parents."""
    if folder.is_dir():
        return
    make_folder(folder.parent, mode)
    folder.mkdir(mode=mode, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def sweep(folder: Path) -> int:
    """Delete what a crash left half written; how many."""
    found = list(folder.rglob(f".*{UNFINISHED}")) if folder.is_dir() else []
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
