"""Any number of cameras that all show one clip, round and round and in step: the worst case for whoever reads them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

from bongsu.world.camera import rtsp
from bongsu.world.camera.encoder import split_units
from bongsu.world.camera.stream import Sees, Viewer

_SPS, _PPS = 7, 8


class Clip:
    """The clip, played to whoever asks for any camera; its frames follow the wall clock."""

    def __init__(self, units: list[bytes], *, fps: int, gop: int) -> None:
        self._units, self._fps, self._gop = units, fps, gop
        self._viewers: set[Sees] = set()
        sets = {nal[0] & 0x1F: nal for nal in split_units(units[0])}
        self._sdp = rtsp.describe(sets[_SPS], sets[_PPS], fps)

    def has(self, camera: str) -> bool:
        """Every camera is there."""
        return bool(camera)

    def describe(self) -> str:
        """The SDP."""
        return self._sdp

    def play(self, camera: str, viewer: Viewer) -> Callable[[], None]:
        """Send to a viewer from the next frame on."""
        return self.show(viewer)

    def show(self, viewer: Sees) -> Callable[[], None]:
        """Send to whatever takes access units; returns how to stop."""
        self._viewers.add(viewer)
        return partial(self._viewers.discard, viewer)

    async def run(self) -> None:
        """Send every frame at its time."""
        number = int(time.time() * self._fps)
        while True:
            await asyncio.sleep(max(0.0, number / self._fps - time.time()))
            at = number % len(self._units)
            for viewer in tuple(self._viewers):
                viewer.send(self._units[at], number * 1000 // self._fps, at % self._gop == 0, at == 0)
            number += 1
