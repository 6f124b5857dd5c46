"""Where a package is put together: a folder of one process's own, whose death leaves nothing of a recording behind."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bongsu.video.claim import Claim

PREFIX = "bench-"
LOCK = "lock"
YOUNG_S = 60.0
"""A folder this young may be about to be claimed by whoever has just made it."""


@contextmanager
def bench(folder: Path) -> Iterator[Path]:
    """A folder inside `folder` for the length of the block; nobody else clears it away while this process lives."""
    place = Path(tempfile.mkdtemp(dir=folder, prefix=PREFIX))
    claim = Claim(place / LOCK)
    claim.take()
    try:
        yield place
    finally:
        shutil.rmtree(place)
        claim.let_go()


def clear(folder: Path) -> None:
    """Remove what dead processes left of packages they were building."""
    for left in (*folder.glob("*.part"), *folder.glob("work-*")):  # as they were called when only one process built
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    for place in folder.glob(f"{PREFIX}*"):
        claim = Claim(place / LOCK)
        is_young = not (place / LOCK).exists() and time.time() - place.stat().st_mtime < YOUNG_S
        if not is_young and claim.take():
            shutil.rmtree(place)
            claim.let_go()


def publish(built: Path, to: Path) -> bool:
    """Give a finished package its name; False when another process has given that name to its own by now."""
    try:
        os.link(built, to)
    except FileExistsError:
        return False
    folder = os.open(to.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True
