"""Kill -9 of one part at a time, each with the proof that it really died and that another stands in its place."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import httpx
import msgspec

from bongsu.core.errors import Unavailable
from bongsu.drills import processes
from bongsu.drills.faults.load import Load
from bongsu.drills.faults.sensed import Sensed, telemetry_of
from bongsu.drills.faults.stage import Stage, until_up

GONE_WITHIN_S = 5.0
ORPHANS_WITHIN_S = 30.0
BACK_WITHIN_S = 180.0
LOOK_S = 0.02


class Victim(StrEnum):
    """What is killed: a part, the parent alone, everything the parent started, a partner, the database, a queue."""

    CORE = "core"
    VIDEO = "video"
    PARTNER = "partner"
    PARENT = "parent"
    TREE = "tree"
    DATABASE = "database"
    TELEMETRY = "telemetry"
    NATS = "nats"


class Kill(msgspec.Struct, frozen=True, kw_only=True):
    """One kill: `gone` tells that every pid of it ended by signal 9, `fresh` that none of the new pids is an old one.

    `recovery_s` is from the kill until it works again: a new report accepted (core, parent, tree, database), video
    at the core's side again (video), a delivery in the partner's own log (partner), a device's reading acknowledged
    (telemetry, nats).
    """

    victim: Victim
    pids: tuple[int, ...]
    gone: bool
    fresh: bool
    recovery_s: float


async def kill(stage: Stage, load: Load, victim: Victim, sensed: Sensed | None = None) -> Kill:
    """Kill one victim and wait until it works again; `sensed` are the devices, where there are any."""
    match victim:
        case Victim.TELEMETRY | Victim.NATS:
            return await _queue(stage, sensed, victim)
        case Victim.CORE:
            return await _child(stage, load, "core", Victim.CORE)
        case Victim.VIDEO:
            return await _child(stage, load, "video", Victim.VIDEO)
        case Victim.PARTNER:
            return await _partner(stage)
        case Victim.PARENT | Victim.TREE:
            return await _platform(stage, load, victim)
        case Victim.DATABASE:
            return await _database(stage, load)


async def _child(stage: Stage, load: Load, name: str, victim: Victim) -> Kill:
    """Core or video: their parent starts them again."""
    pid, said = stage.part(name), stage.log_of("platform")
    at_s = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    gone = await is_gone(pid)
    back_s = await (load.knock() if victim is Victim.CORE else video_back(stage, pid))
    fresh = stage.part(name)
    by_nine = _words_of_nine(stage.log_of("platform"), name) > _words_of_nine(said, name)
    return Kill(victim=victim, pids=(pid,), gone=gone and by_nine, fresh=fresh != pid, recovery_s=back_s - at_s)


async def _queue(stage: Stage, sensed: Sensed | None, victim: Victim) -> Kill:
    """The telemetry process, whose NATS server must end with it, or that server alone."""
    if sensed is None:
        raise ValueError("no devices")
    telemetry, server = await telemetry_of(stage)
    doomed = (telemetry, server) if victim is Victim.TELEMETRY else (server,)
    at_s = time.monotonic()
    os.kill(doomed[0], signal.SIGKILL)
    gone = all([await is_gone(pid) for pid in doomed])
    back_s = await sensed.heard()
    now = await telemetry_of(stage)
    stays = victim is Victim.TELEMETRY or now[0] == telemetry
    return Kill(
        victim=victim, pids=doomed, gone=gone, fresh=stays and not set(doomed) & {*now}, recovery_s=back_s - at_s
    )


def _words_of_nine(log: str, name: str) -> int:
    """How often the parent has said that this child ended by signal 9."""
    return log.count(f"{name} ended with -9")


async def _partner(stage: Stage) -> Kill:
    """The police's own process: an init system of theirs, which is us, starts it again."""
    process = stage.running["police"]
    at_s = time.monotonic()
    process.kill()
    gone = await process.wait() == -signal.SIGKILL
    size = stage.ground.police_log.stat().st_size
    fresh = await stage.start("police")
    await _until(lambda: stage.ground.police_log.stat().st_size > size)
    return Kill(
        victim=Victim.PARTNER,
        pids=(process.pid,),
        gone=gone,
        fresh=fresh.pid != process.pid,
        recovery_s=time.monotonic() - at_s,
    )


async def _platform(stage: Stage, load: Load, victim: Victim) -> Kill:
    """The parent alone, whose children must end by themselves; or the whole tree at once."""
    parent = stage.running["platform"]
    below = processes.descendants(parent.pid)
    doomed = (parent.pid, *below) if victim is Victim.TREE else (parent.pid,)
    at_s = time.monotonic()
    for pid in doomed:
        os.kill(pid, signal.SIGKILL)
    gone = await parent.wait() == -signal.SIGKILL
    gone = all([await is_gone(pid) for pid in doomed]) and gone
    raising = asyncio.create_task(until_up(stage))
    orphans = all([await is_gone(pid, ORPHANS_WITHIN_S) for pid in below])  # until then an old core may still answer
    back_s = await load.knock()
    await raising
    now = {stage.running["platform"].pid, stage.part("core"), stage.part("video")}
    return Kill(
        victim=victim,
        pids=doomed,
        gone=gone,
        fresh=orphans and not now & {parent.pid, *below},
        recovery_s=back_s - at_s,
    )


async def _database(stage: Stage, load: Load) -> Kill:
    """Every process of PostgreSQL at once; the machine's init system, which is us, starts it again."""
    server = stage.server
    if server is None:
        raise ValueError("no database of our own")
    at_s = time.monotonic()
    doomed = server.kill()
    gone = await server.ended() == -signal.SIGKILL
    gone = all([await is_gone(pid) for pid in doomed]) and gone
    await server.start()
    if stage.is_hasty:  # it has no parent: the broken store has ended it
        await stage.running["platform"].wait()
        await stage.start("platform")
    back_s = await load.knock()
    return Kill(
        victim=Victim.DATABASE, pids=doomed, gone=gone, fresh=server.pid not in doomed, recovery_s=back_s - at_s
    )


async def is_gone(pid: int, within_s: float = GONE_WITHIN_S) -> bool:
    """Whether a process has ended, or does so soon."""
    until_s = time.monotonic() + within_s
    while time.monotonic() < until_s:
        if not is_running(pid):
            return True
        await asyncio.sleep(LOOK_S)
    return False


def is_running(pid: int) -> bool:
    """Whether a process exists and is no mere entry its parent has yet to read (state Z)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False


async def video_back(stage: Stage, old: int) -> float:
    """Wait until the core says that video is at its side again, as another process; when that was (monotonic)."""
    async with httpx.AsyncClient(trust_env=False, timeout=1.0) as http:

        async def is_back() -> bool:
            try:
                if (await http.get(f"{stage.ground.url}/healthz")).status_code != 200:
                    return False
                return stage.part("video") != old
            except (httpx.TransportError, Unavailable):
                return False

        async with asyncio.timeout(BACK_WITHIN_S):
            while not await is_back():
                await asyncio.sleep(LOOK_S)
    return time.monotonic()


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(BACK_WITHIN_S):
        while not is_so():
            await asyncio.sleep(LOOK_S)
