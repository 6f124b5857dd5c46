"""Keeps the telemetry process told of rules, zones and devices, and hears what it found."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import structlog

from bongsu.core.detection import Detection
from bongsu.core.errors import BongsuError, Conflict, Invalid, NotFound, Refused, TooMuch, Unavailable
from bongsu.core.trial import TryRule
from bongsu.gateways.telemetry import wire
from bongsu.gateways.telemetry.shows import Shows

BEAT_S = 0.5
RETRY_S = 0.2
OPEN_S = 3.0
ANSWER_S = 10.0
TRIAL_S = 120.0
"""Recorded weeks take their time."""
DEAF_S = 60.0
LINE_BYTES = 64 * 1024 * 1024

ERRORS = {kind.__name__: kind for kind in (Invalid, NotFound, Refused, Conflict, TooMuch, Unavailable)}

Keep = Callable[[Detection], Awaitable[object]]
"""Takes one detection in; returns after the commit. Raises Unavailable when it cannot be taken now."""

_log = structlog.get_logger()


class TelemetryLink:
    """The core's end of the line to telemetry. All methods belong to the event loop's thread.

    `terms` gives the rules and zones in force, `devices` the register's version and its blocks: the register is sent
    where the other side has not this version. `keep` takes a detection in; it is told again until that has happened.
    """

    def __init__(
        self,
        path: Path,
        terms: Callable[[], tuple[Mapping[str, object], Mapping[str, object]]],
        devices: Callable[[], Awaitable[tuple[int, Iterable[bytes]]]],
        keep: Keep,
    ) -> None:
        self._path = path
        self._terms = terms
        self._devices = devices
        self._keep = keep
        self._asked: dict[int, asyncio.Future[bytes]] = {}
        self._asks = itertools.count(1)
        self._writer: asyncio.StreamWriter | None = None
        self._register_version = 0
        self._renewed = asyncio.Event()
        self.figures: Mapping[str, Mapping[str, float]] = {}
        self.shows = Shows(self._send)

    @property
    def alive(self) -> bool:
        """Connected, and telemetry has said hello."""
        return self._writer is not None

    def terms_changed(self) -> None:
        """A rule or a zone has a new version."""
        self._send(wire.terms(*self._terms()))

    def devices_changed(self) -> None:
        """The register of devices has a new version (an import)."""
        self._renewed.set()

    async def ask(self, question: object) -> bytes:
        """The answer to a question, as JSON. Raises Unavailable("telemetry.away"), or what telemetry says is wrong."""
        number = next(self._asks)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            self._send(wire.ask(number, question))
            within_s = TRIAL_S if isinstance(question, TryRule) else ANSWER_S
            async with asyncio.timeout(within_s if self.alive else 0):
                return await answer
        except TimeoutError:
            raise Unavailable("telemetry.away") from None
        finally:
            del self._asked[number]

    async def run(self) -> None:
        """Stay connected until cancelled, trying again and again."""
        while True:
            try:
                await self._talk()
            except (OSError, TimeoutError, ValueError, msgspec.MsgspecError) as problem:
                _log.debug("telemetry.link", problem=type(problem).__name__)
            await asyncio.sleep(RETRY_S)

    async def _talk(self) -> None:
        async with asyncio.timeout(OPEN_S):
            reader, writer = await asyncio.open_unix_connection(str(self._path), limit=LINE_BYTES)
        try:
            async with asyncio.timeout(OPEN_S):
                hello = wire.read(await reader.readline())
            if isinstance(hello, wire.Hello):
                await self._live(hello, reader, writer)
        finally:
            writer.close()

    async def _live(self, hello: wire.Hello, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From hello to the end of the line; whichever part ends first ends it."""
        self._writer, self._register_version = writer, hello.register_version
        self._renewed.set()
        self.terms_changed()
        self.shows.begin()
        parts: list[Awaitable[None]] = [self._hear(reader), self._beat(writer), self._renew(writer)]
        tasks = [asyncio.ensure_future(part) for part in parts]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._writer, self.figures = None, {}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._forget_asked()
            self.shows.end()

    async def _renew(self, writer: asyncio.StreamWriter) -> None:
        """Send the register whenever the other side has not the newest."""
        while True:
            await self._renewed.wait()
            self._renewed.clear()
            version, blocks = await self._devices()
            if version == self._register_version:
                writer.write(wire.devices_same(version))
                continue
            for line in wire.devices(version, blocks):
                writer.write(line)
                await writer.drain()
            self._register_version = version

    async def _beat(self, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(wire.BEAT)
            await writer.drain()
            await asyncio.sleep(BEAT_S)

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        while True:
            async with asyncio.timeout(DEAF_S):
                line = await reader.readline()
            if not line:
                return
            match wire.read(line):
                case wire.Detected(number=number, detections=found):
                    await self._take(number, found)
                case wire.Answered() as answered:
                    self._answer(answered)
                case wire.ShownSaid() as said:
                    self.shows.hear(said)
                case wire.FiguresSaid(figures=figures):
                    self.figures = figures

    async def _take(self, number: int, found: Iterable[Detection]) -> None:
        """Commit a batch's detections, and say so only when all are; else the line ends and they are told again."""
        try:
            for detection in found:
                await self._keep(detection)
        except BongsuError as problem:
            _log.warning("detection.unkept", code=problem.code)
            raise ConnectionResetError from problem
        self._send(wire.kept(number))

    def _answer(self, answered: wire.Answered) -> None:
        waiting = self._asked.get(answered.ask)
        if waiting is None or waiting.done():
            return
        if answered.error:
            facts: dict[str, Any] = dict(answered.facts)
            waiting.set_exception(ERRORS.get(answered.error, Unavailable)(answered.code, **facts))
        else:
            waiting.set_result(bytes(answered.answer))

    def _forget_asked(self) -> None:
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(Unavailable("telemetry.away"))

    def _send(self, line: bytes) -> None:
        if self._writer is not None:
            self._writer.write(line)
