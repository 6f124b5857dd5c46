"""The simulated world of the care drill: the process that is its devices, told when to go on."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bongsu.core.errors import Unavailable
from bongsu.drills import processes
from bongsu.drills.care.ground import SECRETS
from bongsu.drills.police_video.ground import Ground
from bongsu.world.care.month import Weeks

TOLD_S, LOOK_S = 1800.0, 0.1


class World:
    """Its process and what it printed."""

    def __init__(self, process: Process, log: Path) -> None:
        self._process, self._log = process, log

    async def said(self, word: str, within_s: float = TOLD_S) -> str:
        """The line that begins with this word, as soon as it is there; raise Unavailable when it does not come."""
        for _ in range(int(within_s / LOOK_S)):
            lines = self._log.read_text("utf-8", "replace").splitlines()
            if (line := next((one for one in lines if one.startswith(word)), None)) is not None:
                return line
            if self._process.returncode is not None:
                raise Unavailable("drill.not_ready", seconds=within_s, detail="\n".join(lines)[-800:])
            await asyncio.sleep(LOOK_S)
        raise Unavailable("drill.slow", command="world care-month", seconds=within_s)

    async def go(self) -> None:
        """Go on."""
        if self._process.stdin is not None:
            self._process.stdin.write(b"go\n")
            await self._process.stdin.drain()


@asynccontextmanager
async def living(ground: Ground, weeks: Weeks) -> AsyncIterator[World]:
    """Start the world, and end exactly it at the end."""
    log = ground.folder / "world.log"
    times = ("--begin-ms", weeks.begin_ms, "--pause-ms", weeks.pause_ms, "--until-ms", weeks.until_ms)
    doors = ("--config", str(ground.config), "--secrets", str(ground.folder / SECRETS))
    counts = ("--days", weeks.days, "--seed", weeks.seed)
    words = (*processes.BONGSU, "world", "care-month", *doors, *map(str, (*times, *counts)))
    process = await processes.start(words, log)
    try:
        yield World(process, log)
    finally:
        await processes.end(process)
