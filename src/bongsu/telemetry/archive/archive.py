"""The archive of what devices told: gathered from the loop, written and tidied in a thread, read back in another."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import structlog

from bongsu.core.asking import POSITION, Erased, GetHistory, History
from bongsu.core.columns import Telemetry
from bongsu.core.device import Device
from bongsu.core.errors import Invalid, Unavailable
from bongsu.core.observed import OBSERVED
from bongsu.core.register import Register
from bongsu.settings import ArchiveSettings
from bongsu.telemetry.archive.days import DAY_MS
from bongsu.telemetry.archive.durably import DiskFull, make_folder, sweep
from bongsu.telemetry.archive.keys import Keys
from bongsu.telemetry.archive.reading import Reader
from bongsu.telemetry.archive.recorded import STEP_MS, recorded
from bongsu.telemetry.archive.sorting import Batch
from bongsu.telemetry.archive.thinning import history_of
from bongsu.telemetry.archive.tidying import Tidier
from bongsu.telemetry.archive.writing import File, Writer

ENOUGH_ROWS = 1_000_000
RETRY_S = 2.0
SPAN_DAYS = 366
POINTS_AT_MOST = 10_000

T = TypeVar("T")

_log = structlog.get_logger()


class Archive:
    """What devices told, by day and property; what wards' devices told is sealed for each ward.

    All methods belong to the event loop's thread and none of them waits for the disk, but those that are awaited.
    `durable_to` is up to which batch all is on the disk. `trouble` is "", "archive.full" (it waits for room, and loses
    nothing while it does) or "archive.broken" (it will not go on: start anew).
    """

    def __init__(self, folder: Path, keys: Path, settings: ArchiveSettings, now_ms: Callable[[], int]) -> None:
        make_folder(folder)
        sweep(folder)
        self._keys = Keys(keys)
        self._flush_s = settings.flush_s
        self._now_ms = now_ms
        self._writer = Writer(folder, self._keys, now_ms)
        self._tidier = Tidier(folder, self._keys, settings, now_ms)
        self._reader = Reader(folder, self._keys)
        self._writing = ThreadPoolExecutor(1, "archive")
        self._reading = ThreadPoolExecutor(1, "history")
        self._waiting: list[Batch] = []
        self._flushing: list[Batch] = []
        self._files: deque[File] | None = None
        self._waiting_rows = 0
        self._number = 0
        self._enough = asyncio.Event()
        self._askers: deque[tuple[int, asyncio.Future[None]]] = deque()
        self.durable_to = 0
        self.trouble = ""

    def append(self, telemetry: Telemetry, register: Register, *, is_late: bool = False) -> int:
        """Take a batch (its columns are not to be changed any more); its number, each higher than the last."""
        self._number += 1
        batch = Batch(self._number, telemetry, register, is_late)
        self._waiting.append(batch)
        self._waiting_rows += len(batch)
        if self._waiting_rows >= ENOUGH_ROWS:
            self._enough.set()
        return self._number

    async def durable(self, number: int) -> None:
        """Returns once all batches up to this are on the disk. Raises Unavailable("archive.broken")."""
        if self.trouble == "archive.broken":
            raise Unavailable(self.trouble)
        if number > self.durable_to:
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._askers.append((number, done))
            await done

    async def run(self) -> None:
        """Write and tidy until cancelled. Raises OSError when the disk fails otherwise than for want of room."""
        while True:
            try:
                async with asyncio.timeout(self._flush_s):
                    await self._enough.wait()
            except TimeoutError:
                pass
            try:
                await self.flush()
                await self._tidy()
            except OSError:
                self._break()
                raise

    async def flush(self) -> None:
        """Bring what waits to the disk, however long there is no room for it."""
        while True:
            try:
                return await self._flush()
            except DiskFull:
                self._say("archive.full")
                await asyncio.sleep(RETRY_S)

    async def _flush(self) -> None:
        """Bring what waits to the disk, going on where it was broken off. Raises DiskFull."""
        self._enough.clear()
        if not self._flushing:
            self._flushing, self._waiting = self._waiting, []
        if not self._flushing:
            return
        if self._files is None:
            self._files = await self._in_writer(self._writer.files, self._flushing)
        await self._in_writer(self._writer.drain, self._files)
        self._settle()

    async def close(self) -> None:
        """Bring what waits to the disk, if there is room, and end; to be called when `run` has ended."""
        try:
            while self.trouble != "archive.broken" and (self._flushing or self._waiting):
                await self._flush()
        except DiskFull:
            _log.error("archive.trouble", state="archive.full", rows=self._waiting_rows)
        self._writing.shutdown()
        self._reading.shutdown()

    async def history(self, asked: GetHistory, device: Device) -> History:
        """What a device told, as few enough points.

        Raises Invalid("history.property", "history.span", "history.points", "history.too_large"), Unavailable.
        """
        _check(asked)
        waiting = (*self._flushing, *self._waiting)
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._history, asked, device, waiting)

    def recorded(
        self, register: Register, properties: Sequence[str], from_ms: int, to_ms: int, step_ms: int = STEP_MS
    ) -> Iterator[Telemetry]:
        """Recorded days told again (`recorded.recorded`); to be gone through in a thread, beside the loop."""
        return recorded(self._reader, register, properties, from_ms, to_ms, step_ms)

    async def erase(self, ward: str) -> Erased:
        """Forget what a ward's devices told up to now, for good. Raises Unavailable("archive.full")."""
        at_ms = self._now_ms()
        try:
            found = await self._in_writer(self._keys.erase, ward, at_ms)
        except DiskFull:
            raise Unavailable("archive.full") from None
        return Erased(ward=ward, found=found, at_ms=at_ms)

    def figures(self) -> Mapping[str, float]:
        """What was written, joined and deleted since the process began, and what waits now."""
        full = float(self.trouble == "archive.full")
        return {**self._writer.counts, **self._tidier.counts, "waiting_rows": self._waiting_rows, "full": full}

    async def _tidy(self) -> None:
        """Join and delete while nothing more urgent waits."""
        try:
            while not self._enough.is_set() and await self._in_writer(self._tidier.step):
                pass
        except DiskFull:
            self._say("archive.full")

    def _settle(self) -> None:
        """What was flushed is on the disk."""
        self._say("")
        self.durable_to = self._flushing[-1].number
        self._waiting_rows -= sum(map(len, self._flushing))
        self._flushing, self._files = [], None
        for number, done in list(self._askers):
            if number <= self.durable_to:
                self._askers.remove((number, done))
                if not done.done():
                    done.set_result(None)

    def _break(self) -> None:
        self._say("archive.broken")
        while self._askers:
            _, done = self._askers.popleft()
            if not done.done():
                done.set_exception(Unavailable("archive.broken"))

    def _say(self, trouble: str) -> None:
        if trouble and trouble != self.trouble:
            _log.error("archive.trouble", state=trouble, rows=self._waiting_rows)
        self.trouble = trouble

    async def _in_writer(self, do: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writing, do, *args)

    def _history(self, asked: GetHistory, device: Device, waiting: Sequence[Batch]) -> History:
        rows = self._reader.of_device(device, asked.observed_property, asked.from_ms, asked.to_ms, waiting)
        return history_of(rows, asked, self._keys.erased_ms(device.ward) if device.ward else 0)


def _check(asked: GetHistory) -> None:
    if asked.observed_property != POSITION and asked.observed_property not in OBSERVED:
        raise Invalid("history.property", observed_property=asked.observed_property)
    if not 0 < asked.to_ms - asked.from_ms <= SPAN_DAYS * DAY_MS:
        raise Invalid("history.span", days=SPAN_DAYS)
    if not 0 < asked.at_most <= POINTS_AT_MOST:
        raise Invalid("history.points", points=POINTS_AT_MOST)
