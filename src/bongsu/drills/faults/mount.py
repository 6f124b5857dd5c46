"""The disk that forgets, put where a platform keeps its data, cut off and put back."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import msgspec

from bongsu.core.errors import Unavailable
from bongsu.drills import processes
from bongsu.drills.faults.platter import Losses

MOUNT_WITHIN_S = 30.0
LOOK_S = 0.02
CUT, ROOM = "user.bongsu.cut", "user.bongsu.room"


class Disk:
    """A disk that forgets, mounted where a platform keeps its data."""

    def __init__(self, mount: Path, log: Path) -> None:
        self.mount = mount
        self.backing = mount.with_name("platter")
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def insert(self) -> None:
        """Mount it; raise Unavailable("drill.disk") when it does not come."""
        self.mount.mkdir(exist_ok=True)
        disk = (sys.executable, "-m", "bongsu.drills.faults.disk", str(self.backing), str(self.mount))
        words = ("setpriv", "--pdeathsig", "TERM", *disk)  # however the drill ends, its disk ends with it
        self._process = await processes.start(words, self._log)
        until_s = time.monotonic() + MOUNT_WITHIN_S
        while not self.mount.is_mount():
            if self._process.returncode is not None or time.monotonic() > until_s:
                raise Unavailable("drill.disk", detail=self._log.read_text("utf-8", "replace")[-500:])
            await asyncio.sleep(LOOK_S)

    def room(self, size_bytes: int) -> None:
        """From now on no more than this fits on it; 0 for any amount."""
        os.setxattr(self.mount, ROOM, str(size_bytes).encode())

    async def cut(self, seed: int) -> Losses:
        """Take the power away; what was lost with it."""
        try:
            os.setxattr(self.mount, CUT, str(seed).encode())
        except OSError:
            await self.remove()
            return msgspec.json.decode(self.backing.with_suffix(".lost").read_bytes(), type=Losses)
        raise Unavailable("drill.disk", detail="the power is still on")

    async def remove(self) -> None:
        """Unmount it, and wait for its process."""
        await processes.run("fusermount3", "-u", "-z", str(self.mount))
        if self._process is not None:
            await processes.end(self._process)
