"""Keeps the video process told: all holds on connecting, every change at once, a beat every 100 ms."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import structlog

from bongsu.core.errors import Unavailable
from bongsu.core.export import Job
from bongsu.core.health import Vitals
from bongsu.core.mask import Masks
from bongsu.core.recording import Erased, Orders, Recorded
from bongsu.core.stream import Addresses
from bongsu.gateways.video import wire

BEAT_S = 0.1
RETRY_S = 0.2
STUCK_S = 5.0
ANSWER_S = 3.0
LINE_BYTES = 4 * 1024 * 1024

_log = structlog.get_logger()


class VideoLink:
    """The core's end of the local socket. All methods belong to the event loop's thread and never wait.

    `holds` gives every key held now with its end (Unix ms, None open-ended) and `addresses` where cameras
    are; both are asked on each connection, as are the recorder's `orders`. `on_watched`, `on_camera` and `on_erased`
    are told what video tells; they must not block.
    """

    def __init__(
        self,
        socket_path: Path,
        holds: Callable[[], Mapping[str, int | None]],
        addresses: Callable[[], Addresses],
        on_watched: Callable[[wire.Watched], None],
        on_camera: Callable[[wire.CameraState], None],
        orders: Callable[[], Orders] = Orders,
        on_erased: Callable[[Erased], None] = lambda erased: None,
    ) -> None:
        self._path = socket_path
        self._holds = holds
        self._addresses = addresses
        self._on_watched = on_watched
        self._on_camera = on_camera
        self._orders = orders
        self._on_erased = on_erased
        self.on_health: Callable[[str, Vitals], None] = lambda camera, vitals: None
        self._jobs: Callable[[], tuple[Job, ...]] = tuple
        self._masks: Callable[[], Masks] = dict
        self._on_export: Callable[[wire.ExportSaid], None] = lambda said: None
        self._asked: dict[int, asyncio.Future[Recorded]] = {}
        self._asks = itertools.count(1)
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
        self._send(wire.streams(self._addresses()))

    def orders_changed(self) -> None:
        """Other cameras are recorded, on other terms, or something else must not be deleted."""
        self._send(wire.record(self._orders()))

    def mask_for(self, masks: Callable[[], Masks]) -> None:
        """Who knows what of which camera's pictures is masked."""
        self._masks = masks

    def masks_changed(self) -> None:
        """Other zones of a camera's pictures are masked from now on."""
        self._send(wire.masks(self._masks()))

    def export_for(self, jobs: Callable[[], tuple[Job, ...]], on_export: Callable[[wire.ExportSaid], None]) -> None:
        """Who knows which exports are to be built, and hears how far they have come; neither may block."""
        self._jobs, self._on_export = jobs, on_export

    def exports_changed(self) -> None:
        """An export is to be built, or not any more."""
        self._send(wire.exports(self._jobs()))

    def noted(self, number: str) -> None:
        """A deletion is on the ledger."""
        self._send(wire.noted(number))

    async def recorded(self, camera: str, from_ms: int, to_ms: int) -> Recorded:
        """What there is of a camera's recordings in [from_ms, to_ms); raises Unavailable("video.away")."""
        number = next(self._asks)
        answer: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            self._send(wire.spans(number, camera, from_ms, to_ms))
            async with asyncio.timeout(ANSWER_S if self.alive else 0):
                return await answer
        except TimeoutError:
            raise Unavailable("video.away") from None
        finally:
            del self._asked[number]

    async def run(self) -> None:
        """Stay connected until cancelled, trying again and again."""
        while True:
            try:
                await self._talk()
            except (OSError, TimeoutError, ValueError, msgspec.MsgspecError) as problem:
                _log.debug("video.link", problem=type(problem).__name__)
            await asyncio.sleep(RETRY_S)

    async def _talk(self) -> None:
        reader, writer = await asyncio.open_unix_connection(str(self._path), limit=LINE_BYTES)
        self._writer = writer
        self._send(wire.whole(self._holds(), self._addresses(), self._masks()))
        self._send(wire.record(self._orders()))
        self._send(wire.exports(self._jobs()))
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
                case wire.CameraState() | wire.HealthSaid() as camera:
                    self._hear_of(camera)
                case wire.ErasedSaid(erased=erased):
                    self._on_erased(erased)
                case wire.ExportSaid() as said:
                    self._on_export(said)
                case wire.SpansSaid(ask=ask, recorded=recorded):
                    self._answer(ask, recorded)
        raise ConnectionResetError

    def _hear_of(self, camera: wire.CameraState | wire.HealthSaid) -> None:
        if isinstance(camera, wire.CameraState):
            self._on_camera(camera)
        else:
            self.on_health(camera.camera, camera.vitals)

    def _answer(self, ask: int, recorded: Recorded) -> None:
        waiting = self._asked.get(ask)
        if waiting is not None and not waiting.done():
            waiting.set_result(recorded)

    def _send(self, line: bytes) -> None:
        if self._writer is not None:
            self._writer.write(line)
