"""What comes in is judged, seen, looked at by the rules and archived, and acknowledged only when it is safe."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

import pytest

from bongsu.core.asking import ListQuarantine
from bongsu.core.detection import Detection, Phase
from bongsu.telemetry.intake import Intake
from bongsu.telemetry.judge import Judge, Limits
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.pace import SourcePace
from fakes.telemetry import AT, FakeArchive, FakeStream, a_message, a_reading, a_register

HOUR_MS = 3_600_000
FOUND = Detection(
    rule="R", site="S", device="D-1", kind="fire", phase=Phase.BEGAN, began_ms=AT, at_ms=AT, cause="threshold"
)


class Stage:
    """An intake between a stream and an archive of a test."""

    def __init__(self, *, found=(), source_per_s=20_000.0, rehearsal=False):
        self.stream, self.archive, self.latest = FakeStream(), FakeArchive(), Latest()
        self.kept, self.core = [], asyncio.Event()
        self.looked, self.told = [], []
        self.found = list(found)
        self.intake = Intake(
            self.stream, Judge(a_register(), self.latest, Limits()), self.latest,
            detect=self.detect, keep=self.keep, append=self.archive.append, tell=self.told.append,
            pace=SourcePace(source_per_s), now_ms=lambda: AT, rehearsal=rehearsal,
        )  # fmt: skip

    def detect(self, telemetry):
        self.looked.append(telemetry)
        return [self.found.pop()] if self.found and len(telemetry.results) else []

    async def keep(self, detections):
        await self.core.wait()
        self.kept += detections

    @contextlib.asynccontextmanager
    async def running(self):
        task = asyncio.create_task(self.intake.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def test_a_reading_is_acknowledged_only_when_archive_and_core_have_what_follows_from_it():
    stage = Stage(found=[FOUND])
    async with stage.running():
        stage.stream.put(a_message(1, a_reading(result=7.0)))
        await stage.archive.came.wait()
        assert stage.latest.result[0] == 7.0
        stage.archive.disk.set()
        await asyncio.sleep(0.02)
        assert stage.stream.acknowledged == 0
        stage.core.set()
        await stage.stream.acked.wait()
    assert stage.kept == [FOUND]
    assert stage.stream.acknowledged == 1
    assert [len(told.results) for told in stage.told] == [1]


async def test_a_batch_is_not_acknowledged_before_those_in_front_of_it():
    stage = Stage(found=[FOUND])
    stage.archive.disk.set()
    async with stage.running():
        stage.stream.put(a_message(1, a_reading()))
        await stage.archive.came.wait()
        stage.archive.came.clear()
        await asyncio.sleep(0.1)
        stage.stream.put(a_message(2, a_reading(time_ms=AT + 1)))
        await stage.archive.came.wait()
        await asyncio.sleep(0.02)
        assert stage.stream.acknowledged == 0
        stage.core.set()
        await stage.stream.acked.wait()
        await asyncio.wait_for(stage.intake.settled(), 1)
    assert stage.stream.acknowledged == 2


async def test_rules_look_at_the_clock_while_nothing_comes():
    stage = Stage()
    async with stage.running():
        while not stage.looked:
            await asyncio.sleep(0.05)
    assert len(stage.looked[0].results) == 0
    assert stage.looked[0].now_ms == AT


async def test_rules_look_at_the_clock_also_while_readings_keep_coming(monkeypatch):
    monkeypatch.setattr("bongsu.telemetry.intake.TICK_S", 0.0)
    stage = Stage()
    stage.archive.disk.set()
    stage.stream.put(*(a_message(at, a_reading(time_ms=AT + at), at_ms=AT - 60_000) for at in range(1, 4)))
    async with stage.running():
        while len(stage.looked) < 2:
            await asyncio.sleep(0.005)
    assert [len(told.results) for told in stage.looked[:2]] == [3, 0]
    # What waits unread was told a minute ago: nobody is silent by a later clock than that.
    assert stage.looked[1].now_ms == AT - 60_000


async def test_readings_that_come_close_together_are_one_batch():
    stage = Stage()
    stage.archive.disk.set()
    async with stage.running():
        for at in range(1, 31):
            stage.stream.put(a_message(at, a_reading(time_ms=AT + at)))
            await asyncio.sleep(0.001)
        while stage.stream.acknowledged < 30:
            await asyncio.sleep(0.005)
    batches = [len(told.results) for told in stage.looked if len(told.results)]
    assert sum(batches) == 30
    assert len(batches) <= 4


async def test_a_disk_that_fails_ends_it_and_nothing_is_acknowledged():
    stage = Stage()

    async def fail(_news, _late):
        raise OSError

    stage.intake._append = fail
    stage.stream.put(a_message(1, a_reading()))
    with pytest.raises(ExceptionGroup):
        await asyncio.wait_for(stage.intake.run(), 5)
    assert stage.stream.acknowledged == 0


async def test_a_source_that_tells_too_much_is_cut_off_and_others_are_heard():
    stage = Stage(source_per_s=1.0)
    stage.archive.disk.set()
    flood = [a_message(at, a_reading(time_ms=AT + at), source="GW-1") for at in range(1, 31)]
    async with stage.running():
        stage.stream.put(*flood, a_message(31, a_reading("D-2"), source="D-2"))
        await stage.stream.acked.wait()
        await asyncio.sleep(0.1)
    listed = stage.intake.quarantine.listed(ListQuarantine())
    assert listed.counts == {"too_many": 20}
    assert stage.intake.counts["readings"] == 11
    assert listed.sources == listed.shed == {"GW-1": 20}


async def test_what_cannot_be_read_or_was_discarded_is_counted():
    stage = Stage()
    stage.archive.disk.set()
    unread = [a_message(1), a_message(2)]
    unread = [replace(unread[0], body=b"\xff"), replace(unread[1], subject="readings.morse.GW-1")]
    stage.stream.lost = 3
    async with stage.running():
        stage.stream.put(*unread, replace(a_message(3), subject="readings"))
        await stage.stream.acked.wait()
    assert stage.intake.quarantine.by_reason() == {"unreadable": 3, "discarded": 3}


async def test_in_a_rehearsal_now_is_an_hour_before_the_newest_time_told_and_before_that_there_is_none():
    stage = Stage(rehearsal=True)
    stage.archive.disk.set()
    past_ms = AT - 20 * 86_400_000
    async with asyncio.timeout(20), stage.running():
        await asyncio.sleep(1.3)  # a look at the clock while nothing was told
        assert stage.looked == []
        stage.stream.put(a_message(1, a_reading(time_ms=past_ms)), a_message(2, a_reading(time_ms=past_ms + 1)))
        while not stage.looked or len(stage.looked[-1].results):
            await asyncio.sleep(0.02)
    assert {looked.now_ms for looked in stage.looked} <= {past_ms - HOUR_MS, past_ms - HOUR_MS + 1}
    assert stage.looked[-1].now_ms == past_ms - HOUR_MS + 1


async def test_outside_a_rehearsal_a_reading_of_past_days_does_not_turn_the_clock_back():
    stage = Stage()
    stage.archive.disk.set()
    async with asyncio.timeout(20), stage.running():
        stage.stream.put(a_message(1, a_reading(time_ms=AT - 20 * 86_400_000)))
        while not stage.looked or len(stage.looked[-1].results):
            await asyncio.sleep(0.02)
    assert {looked.now_ms for looked in stage.looked} == {AT}
