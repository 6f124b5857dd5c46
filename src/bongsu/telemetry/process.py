"""The telemetry process: its parts, built once and handed to each other; it ends when any of them does."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
import time
from collections.abc import Awaitable, Mapping, Sequence

import msgspec
import numpy as np
import structlog
import uvloop
from numpy.typing import NDArray

from bongsu.core.asking import POSITION
from bongsu.core.asset import Line
from bongsu.core.columns import Telemetry
from bongsu.core.detection import Detection
from bongsu.core.device import Device
from bongsu.core.register import PROPERTIES, Register, register_of
from bongsu.core.revision import Zone
from bongsu.core.rule import Rule
from bongsu.core.trial import Tried, TryRule
from bongsu.settings import Settings
from bongsu.telemetry.answer import Answers
from bongsu.telemetry.archive.archive import Archive
from bongsu.telemetry.detecting import Detecting, print_of
from bongsu.telemetry.intake import Intake
from bongsu.telemetry.judge import Judge, Limits
from bongsu.telemetry.line import CoreLine
from bongsu.telemetry.pace import SourcePace
from bongsu.telemetry.queue import Queue, open_queue
from bongsu.telemetry.retained import Retained
from bongsu.telemetry.shown import Shown
from bongsu.telemetry.trial import on_record
from bongsu.telemetry.warm import Warm

FIGURES_EVERY_S = 1.0
SWITCH_S = 0.0005
"""Threads that write share the interpreter with the loop, which would wait 5 ms at each of a batch's many steps."""
WARM_EVERY_S = 60.0
"""A million devices under twenty rules are 300 MB; what came since is told again from the archive after a restart."""
OVERLAP_MS = 60_000
"""What was measured before the rules' memory was kept may have come after it."""
STEP_MS = 1_000
"""So much of it at once: questions are answered in between."""
CATCH_UP_MS, UNKNOWN_MS = 86_400_000, 600_000
"""How far back the rules are told again at most, and where nobody knows when their memory was kept."""

_log = structlog.get_logger()
_rule = msgspec.json.Decoder(Rule).decode
_zone = msgspec.json.Decoder(Zone).decode


def serve(settings: Settings) -> None:
    """Run the telemetry process until SIGTERM; what breaks ends it, and the parent starts it anew."""
    sys.setswitchinterval(SWITCH_S)
    uvloop.run(_run(settings))


async def _run(settings: Settings) -> None:
    queue = await open_queue(settings)
    plane = Plane(settings, queue)
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    try:
        await plane.run(over)
    finally:
        await queue.close()


