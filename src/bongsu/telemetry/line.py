"""The local socket where the core tells rules, zones and devices, and hears what was found (doors.md)."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import structlog

from bongsu.core.asking import ListSpots, SpotNews
from bongsu.core.detection import Detection
from bongsu.core.device import Device
from bongsu.core.errors import BongsuError

LINE_BYTES = 64 * 1024 * 1024
ROOM_BYTES = 1024 * 1024
BEAT_S = 0.5
DEAF_S = 60.0

Answer = Callable[[msgspec.Raw], Awaitable[object]]
"""Answers a question given in JSON. Raises BongsuError."""

_log = structlog.get_logger()


class Terms(msgspec.Struct, frozen=True, tag_field="what", tag="terms"):
    """Every rule in force and every zone, by the records' ids."""

    rules: dict[str, msgspec.Raw]
    zones: dict[str, msgspec.Raw]


class DevicesBegin(msgspec.Struct, frozen=True, tag_field="what", tag="devices_begin"):
    """The register of devices follows in blocks."""

    version: int


class DevicesBlock(msgspec.Struct, frozen=True, tag_field="what", tag="devices_block"):
    """Some devices, as msgpack."""

    rows: bytes


class DevicesEnd(msgspec.Struct, frozen=True, tag_field="what", tag="devices_end"):
    """The register is whole."""

    version: int


class DevicesSame(msgspec.Struct, frozen=True, tag_field="what", tag="devices_same"):
    """The register we have is the newest."""

    version: int


class Kept(msgspec.Struct, frozen=True, tag_field="what", tag="kept"):
    """The detections of a batch are committed."""

    number: int


class Ask(msgspec.Struct, frozen=True, tag_field="what", tag="ask"):
    """A question."""

    ask: int
    question: msgspec.Raw


class Show(msgspec.Struct, frozen=True, tag_field="what", tag="show"):
    """What a screen shows of devices from now on; None: it shows none any more."""

    show: int
    asked: ListSpots | None = None


class Beat(msgspec.Struct, frozen=True, tag_field="what", tag="beat"):
    """The core is alive."""


Line = Terms | DevicesBegin | DevicesBlock | DevicesEnd | DevicesSame | Kept | Ask | Show | Beat

_read = msgspec.json.Decoder(Line).decode
_rows = msgspec.msgpack.Decoder(list[Device]).decode


class CoreLine:
    """Our end of the line to the core; the newest connection is the core.

    `register_version` is the register we have. `on_terms` and `on_devices` are told what the core tells; `answer`
    answers its questions, `on_show` hears what its screens show (None: another core, whose screens show nothing yet).
    `told` is set once rules and register are the core's newest. Detections wait here until they
    are kept, however often the core comes and goes.
    """

    def __init__(
        self,
        path: Path,
        register_version: Callable[[], int],
        on_terms: Callable[[Mapping[str, msgspec.Raw], Mapping[str, msgspec.Raw]], None],
        on_devices: Callable[[int, list[Device]], Awaitable[None]],
        answer: Answer,
        on_show: Callable[[Mapping[int, ListSpots | None] | None], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._register_version = register_version
        self._on_terms = on_terms
        self._on_devices = on_devices
        self._answer = answer
        self._on_show = on_show
        self._numbers = itertools.count(1)
        self._unkept: dict[int, tuple[tuple[Detection, ...], asyncio.Future[None]]] = {}
        self.told = asyncio.Event()
        self._core: asyncio.StreamWriter | None = None
        self._coming: list[Device] = []
        self._answering: set[asyncio.Task[None]] = set()

    async def listen(self) -> asyncio.Server:
        """Open the socket (0600); one left behind by a dead process is replaced."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(self._path))
        self._path.chmod(0o600)
        return await asyncio.start_unix_server(self._serve, sock=listener, limit=LINE_BYTES)

    async def keep(self, detections: tuple[Detection, ...]) -> None:
        """Hand detections to the core; returns when they are committed there, however long that takes."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        number = next(self._numbers)
        self._unkept[number] = (detections, kept)
        self._tell(what="detected", number=number, detections=detections)
        await kept

    def say_figures(self, figures: Mapping[str, Mapping[str, float]]) -> None:
        """Tell what is counted; worth nothing later, so lost while the core is away."""
        self._tell(what="figures", figures=figures)

    def say_shown(self, show: int, news: SpotNews) -> None:
        """Tell what of a show is another than before."""
        self._tell(what="shown", show=show, news=news)

    def has_room(self) -> bool:
        """Whether what is told last was read, as good as all of it."""
        return self._core is not None and self._core.transport.get_write_buffer_size() < ROOM_BYTES

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        before, self._core = self._core, writer
        self._on_show(None)
        if before is not None:
            before.close()
        self._tell(what="hello", register_version=self._register_version())
        for number, (detections, _) in self._unkept.items():
            self._tell(what="detected", number=number, detections=detections)
        beating = asyncio.create_task(self._beat(writer))
        try:
            await self._hear(reader, writer)
        except (OSError, TimeoutError, ValueError, msgspec.MsgspecError) as problem:
            _log.warning("telemetry.line", problem=type(problem).__name__)
        except asyncio.CancelledError:
            pass  # our process ends: nobody waits for us, and streams would log a cancelled one as a fault
        finally:
            beating.cancel()
            writer.close()
            if self._core is writer:
                self._core = None
                self._on_show(None)

    async def _beat(self, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            self._tell(what="beat")
            await asyncio.sleep(BEAT_S)

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while self._core is writer:
            async with asyncio.timeout(DEAF_S):
                line = await reader.readline()
            if not line:
                return
            await self._obey(_read(line))

    async def _obey(self, line: Line) -> None:
        match line:
            case Kept(number=number):
                self._settle(number)
            case Ask(ask=ask, question=question):
                task = asyncio.create_task(self._reply(ask, question))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)
            case Terms(rules=rules, zones=zones):
                self._on_terms(rules, zones)
            case Show(show=show, asked=asked):
                self._on_show({show: asked})
            case Beat():
                pass
            case _:
                await self._devices(line)

    async def _devices(self, line: DevicesBegin | DevicesBlock | DevicesEnd | DevicesSame) -> None:
        match line:
            case DevicesBegin():
                self._coming = []
            case DevicesBlock(rows=rows):
                self._coming += _rows(rows)
            case DevicesEnd(version=version):
                coming, self._coming = self._coming, []
                await self._on_devices(version, coming)
                self.told.set()
            case DevicesSame():
                self.told.set()

    def _settle(self, number: int) -> None:
        found = self._unkept.pop(number, None)
        if found is not None and not found[1].done():
            found[1].set_result(None)

    async def _reply(self, ask: int, question: msgspec.Raw) -> None:
        try:
            self._tell(what="answered", ask=ask, answer=await self._answer(question))
        except BongsuError as problem:
            facts: dict[str, Any] = problem.facts
            self._tell(what="answered", ask=ask, error=type(problem).__name__, code=problem.code, facts=facts)

    def _tell(self, **words: object) -> None:
        if self._core is not None:
            self._core.write(msgspec.json.encode(words) + b"\n")
