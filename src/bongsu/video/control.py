"""The line where the core says who may watch, and hears what was watched (doors.md)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec
import structlog

from bongsu.core.export import Job, Ring
from bongsu.core.recording import Orders
from bongsu.core.stream import Addresses
from bongsu.video.cut import Cutter
from bongsu.video.evidence.jobs import Jobs
from bongsu.video.holds import Holds
from bongsu.video.line import Listen
from bongsu.video.mask.zones import Zones
from bongsu.video.recorder.recorder import Recorder

UNTOLD = 10_000
FIRST_WORD_S = 5.0

_log = structlog.get_logger()


class All(msgspec.Struct, frozen=True, tag_field="what", tag="all"):
    """The whole state: holds, where cameras are, and what of their pictures is masked. Without it nothing plays."""

    holds: dict[str, int | None]
    addresses: Addresses
    masks: dict[str, tuple[Ring, ...]]


class Hold(msgspec.Struct, frozen=True, tag_field="what", tag="hold"):
    """A key is held until a time (Unix ms), or open-ended."""

    key: str
    until_ms: int | None


class Drop(msgspec.Struct, frozen=True, tag_field="what", tag="drop"):
    """A key is held no longer."""

    key: str


class Streams(msgspec.Struct, frozen=True, tag_field="what", tag="streams"):
    """Where cameras are, after an import."""

    addresses: Addresses


class SetMasks(msgspec.Struct, frozen=True, tag_field="what", tag="masks"):
    """The zones of every masked camera, all of them, from now on."""

    masks: dict[str, tuple[Ring, ...]]


class Record(msgspec.Struct, frozen=True, tag_field="what", tag="record"):
    """Which cameras are recorded from now on, and what must not be deleted."""

    orders: Orders


class Noted(msgspec.Struct, frozen=True, tag_field="what", tag="noted"):
    """A deletion is on the ledger."""

    id: str


class Spans(msgspec.Struct, frozen=True, tag_field="what", tag="spans"):
    """What is there of a camera's recordings? `ask` numbers the question."""

    ask: int
    camera: str
    from_ms: int
    to_ms: int


class Exports(msgspec.Struct, frozen=True, tag_field="what", tag="exports"):
    """Every export that is to be built, in order; what is not among them any more is dropped."""

    jobs: tuple[Job, ...]


class Trust(msgspec.Struct, frozen=True, tag_field="what", tag="trust"):
    """The core's public key (hexadecimal), to check tickets with where its folder is not at hand."""

    lease: str


class Beat(msgspec.Struct, frozen=True, tag_field="what", tag="beat"):
    """The core is alive."""


Line = All | Hold | Drop | Streams | SetMasks | Record | Noted | Spans | Exports | Trust | Beat
Readdress = Callable[[Addresses], None]


class Control:
    """Listens for the core; the newest connection is the core, and losing it ends every stream."""

    def __init__(
        self,
        listen: Listen,
        trust: Callable[[str], None],
        epoch: str,
        holds: Holds,
        cutter: Cutter,
        readdress: Readdress,
        recorder: Recorder,
        exports: Jobs,
        zones: Zones,
    ) -> None:
        self._listen = listen
        self._trust = trust
        self._epoch = epoch
        self._holds = holds
        self._cutter = cutter
        self._readdress = readdress
        self._recorder = recorder
        self._exports = exports
        self._zones = zones
        self._answering: set[asyncio.Task[None]] = set()
        self._core: asyncio.StreamWriter | None = None
        self._untold: deque[dict[str, object]] = deque(maxlen=UNTOLD)
        self._decoder = msgspec.json.Decoder(Line)

    async def listen(self) -> asyncio.Server:
        """Open the line."""
        return await self._listen(self._serve)

    def tell(self, what: str, **facts: object) -> None:
        """A line to the core; kept for its return while it is away, so that no viewing goes unrecorded."""
        line = {"what": what, **facts}
        if self._core is None:
            self._untold.append(line)
        else:
            self._send(self._core, line)

    def tell_now(self, what: str, **facts: object) -> None:
        """A line to the core that is worth nothing later: lost while it is away."""
        if self._core is not None:
            self._send(self._core, {"what": what, **facts})

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._send(writer, {"what": "hello", "epoch": self._epoch})
        try:
            async with asyncio.timeout(FIRST_WORD_S):
                line = await reader.readline()
            if line:
                self._adopt(writer)
            while line and self._core is writer:
                self._obey(self._decoder.decode(line))
                line = await reader.readline()
        except (OSError, TimeoutError, ValueError, msgspec.MsgspecError) as problem:
            _log.warning("control.broken", problem=type(problem).__name__)
        except asyncio.CancelledError:
            pass  # this process ends; asyncio's streams would log it as a fault
        finally:
            self._lose(writer)

    def _adopt(self, writer: asyncio.StreamWriter) -> None:
        """This connection is the core's: it has spoken. What nobody has heard yet is told to it."""
        before, self._core = self._core, writer
        if before:
            before.close()
        while self._untold:
            self._send(writer, self._untold.popleft())

    def _obey(self, line: Line) -> None:
        match line:
            case All():
                self._zones.replace(line.masks)
                self._holds.replace(line.holds)
                self._readdress(line.addresses)
            case Hold():
                self._holds.hold(line.key, line.until_ms)
            case Drop():
                self._holds.drop(line.key)
            case Streams():
                self._readdress(line.addresses)
            case SetMasks() | Record() | Noted() | Spans() | Exports() | Trust():
                self._give_work(line)
        self._holds.hear()
        if not isinstance(line, Beat):
            self._cutter.look()

    def _give_work(self, line: SetMasks | Record | Noted | Spans | Exports | Trust) -> None:
        match line:
            case Trust(lease=lease):
                self._trust(lease)
            case SetMasks(masks=masks):
                self._zones.replace(masks)
            case Record(orders=orders):
                self._recorder.obey(orders)
            case Noted(id=number):
                self._recorder.settle(number)
            case Spans():
                self._answer(line)
            case Exports(jobs=jobs):
                self._exports.obey(jobs)

    def _answer(self, asked: Spans) -> None:
        async def answer() -> None:
            found = await self._recorder.recorded(asked.camera, asked.from_ms, asked.to_ms)
            if self._core is not None:
                self._send(self._core, {"what": "spans", "ask": asked.ask, "recorded": found})

        task = asyncio.create_task(answer())
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    def _lose(self, writer: asyncio.StreamWriter) -> None:
        writer.close()
        if self._core is writer:
            self._core = None
            self._holds.lose()
            self._cutter.look(lost=True)

    @staticmethod
    def _send(writer: asyncio.StreamWriter, line: dict[str, object]) -> None:
        writer.write(msgspec.json.encode(line) + b"\n")
