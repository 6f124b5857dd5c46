"""The telemetry process: its parts, built once and handed to each other; it ends when any of them does."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Awaitable, Mapping, Sequence
from functools import partial

import msgspec
import structlog
import uvloop

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
from bongsu.telemetry.detecting import Detecting
from bongsu.telemetry.intake import Intake
from bongsu.telemetry.judge import Judge, Limits
from bongsu.telemetry.line import CoreLine
from bongsu.telemetry.queue import Queue, open_queue
from bongsu.telemetry.trial import on_record
from bongsu.telemetry.warm import Warm

FIGURES_EVERY_S = 1.0
WARM_EVERY_S = 20.0
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
        self._queue = queue
        self._warm = Warm(folder / "telemetry")
        self._version = self._warm.version
        self._register: Register = self._warm.register or register_of(())
        self._latest = self._warm.latest()
        self._judge = Judge(self._register, self._latest, Limits())
        self._again: list[asyncio.Task[None]] = []
        self._rings: dict[str, Line] = {}
        self._detecting = Detecting(self._register)
        self._warm.remember(self._detecting)
        self._archive = Archive(folder / "archive", folder / "archive-keys", settings.telemetry.archive, _now_ms)
        self._line = CoreLine(
            folder / "run" / "telemetry.sock", lambda: self._version, self._terms, self._devices, self._answer
        )
        per_s = settings.telemetry.source_per_s
        self._intake = Intake(
            queue.stream, self._judge, self._latest,
            detect=self._detect, keep=self._line.keep, append=self._append, source_per_s=per_s,
        )  # fmt: skip
        self._answers = Answers(
            register=lambda: self._register, latest=self._latest, archive=self._archive,
            quarantine=self._intake.quarantine, trial=self._try, now_ms=_now_ms,
        )  # fmt: skip

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
        await self._catch_up()
        await self._intake.run()

    async def _catch_up(self) -> None:
        """Tell the rules again, from the archive, what they heard after their memory was kept.

        Those readings are acknowledged and come no more; a danger found twice has the same name, and is one case.
        """
        now_ms = _now_ms()
        kept_ms = self._warm.kept_ms or now_ms - UNKNOWN_MS
        since_ms = min(max(kept_ms, now_ms - CATCH_UP_MS) - OVERLAP_MS, now_ms - 1)
        batches = self._archive.recorded(self._register, (*PROPERTIES, POSITION), since_ms, now_ms, STEP_MS)
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            if found := tuple(self._detect(batch)):
                self._again.append(asyncio.create_task(self._line.keep(found)))

    async def _say(self) -> None:
        while True:
            await asyncio.sleep(FIGURES_EVERY_S)
            self._line.say_figures({**self._intake.figures(), "archive": dict(self._archive.figures())})

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
        self._register = await asyncio.to_thread(partial(register_of, devices, self._register))
        self._judge.renew(self._register)
        self._detecting.register(self._register)
        self._version = version
        await self._warm.keep_register(self._register, version)
        _log.info("register.renewed", version=version, count=len(devices))

    def _try(self, asked: TryRule) -> Tried:
        """A rule on recorded days; in a thread, beside the loop. Raises Invalid("rule.zone")."""
        return on_record(asked, self._archive.recorded, self._register, self._rings)

    async def _answer(self, question: msgspec.Raw) -> object:
        return await self._answers.answer(question)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
