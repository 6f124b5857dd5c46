"""`python -m bongsu.benches.video.source`: any number of cameras that all show one clip; prints its port, then serves.

Each connection plays in step with the wall clock, so that all of them send their frames at the same moments: the
worst case for a gateway.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from functools import partial

from bongsu.benches.video.clip import FPS, FRAMES, GOP, clip
from bongsu.world.camera import rtsp
from bongsu.world.camera.encoder import split_units
from bongsu.world.camera.server import talk
from bongsu.world.camera.stream import Viewer

_SPS, _PPS = 7, 8


class Loop:
    """The clip, played to whoever asks for any camera."""

    def __init__(self, units: list[bytes]) -> None:
        self._units = units
        self._viewers: set[Viewer] = set()
        sets = {nal[0] & 0x1F: nal for nal in split_units(units[0])}
        self._sdp = rtsp.describe(sets[_SPS], sets[_PPS], FPS)

    def has(self, camera: str) -> bool:
        """Every camera is there."""
        return bool(camera)

    def describe(self) -> str:
        """The SDP."""
        return self._sdp

    def play(self, camera: str, viewer: Viewer) -> Callable[[], None]:
        """Send to a viewer from the next frame on."""
        self._viewers.add(viewer)
        return partial(self._viewers.discard, viewer)

    async def run(self) -> None:
        """Send every frame at its time."""
        number = int(time.time() * FPS)
        while True:
            await asyncio.sleep(max(0.0, number / FPS - time.time()))
            unit, is_key = self._units[number % FRAMES], number % GOP == 0
            for viewer in tuple(self._viewers):
                viewer.send(unit, number * 1000 // FPS, is_key, number % FRAMES == 0)
            number += 1


async def _serve() -> None:
    loop = Loop(clip())
    server = await asyncio.start_server(partial(talk, loop), "127.0.0.1", 0, limit=rtsp.MAX_HEAD, backlog=1000)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run()


if __name__ == "__main__":
    asyncio.run(_serve())
