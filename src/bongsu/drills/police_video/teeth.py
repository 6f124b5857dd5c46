"""Proof that the drill bites: faults that are really there, and a bad gateway that really is caught."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bongsu.drills.police_video.hands import Case, Hands
from bongsu.drills.police_video.plan import UNLEASED_AFTER_S
from bongsu.world.leaky import leaking
from bongsu.world.partner.viewing import Viewing

WAL_WRITE_LOCK_BYTE = 120
"""SQLite's WAL format: whoever holds this byte of the -shm file is the one writer."""
LOCK_WITHIN_S = 5.0


class Stall(msgspec.Struct, frozen=True, kw_only=True):
    """What came of reports while nobody could write: acknowledged meanwhile (must be 0), and after."""

    sent: int
    acknowledged_meanwhile: int
    acknowledged_after: int
    held_ms: float

    @property
    def holds(self) -> bool:
        """No acknowledgement without a commit, and none forgotten."""
        return self.sent > 0 and self.acknowledged_meanwhile == 0 and self.acknowledged_after == self.sent


@contextmanager
def nobody_writes(database: Path) -> Iterator[None]:
    """Hold the database's writer lock, as a stalled disk or a stuck writer would."""
    with Path(f"{database}-shm").open("r+b") as shared:
        until = time.monotonic() + LOCK_WITHIN_S
        while True:
            try:
                fcntl.lockf(shared, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, WAL_WRITE_LOCK_BYTE)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.001)  # the platform's writer is in the middle of a commit
        try:
            yield
        finally:
            fcntl.lockf(shared, fcntl.LOCK_UN, 1, WAL_WRITE_LOCK_BYTE)


async def stall(hands: Hands, cases: list[Case], stall_s: float) -> Stall:
    """Report calls while the writer is stalled, and see when the acknowledgements come."""
    with nobody_writes(hands.ground.data / "bongsu.db"):
        began = time.monotonic()
        ringing = [asyncio.create_task(hands.ring(case)) for case in cases]
        await asyncio.sleep(stall_s)
        released = time.monotonic()
    await asyncio.gather(*ringing)
    numbers = {case.occurrence for case in cases}
    said = [one for one in hands.said if one.occurrence in numbers and one.turn == 0]
    return Stall(
        sent=len(cases),
        acknowledged_meanwhile=sum(one.taken and one.answered_s < released for one in said),
        acknowledged_after=sum(one.taken and one.answered_s >= released for one in said),
        held_ms=round((released - began) * 1000, 1),
    )


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """What came of the videos when the core was stopped: how long the last frame still took, in ms."""

    videos: int
    playing_before: int
    stopped: bool
    last_frame_ms: float
    ended: tuple[str, ...]

    def holds(self, limit_ms: float) -> bool:
        """All were playing, the core really stood still, and every one of them ended in time."""
        all_ended = len(self.ended) == self.videos and all(self.ended)
        return self.stopped and self.playing_before == self.videos > 0 and all_ended and self.last_frame_ms <= limit_ms


async def stop_the_core(viewings: list[Viewing], core: int, stop_s: float = 2.0) -> Silence:
    """Stop the core's process for a while; the videos must end without it."""
    before = {id(viewing): len(viewing.arrivals) for viewing in viewings}
    await asyncio.sleep(0.5)
    playing = sum(len(viewing.arrivals) > before[id(viewing)] for viewing in viewings)
    os.kill(core, signal.SIGSTOP)
    try:
        stopped_s = time.monotonic()
        await asyncio.sleep(stop_s)
        stands = is_stopped(core)
    finally:
        os.kill(core, signal.SIGCONT)
    last = max((viewing.arrivals[-1] for viewing in viewings if viewing.arrivals), default=stopped_s)
    return Silence(
        videos=len(viewings),
        playing_before=playing,
        stopped=stands,
        last_frame_ms=round(max(0.0, last - stopped_s) * 1000, 1),
        ended=tuple(viewing.ended for viewing in viewings if viewing.over.is_set()),
    )


def is_stopped(pid: int) -> bool:
    """Tell whether a process stands still (state T)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("T")


class Leak(msgspec.Struct, frozen=True, kw_only=True):
    """What came through the bad gateway: frames it leaked, and those of them the drill counted as unleased."""

    leaked: int
    counted: int

    @property
    def caught(self) -> bool:
        """It really leaked, and the same count that must be 0 on the platform is not 0 here."""
        return self.leaked > 0 and self.counted > 0


async def bad_gateway(hands: Hands, case: Case) -> Leak:
    """Watch through a gateway that keeps sending after the close, and count as everywhere else."""
    if case.given is None:
        return Leak(leaked=0, counted=0)
    async with leaking(hands.officer.video_url, hands.ground.url) as (url, leaky):
        viewing = await hands.look(case.given, case.given.cameras[0], url)
        await viewing.frame_newer_than(case.given.at_ms)
        closed = await hands.close(case)
        await viewing.until_over(UNLEASED_AFTER_S + 4.0)
        await viewing.close()
        return Leak(leaked=leaky.leaked, counted=viewing.frames_after(closed.answered_s + UNLEASED_AFTER_S))
