"""Whether a process keeps what it should have let go: its memory's slope, its threads and its open files."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import numpy as np

from bongsu.drills.video.plan import LIMITS

EVERY_S = 1.0
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
WARM_SHARE = 0.5
"""Of the readings the first part is left out of the slope: buffers and groups of pictures fill up once."""


class Reading(msgspec.Struct, frozen=True):
    """What a process holds at a moment (monotonic seconds)."""

    at_s: float
    rss_mb: float
    threads: int
    files: int


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a process held at rest before and after, and how its memory went meanwhile."""

    before: Reading
    after: Reading
    rss_mb_per_min: float

    @property
    def leaked(self) -> int:
        """In how many ways more is held than before: threads, files, memory."""
        more = (self.after.threads > self.before.threads, self.after.files > self.before.files)
        return sum(more) + (self.rss_mb_per_min > LIMITS.rss_mb_per_min)


def read(pid: int) -> Reading:
    """What a process holds now (proc(5))."""
    proc = Path(f"/proc/{pid}")
    resident = int((proc / "statm").read_text().split()[1])
    threads, files = len(list((proc / "task").iterdir())), len(list((proc / "fd").iterdir()))
    return Reading(time.monotonic(), round(resident * _PAGE_MB, 1), threads, files)


@asynccontextmanager
async def watched(pid: int) -> AsyncIterator[list[Reading]]:
    """Its readings, one a second, for the length of the block."""
    readings: list[Reading] = []

    async def go_on() -> None:
        while True:
            readings.append(read(pid))
            await asyncio.sleep(EVERY_S)

    going = asyncio.create_task(go_on())
    try:
        yield readings
    finally:
        going.cancel()


def slope(readings: list[Reading]) -> float:
    """The memory's slope in MB a minute by least squares, without the beginning; NaN of too few."""
    steady = readings[int(len(readings) * WARM_SHARE) :]
    if len(steady) < 3:
        return float("nan")
    at, mb = np.array([one.at_s for one in steady]), np.array([one.rss_mb for one in steady])
    return round(float(np.polyfit(at - at[0], mb, 1)[0]) * 60, 2)
