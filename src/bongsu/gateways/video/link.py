"""Keeps one video process told: all holds on connecting, every change at once, a beat every 100 ms."""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import structlog

from bongsu.core.clock import Monotonic, monotonic
from bongsu.core.errors import Unavailable
from bongsu.core.export import Job
from bongsu.core.figures import Figures
from bongsu.core.health import Vitals
from bongsu.core.mask import Masks
from bongsu.core.processes import FIRST
from bongsu.core.recording import Erased, Orders, Recorded
from bongsu.core.stream import Addresses
from bongsu.gateways.video import wire
from bongsu.gateways.video.connect import Connect, by_socket

BEAT_S = 0.1
RETRY_S = 0.2
STUCK_S = 5.0
ANSWER_S = 3.0
OPEN_S = 3.0
DEAF_S = 3.0
"""A process that says nothing for so long is stuck; it says "beat" twice a second."""

_log = structlog.get_logger()


class VideoLink:
    """The core's end of one line to video. All methods belong to the event loop's thread and never wait.

    `where` is a local socket, or what opens the line. `holds` gives every key held now with its end (Unix ms, None
    open-ended) and `addresses` where cameras are; both are asked on each connection, as are the recorder's `orders`.
    `on_watched`, `on_camera` and `on_erased` are told what video tells, `on_presence` that it came or went; they must
    not block. `lease` is the core's public key for a process that has not the core's folder.
    """

    def __init__(
        self, where: Path | Connect, holds: Callable[[], Mapping[str, int | None]], addresses: Callable[[], Addresses],
        on_watched: Callable[[wire.Watched], None], on_camera: Callable[[wire.CameraState], None],
        orders: Callable[[], Orders] = Orders, on_erased: Callable[[Erased], None] = lambda erased: None,
        *, name: str = FIRST, lease: Callable[[], str] = str, clock: Monotonic = monotonic,
    ) -> None:  # fmt: skip
        self.name = name
        self._connect = by_socket(where) if isinstance(where, Path) else where
        self._holds = holds
        self._addresses = addresses
        self._on_watched = on_watched
        self._on_camera = on_camera
        self._orders = orders
        self._on_erased = on_erased
        self._lease = lease
        self._clock = clock
        self.on_presence: Callable[[], None] = lambda: None
        self.on_health: Callable[[str, Vitals], None] = lambda camera, vitals: None
        self.on_figures: Callable[[Figures], None] = lambda figures: None
        self._jobs: Callable[[], tuple[Job, ...]] = tuple
        self._masks: Callable[[], Masks] = dict
        self._on_export: Callable[[wire.ExportSaid], None] = lambda said: None
        self._asked: dict[int, asyncio.Future[Recorded]] = {}
        self._asks = itertools.count(1)
        self._writer: asyncio.StreamWriter | None = None
        self._heard_s = 0.0
        self._trouble = ""
        self.epoch: str | None = None
        self.since_s: float | None = None

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
            except ssl.SSLError:
                self._note("video.certificate")
            except (OSError, TimeoutError, ValueError, msgspec.MsgspecError) as problem:
                _log.debug("video.link", part=self.name, problem=type(problem).__name__)
            await asyncio.sleep(RETRY_S)

    def _note(self, trouble: str) -> None:
        """Say a trouble once, not at every try."""
        if trouble and trouble != self._trouble:
            _log.error("video.refused", part=self.name, code=trouble)
        self._trouble = trouble

    async def _talk(self) -> None:
        async with asyncio.timeout(OPEN_S):
            reader, writer = await self._connect()
        try:
            async with asyncio.timeout(OPEN_S):
                hello = wire.read(await reader.readline())
            if isinstance(hello, wire.Hello):
                await self._live(hello, reader, writer)
        finally:
            writer.close()

    async def _live(self, hello: wire.Hello, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From hello to the end of the line."""
        self.epoch, self._writer = hello.epoch, writer
        self.since_s = self._heard_s = self._clock()
        self._note("")
        self._tell_all()
        self.on_presence()
        beating = asyncio.create_task(self._beat(writer))
        try:
            await self._hear(reader)
        finally:
            beating.cancel()
            self._writer = self.epoch = self.since_s = None
            self._forget_asked()
            self.on_presence()

    def _tell_all(self) -> None:
        if lease := self._lease():
            self._send(wire.trust(lease))
        self._send(wire.whole(self._holds(), self._addresses(), self._masks()))
        self._send(wire.record(self._orders()))
        self._send(wire.exports(self._jobs()))

    async def _beat(self, writer: asyncio.StreamWriter) -> None:
        """Say that we live; a video process that says or reads nothing for seconds is left, and tried anew."""
        deaf_before = False
        try:
            while True:
                writer.write(wire.BEAT)
                async with asyncio.timeout(STUCK_S):
                    await writer.drain()
                await asyncio.sleep(BEAT_S)
                # Believed at the second look: a loop that was itself held up first reads what was said meanwhile.
                deaf = self._clock() - self._heard_s > DEAF_S
                if deaf and deaf_before:
                    break
                deaf_before = deaf
        except (OSError, TimeoutError):
            pass
        writer.transport.abort()

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            self._heard_s = self._clock()
            match wire.read(line):
                case wire.Watched() as watched:
                    self._on_watched(watched)
                case wire.CameraState() | wire.HealthSaid() | wire.FiguresSaid() as told:
                    self._hear_of(told)
                case wire.ErasedSaid(erased=erased):
                    self._on_erased(erased)
                case wire.ExportSaid() as said:
                    self._on_export(said)
                case wire.SpansSaid(ask=ask, recorded=recorded):
                    self._answer(ask, recorded)
        raise ConnectionResetError

    def _hear_of(self, told: wire.CameraState | wire.HealthSaid | wire.FiguresSaid) -> None:
        match told:
            case wire.CameraState():
                self._on_camera(told)
            case wire.HealthSaid(camera=camera, vitals=vitals):
                self.on_health(camera, vitals)
            case wire.FiguresSaid(figures=figures):
                self.on_figures(figures)

    def _forget_asked(self) -> None:
        """Nobody will answer what was asked on a line that is gone."""
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(Unavailable("video.away"))

    def _answer(self, ask: int, recorded: Recorded) -> None:
        waiting = self._asked.get(ask)
        if waiting is not None and not waiting.done():
            waiting.set_result(recorded)

    def _send(self, line: bytes) -> None:
        if self._writer is not None:
            self._writer.write(line)
