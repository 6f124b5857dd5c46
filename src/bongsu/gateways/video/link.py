"""Keeps the video process told: all holds on connecting, every change at once, a beat every 100 ms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import structlog

from bongsu.gateways.video import wire

BEAT_S = 0.1
RETRY_S = 0.2
STUCK_S = 5.0

_log = structlog.get_logger()


class VideoLink:
    """The core's end of the local socket. All methods belong to the event loop's thread and never wait.

    `holds` gives every key held now with its end (Unix ms, None open-ended) and `streams` the address template and
    the cameras' own addresses; both are asked on each connection. `on_watched` and `on_camera` are told
    what video tells; they must not block.
    """

    def __init__(
        self,
        socket_path: Path,
        holds: Callable[[], Mapping[str, int | None]],
        streams: Callable[[], tuple[str, Mapping[str, str]]],
        on_watched: Callable[[wire.Watched], None],
        on_camera: Callable[[wire.CameraState], None],
    ) -> None:
        self._path = socket_path
        self._holds = holds
        self._streams = streams
        self._on_watched = on_watched
        self._on_camera = on_camera
        self._writer: asyncio.StreamWriter | None = None
        self.epoch: str | None = None

    @property
    def alive(self) -> bool:
        """Connected, and video has said hello."""
        return self.epoch is not None

    def hold(self, key: str, until_ms: int | None) -> None:
        """Hold a key, or move its end. Without a connection nothing is lost: the next one starts with all."""
        self._send(wire.hold(key, until_ms))

    def drop(self, key: str) -> None:
        """Let a key go: every stream that hangs on it ends."""
        self._send(wire.drop(key))

    def streams_changed(self) -> None:
        """Cameras have new addresses (an import)."""
        self._send(wire.streams(*self._streams()))

    async def run(self) -> None:
        """Stay connected until cancelled, trying again and again."""
        while True:
            try:
                await self._talk()
            except (OSError, TimeoutError, ValueError, msgspec.MsgspecError) as problem:
                _log.debug("video.link", problem=type(problem).__name__)
            await asyncio.sleep(RETRY_S)

    async def _talk(self) -> None:
        reader, writer = await asyncio.open_unix_connection(str(self._path))
        self._writer = writer
        self._send(wire.whole(self._holds(), *self._streams()))
        beating = asyncio.create_task(self._beat(writer))
        try:
            await self._hear(reader)
        finally:
            beating.cancel()
            self._writer = None
            self.epoch = None
            writer.close()

    async def _beat(self, writer: asyncio.StreamWriter) -> None:
        """Say that we live; a video process that has not read for seconds is left, and tried anew."""
        try:
            while True:
                writer.write(wire.BEAT)
                async with asyncio.timeout(STUCK_S):
                    await writer.drain()
                await asyncio.sleep(BEAT_S)
        except (OSError, TimeoutError):
            writer.transport.abort()

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            match wire.read(line):
                case wire.Hello(epoch=epoch):
                    self.epoch = epoch
                case wire.Watched() as watched:
                    self._on_watched(watched)
                case wire.CameraState() as camera:
                    self._on_camera(camera)
        raise ConnectionResetError

    def _send(self, line: bytes) -> None:
        if self._writer is not None:
            self._writer.write(line)