class Plane:
    """Every part of the telemetry plane: queue, judge, latest state, rules, archive, and the line to the core."""

    def __init__(self, settings: Settings, queue: Queue) -> None:
        folder = settings.folder
        self._queue, self._rehearsal = queue, settings.telemetry.rehearsal
        self._warm = Warm(folder / "telemetry")
        self._version = self._warm.version
        self._register: Register = self._warm.register or register_of(())
        self._latest = self._warm.latest()
        self._judge = Judge(self._register, self._latest, Limits(device_per_min=settings.telemetry.device_per_min))
        self._again, self._waiting_since_ms = list[asyncio.Task[None]](), _now_ms()
        self._rings: dict[str, Line] = {}
        self._detecting = Detecting(self._register)
        self._warm.remember(self._detecting)
        self._archive = Archive(folder / "archive", folder / "archive-keys", settings.telemetry.archive, _now_ms)
        self._line = CoreLine(
            folder / "run" / "telemetry.sock", lambda: self._version, self._terms, self._devices, self._answer,
            on_show=lambda shows: self._shown.show(shows),
        )  # fmt: skip
        self._shown = Shown(lambda: self._register, self._latest, self._line.say_shown, self._line.has_room)
        self._retained = self._retaining(queue, settings.telemetry.latest_per_s)
        pace = SourcePace(settings.telemetry.source_per_s, settings.telemetry.most_per_s)
        self._intake = Intake(
            queue.stream, self._judge, self._latest,
            detect=self._detect, keep=self._line.keep, append=self._append, pace=pace,
            rehearsal=self._rehearsal,
            tell=self._retained.see if self._retained is not None else _nobody,
        )  # fmt: skip
        self._answers = Answers(
            register=lambda: self._register, latest=self._latest, archive=self._archive,
            quarantine=self._intake.quarantine, trial=self._try, now_ms=_now_ms,
        )  # fmt: skip

    def _retaining(self, queue: Queue, per_s: float) -> Retained | None:
        """What keeps the latest values on our own server; of another's queue, or for no rate, nobody does."""
        if queue.server is None or per_s <= 0:
            return None
        return Retained(queue.server.place, per_s, self._latest, lambda: self._register)

    async def run(self, over: asyncio.Event) -> None:
        """Run all parts until `over`, or one of them ends; what waits for the disk is brought there at the end."""
        gc.collect()
        gc.freeze()  # what stood at the start never dies young: out of the collector's sight it costs no pauses
        server = await self._line.listen()
        parts: list[Awaitable[object]] = [
            over.wait(),
            self._queue.run(),
            self._carry(),
            self._archive.run(),
            self._say(),
            self._keep_warm(),
            self._shown.run(),
            *([self._retained.run()] if self._retained is not None else []),
        ]
        tasks = [asyncio.ensure_future(part) for part in parts]
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        server.close()
        await self._archive.close()
        for task in done:
            task.result()

    async def _carry(self) -> None:
        """Nothing is judged before the core has told which devices and rules there are: all would be strange to us."""
        await self._line.told.wait()
        if not self._rehearsal:  # the minutes before a start are no time of what is told
            await self._catch_up()
        self._waiting_since_ms = 0
        await self._intake.run()

    async def _catch_up(self) -> None:
        """Tell the rules and the latest state again, from the archive, what they heard after they were kept.

        Those readings are acknowledged and come no more; a danger found twice has the same name, and is one case.
        """
        now_ms = _now_ms()
        kept_ms = self._warm.kept_ms or now_ms - UNKNOWN_MS
        since_ms = min(max(kept_ms, now_ms - CATCH_UP_MS) - OVERLAP_MS, now_ms - 1)
        batches = self._archive.recorded(self._register, (*PROPERTIES, POSITION), since_ms, now_ms, STEP_MS)
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            # A second in which nothing was told would only make them look at the clock, which they do at once after it:
            # of a million devices the ten minutes of a first start would take a quarter of a minute.
            if not (len(batch.results) or len(batch.places)):
                continue
            self._latest.recall(batch)
            if found := tuple(self._detect(batch)):
                self._again.append(asyncio.create_task(self._line.keep(found)))

    async def _say(self) -> None:
        while True:
            await asyncio.sleep(FIGURES_EVERY_S)
            told = self._intake.figures()
            if self._waiting_since_ms:  # whatever comes waits until the rules have caught up
                told["telemetry"]["behind_ms"] = float(_now_ms() - self._waiting_since_ms)
            self._line.say_figures({**told, "archive": dict(self._archive.figures())})

    async def _keep_warm(self) -> None:
        while True:
            await asyncio.sleep(WARM_EVERY_S)
            await self._warm.keep(self._latest, self._detecting, self._version, self._intake.settled)

    def _detect(self, telemetry: Telemetry) -> Sequence[Detection]:
        """What is found waits on the line until the core keeps it, so the rules may go on at once."""
        finding = self._detecting.detect(telemetry)
        self._detecting.keep(finding)
        return finding.detections

    async def _append(self, news: Telemetry, late: Telemetry) -> None:
        number = self._archive.append(news, self._register)
        if len(late.results) or len(late.places):
            number = self._archive.append(late, self._register, is_late=True)
        await self._archive.durable(number)

    def _terms(self, rules: Mapping[str, msgspec.Raw], zones: Mapping[str, msgspec.Raw]) -> None:
        """These rules hold from now on."""
        self._rings = {name: _zone(zone).ring for name, zone in zones.items()}
        ready = self._detecting.prepare({name: _rule(rule) for name, rule in rules.items()}, self._rings)
        self._detecting.use(ready, _now_ms())

    async def _devices(self, version: int, devices: list[Device]) -> None:
        """These devices are registered from now on."""
        self._register, printed = await asyncio.to_thread(_registered, devices, self._register)
        self._judge.renew(self._register)
        self._detecting.register(self._register, printed)
        self._version = version
        await self._warm.keep_register(self._register, version)
        _log.info("register.renewed", version=version, count=len(devices))

    def _try(self, asked: TryRule) -> Tried:
        """A rule on recorded days; in a thread, beside the loop. Raises Invalid("rule.zone")."""
        return on_record(asked, self._archive.recorded, self._register, self._rings)

    async def _answer(self, question: msgspec.Raw) -> object:
        return await self._answers.answer(question)


def _registered(devices: list[Device], before: Register) -> tuple[Register, NDArray[np.int64]]:
    """The new register and its print; in a thread, beside the loop."""
    register = register_of(devices, before)
    return register, print_of(register)


def _nobody(_news: Telemetry) -> None:
    """Latest values are told to nobody here."""


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
