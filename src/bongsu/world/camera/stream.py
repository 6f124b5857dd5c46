"""One camera while it is watched: frames taken on the wall clock's beat, encoded once, sent to every viewer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Protocol

from bongsu.world.camera.encoder import GOP_FRAMES, Encoder, frame_at, frame_ms
from bongsu.world.camera.picture import Image
from bongsu.world.camera.rtp import Packetiser

MAX_UNSENT_BYTES = 1_000_000
_REPORT_EVERY = 75

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""

Compose = Callable[[int], Image]
"""Takes a picture at a Unix time in ms."""


def wall_ms() -> int:
    """The machine's wall clock in Unix ms."""
    return time.time_ns() // 1_000_000


class Sees(Protocol):
    """What a stream sends its access units to."""

    def send(self, unit: bytes, ms: int, is_key: bool, report: bool) -> None:
        """Take one access unit taken at a Unix time in ms; `report` asks for a sender report before it."""


class Viewer:
    """One connection's side of a stream: what it is sent, and whether it must wait for a keyframe."""

    def __init__(self, writer: asyncio.StreamWriter, packetiser: Packetiser) -> None:
        self.writer = writer
        self.packetiser = packetiser
        self._skips = False

    def send(self, unit: bytes, ms: int, is_key: bool, report: bool) -> None:
        """Write one access unit; a viewer that cannot keep up is dropped to the next keyframe."""
        if self.writer.is_closing():
            return
        if self.writer.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self._skips = True
        if self._skips and not is_key:
            return
        self._skips = False
        self.writer.write((self.packetiser.report(ms) if report else b"") + self.packetiser.pack(unit, ms))


class Stream:
    """A camera that runs while it has viewers.

    When it wakes it first encodes the keyframe of the last boundary, so that what follows refers to it as
    if the camera had always run, but it sends only what is taken from then on: a viewer waits for the
    next boundary. A frame whose time has passed is dropped, not queued.
    """

    def __init__(
        self, compose: Compose, pool: Executor, now_ms: Callable[[], int] = wall_ms, pause: Pause = asyncio.sleep
    ) -> None:
        self._compose = compose
        self._pool = pool
        self._now_ms = now_ms
        self._pause = pause
        self._viewers: set[Sees] = set()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_watched(self) -> bool:
        """Whether anybody is watching."""
        return bool(self._viewers)

    def join(self, viewer: Sees) -> None:
        """Start sending to a viewer."""
        self._viewers.add(viewer)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def leave(self, viewer: Sees) -> None:
        """Stop sending to a viewer; the camera sleeps when the last one leaves."""
        self._viewers.discard(viewer)

    async def sleep(self) -> None:
        """Wait until the camera has stopped; it does when nobody watches."""
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        encoder = Encoder()
        woke = frame_at(self._now_ms())
        number = woke - woke % GOP_FRAMES
        while self._viewers:
            await self._wait_for(number)
            unit, is_key = await loop.run_in_executor(self._pool, self._take, encoder, number)
            if number > woke:
                for viewer in tuple(self._viewers):
                    viewer.send(unit, frame_ms(number), is_key, number % _REPORT_EVERY == 0 or number == woke + 1)
            number = max(number + 1, frame_at(self._now_ms()))

    def _take(self, encoder: Encoder, number: int) -> tuple[bytes, bool]:
        return encoder.encode(self._compose(frame_ms(number)), number)

    async def _wait_for(self, number: int) -> None:
        early = frame_ms(number) - self._now_ms()
        if early > 0:
            await self._pause(early / 1000)
