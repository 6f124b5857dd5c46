"""The loop of the telemetry process: pull, decode, judge, see, detect, archive, acknowledge."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence

from bongsu.core.columns import Telemetry
from bongsu.core.detection import Detection
from bongsu.telemetry.judge import Judge
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.pace import SourcePace
from bongsu.telemetry.profiles import PROFILES, unknown
from bongsu.telemetry.quarantine import Quarantine
from bongsu.telemetry.reasons import Reason
from bongsu.telemetry.stream import Message, Stream, Unsafe
from bongsu.telemetry.told import Heard

SLICE_S = 0.004
"""So long others on the loop wait for us at most, and for one message more."""
BATCH_BYTES = 2_400_000
"""About 24,000 readings: the judge needs some 16 ms for them."""
APART_S = 0.1
"""Twenty rules cost 6 to 12 ms a batch, however small: one is taken so long after the last, with all there is."""
TICK_S = 1.0
REHEARSED_MS = 3_600_000
"""Who rehearses tells an hour of all devices in any order: only what is older is known of every device."""
"""So often the rules look at the clock, however much comes meanwhile."""

Detect = Callable[[Telemetry], Sequence[Detection]]
"""Runs every rule in force over a batch."""

Keep = Callable[[tuple[Detection, ...]], Awaitable[None]]
"""Hands detections to the core; done when they are committed there."""

Append = Callable[[Telemetry, Telemetry], Awaitable[None]]
"""Writes news and what came late to the archive; done when both are on disk."""

Tell = Callable[[Telemetry], None]
"""Is told every batch of news after all else; never waits."""


class Intake:
    """Carries readings from the stream to all who want them; each is acknowledged when it is safe.

    `counts` are of messages, readings and places taken, batches and detections since the process began.
    """

    def __init__(
        self,
        stream: Stream,
        judge: Judge,
        latest: Latest,
        *,
        detect: Detect,
        keep: Keep,
        append: Append,
        tell: Tell = lambda _news: None,
        pace: SourcePace | None = None,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        rehearsal: bool = False,
    ) -> None:
        self.quarantine = Quarantine()
        self.counts: Counter[str] = Counter()
        self._stream, self._judge, self._latest = stream, judge, latest
        self._detect, self._keep, self._append, self._tell = detect, keep, append, tell
        self._pace = pace or SourcePace(20_000.0)
        self._now_ms = now_ms
        self._rehearsal = rehearsal
        self._unsafe = Unsafe(stream)
        self._pulled: deque[Message] = deque()
        self._lost = 0
        self._arrived_ms = self._judged_ms = 0
        self._next_at, self._tick_at = 0.0, time.monotonic() + TICK_S

    async def run(self) -> None:
        """Carry until cancelled. Raises what archive or core raise: then nothing more is acknowledged."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._carry())
            tasks.create_task(self._unsafe.acknowledge())

    async def settled(self) -> None:
        """Wait until everything taken so far is safe: what is copied before and kept after needs no message again."""
        await self._unsafe.settled()

    def figures(self) -> dict[str, dict[str, float]]:
        """What is counted, by name and label, for the core to show."""
        behind_ms = self._now_ms() - self._arrived_ms if self._pulled else 0
        shed = self.quarantine.shed_by_source()
        return {
            "telemetry_total": {name: float(count) for name, count in self.counts.items()},
            "telemetry_quarantined_total": {name: float(count) for name, count in self.quarantine.by_reason().items()},
            "telemetry": {
                "unsafe_rows": float(self._unsafe.rows),
                "behind_ms": float(behind_ms),
                "shed": float(sum(shed.values())),
                "shed_sources": float(len(shed)),
                "source_per_s": self._pace.per_s,
            },
        }

    async def _carry(self) -> None:
        while True:
            messages = await self._gather()
            heard = await self._hear(messages)
            arrived_ms = messages[-1].arrived_ms if messages else self._now_ms()
            await self._take(heard, messages[-1].sequence if messages else 0, arrived_ms)
            if messages and time.monotonic() >= self._tick_at:
                await self._take(Heard(), 0, arrived_ms)
            await self._unsafe.room()

    async def _gather(self) -> list[Message]:
        """A batch's messages, some time after the last batch's; empty when a tick is over and nothing came."""
        until = self._next_at if self._pulled else time.monotonic() + TICK_S
        batch: list[Message] = []
        size = 0
        while size < BATCH_BYTES:
            if not self._pulled:
                self._pulled.extend(await self._stream.pull(max(0.0, until - time.monotonic())))
                if not self._pulled:
                    break
                if not batch:
                    until = self._next_at
            message = self._pulled.popleft()
            batch.append(message)
            size += len(message.body)
        self._next_at = time.monotonic() + APART_S
        return batch

    async def _hear(self, messages: Sequence[Message]) -> Heard:
        """Decode, a slice of a few milliseconds at a time."""
        heard, until = Heard(), time.monotonic() + SLICE_S
        for message in messages:
            self._decode(message, heard)
            if time.monotonic() > until:
                await asyncio.sleep(0)
                until = time.monotonic() + SLICE_S
        return heard

    def _decode(self, message: Message, heard: Heard) -> None:
        _, _, rest = message.subject.partition(".")
        profile, _, source = rest.partition(".")
        at_ms = message.arrived_ms
        if self._pace.is_spent(source, at_ms):
            # Each reading has its time; of another profile's message one is counted.
            count = max(1, message.body.count(b"phenomenon_time_ms"))
            self.quarantine.shed(source, count, at_ms)
            self._pace.shed(source, count, at_ms)
            return
        told = PROFILES.get(profile, unknown)(message.body, source, at_ms)
        heard.add(source, at_ms, told)
        self._pace.spend(source, max(1, len(told.device) + len(told.placed) + len(told.faults)), at_ms)
        if told.faults:
            self.quarantine.faults(source, told.faults)

    async def _take(self, heard: Heard, sequence: int, arrived_ms: int) -> None:
        """Judge a batch and hand it on; an empty one makes the rules look at the clock.

        A batch's time is when it arrived: while a backlog is worked off nobody is silent who has only not been read.
        """
        if not heard.source:
            self._tick_at = time.monotonic() + TICK_S
        self._judged_ms = max(self._judged_ms, self._time_of(heard, arrived_ms))
        judged = self._judge.judge(heard, self._judged_ms)
        self._latest.see(judged.telemetry)
        self._latest.doubt(judged.device, judged.readings)
        self.quarantine.take(heard, judged)
        self._count(heard, len(judged.telemetry.results), len(judged.telemetry.places))
        await asyncio.sleep(0)
        # A rehearsal in which nothing was told yet has no time at which anybody could be silent.
        found = tuple(self._detect(judged.telemetry)) if self._judged_ms else ()
        self.counts["detections"] += len(found)
        waits = [self._append(judged.telemetry, judged.late)] if sequence else []
        waits += [self._keep(found)] if found else []
        if waits:
            self._unsafe.put(sequence, len(heard.told.device) + len(heard.told.placed), asyncio.gather(*waits))
        await asyncio.sleep(0)
        self._tell(judged.telemetry)

    def _time_of(self, heard: Heard, arrived_ms: int) -> int:
        """When a batch arrived; in a rehearsal an hour before the newest time it tells."""
        if not self._rehearsal:
            return arrived_ms
        newest_ms = max((*heard.told.time_ms, *heard.told.placed_ms), default=0)
        return max(0, min(newest_ms, self._now_ms()) - REHEARSED_MS)

    def _count(self, heard: Heard, readings: int, places: int) -> None:
        self.counts["messages"] += len(heard.source)
        self.counts["readings"] += readings
        self.counts["places"] += places
        self.counts["batches"] += 1
        if heard.arrived_ms:
            self._arrived_ms = heard.arrived_ms[-1]
        if self._stream.lost > self._lost:
            # Discarded before anybody read them: nobody knows whose they were, nor how many readings each held.
            self.quarantine.shed("", self._stream.lost - self._lost, self._now_ms(), Reason.DISCARDED)
            self._lost = self._stream.lost
