"""`python -m bongsu.world.camera.mortal PORT`: cameras that fall ill when told to, as real ones do.

All show one clip over RTSP. Each line on standard input, `{"camera": …, "ailment": …}`, makes one ill or well again;
with its end the process ends. `--hoard` keeps memory and an open file for every connection it broke: a process that is
known to leak, for whoever must be shown to notice one.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections import defaultdict
from collections.abc import Callable
from enum import StrEnum
from functools import partial

import msgspec
import numpy as np

from bongsu.world.camera import rtsp
from bongsu.world.camera.clip import Clip
from bongsu.world.camera.encoder import FPS, GOP_FRAMES, HEIGHT, WIDTH, Encoder
from bongsu.world.camera.server import talk
from bongsu.world.camera.stream import Viewer

LEAP_MS = 5 * 3600 * 1000
FLOOD = 100
WOUNDS = 20
HOARD_BYTES = 300_000


class Ailment(StrEnum):
    """What a camera suffers from: it is gone, says nothing, sends rubbish, mistakes the hour, or cannot stop."""

    WELL = "well"
    DEAD = "dead"
    SILENT = "silent"
    GARBLED = "garbled"
    LEAPING = "leaping"
    FLOODING = "flooding"


class Told(msgspec.Struct, frozen=True):
    """One order."""

    camera: str
    ailment: Ailment


class Mortal:
    """The cameras, and who suffers from what."""

    def __init__(self, clip: Clip, chance: random.Random, *, hoards: bool) -> None:
        self._clip = clip
        self._chance = chance
        self._hoards = hoards
        self._hoard: list[tuple[int, bytes]] = []  # descriptors of its own: a socket's would keep it from closing
        self._ailing: defaultdict[str, Ailment] = defaultdict(lambda: Ailment.WELL)
        self._open: defaultdict[str, set[asyncio.StreamWriter]] = defaultdict(set)

    def has(self, camera: str) -> bool:
        """Whether the camera is alive."""
        return self._ailing[camera] is not Ailment.DEAD

    def describe(self) -> str:
        """The SDP, the same for every camera."""
        return self._clip.describe()

    def play(self, camera: str, viewer: Viewer) -> Callable[[], None]:
        """Let a viewer watch a camera; returns how to stop."""
        stop = self._clip.show(_Patient(viewer, partial(self._ailing.__getitem__, camera), self._chance))
        self._open[camera].add(viewer.writer)

        def leave() -> None:
            stop()
            self._open[camera].discard(viewer.writer)

        return leave

    def obey(self, told: Told) -> None:
        """A camera falls ill, or is well again; one that dies breaks its connections off."""
        self._ailing[told.camera] = told.ailment
        if told.ailment is Ailment.DEAD:
            for writer in tuple(self._open[told.camera]):
                writer.transport.abort()
                if self._hoards:
                    self._hoard.append((os.open(os.devnull, os.O_RDONLY), os.urandom(HOARD_BYTES)))


class _Patient:
    """One connection to a camera that may be ill."""

    def __init__(self, viewer: Viewer, ails: Callable[[], Ailment], chance: random.Random) -> None:
        self._viewer = viewer
        self._ails = ails
        self._chance = chance

    def send(self, unit: bytes, ms: int, is_key: bool, report: bool) -> None:
        """Send one access unit, or what becomes of it."""
        match self._ails():
            case Ailment.SILENT | Ailment.DEAD:
                return
            case Ailment.GARBLED:
                self._viewer.send(self._wounded(unit), ms, is_key, report)
            case Ailment.LEAPING:
                self._viewer.send(unit, ms + LEAP_MS, is_key, report)
            case Ailment.FLOODING:
                for _ in range(FLOOD):
                    self._viewer.send(unit, ms, is_key, report)
            case Ailment.WELL:
                self._viewer.send(unit, ms, is_key, report)

    def _wounded(self, unit: bytes) -> bytes:
        raw = bytearray(unit)
        for _ in range(WOUNDS):
            raw[self._chance.randrange(4, len(raw))] = self._chance.randrange(256)
        return bytes(raw)


def a_clip() -> list[bytes]:
    """Two seconds of a pattern that moves, nowhere black, as a camera of a city encodes it."""
    encoder, units = Encoder(), []
    lines = (np.arange(WIDTH)[None, :] + np.arange(HEIGHT)[:, None]) * 2
    for number in range(GOP_FRAMES):
        picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        picture[:HEIGHT] = 80 + (lines + 8 * number) % 150
        units.append(encoder.encode(picture, number)[0])
    return units


async def _serve(port: int, *, hoards: bool) -> None:
    clip = Clip(a_clip(), fps=FPS, gop=GOP_FRAMES)
    mortal = Mortal(clip, random.Random(7), hoards=hoards)
    await asyncio.start_server(partial(talk, mortal), "127.0.0.1", port, limit=rtsp.MAX_HEAD, backlog=1000)
    playing = asyncio.create_task(clip.run())
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        mortal.obey(msgspec.json.decode(line, type=Told))
    playing.cancel()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), hoards="--hoard" in sys.argv))
