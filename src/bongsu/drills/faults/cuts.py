"""The second phase: the power goes while reports come in; what was not synced is lost, and nothing acknowledged is."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable, Sequence

import msgspec

from bongsu.core.geo import Point
from bongsu.drills import processes
from bongsu.drills.faults import full
from bongsu.drills.faults.closing import Books, Speaking, close_the_books, under_load
from bongsu.drills.faults.full import Full
from bongsu.drills.faults.mount import Disk
from bongsu.drills.faults.plan import Plan
from bongsu.drills.faults.platter import Losses
from bongsu.drills.faults.stage import Stage, standing
from bongsu.drills.faults.victims import is_gone

Tell = Callable[[str], None]
BACK_WITHIN_S = 180.0
DOING_S = (0.6, 2.0)
"""How long reports come in between two cuts, by chance."""


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """One cut: every process `gone` by signal 9, what the disk lost, and how long until a new report was accepted."""

    gone: bool
    losses: Losses
    recovery_s: float


class Cuts(msgspec.Struct, frozen=True, kw_only=True):
    """The phase; `came_back` is False where the platform did not start from what the disk held."""

    cuts: tuple[Cut, ...]
    books: Books | None = None
    full: Full | None = None

    @property
    def came_back(self) -> bool:
        """The platform started from what the disk held, every time."""
        return self.books is not None


async def exercise(
    stage: Stage, plan: Plan, places: Sequence[Point], tell: Tell, *, times: int, then_fill: bool = True
) -> Cuts:
    """Cut the power as often as planned under load, then fill the disk, let everything settle and compare."""
    chance = random.Random(plan.seed)
    stage.ground.data.rename(stage.ground.data.with_name("platter"))
    disk = Disk(stage.ground.data, stage.ground.folder / "disk.log")
    await disk.insert()
    done: list[Cut] = []
    try:
        async with (
            standing(stage),
            under_load(stage, plan, places) as speaking,
        ):
            for turn in range(1, times + 1):
                await asyncio.sleep(chance.uniform(*DOING_S))
                if (one := await cut(stage, disk, speaking, chance.getrandbits(32))) is None:
                    return Cuts(cuts=tuple(done))
                done.append(one)
                tell(f"power cut {turn} of {times}: {_told(one.losses)}, works again after {one.recovery_s:.2f} s")
            filled = await full.exercise(disk, speaking, tell) if then_fill else None
            return Cuts(cuts=tuple(done), full=filled, books=await close_the_books(speaking))
    finally:
        await stage.end()
        await disk.remove()


def _told(losses: Losses) -> str:
    return f"{losses.pages} pages, {losses.torn} torn, {losses.lengths} lengths and {losses.names} names lost"


async def cut(stage: Stage, disk: Disk, speaking: Speaking, seed: int) -> Cut | None:
    """Everything of the platform dies at once, and its disk forgets; None when it does not come back."""
    parent = stage.running["platform"]
    below = (parent.pid, *processes.descendants(parent.pid))
    at_s = time.monotonic()
    for pid in below:
        os.kill(pid, signal.SIGKILL)
    await parent.wait()
    gone = all([await is_gone(pid) for pid in below])
    losses = await disk.cut(seed)
    await disk.insert()
    await stage.start("platform")
    try:
        async with asyncio.timeout(BACK_WITHIN_S):
            back_s = await speaking.load.knock()
    except TimeoutError:
        return None
    return Cut(gone=gone, losses=losses, recovery_s=back_s - at_s)
