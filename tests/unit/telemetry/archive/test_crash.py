"""Whenever the power is cut: what was said to be durable is read, once, and nothing half written stands in the way."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bongsu.core.asking import GetHistory
from unit.telemetry.archive.city import BAND, DAY_MS, NOON_MS, PLUG, REGISTER, Clock, an_archive, told

STEPS = 96


class PowerCut(BaseException):
    """Nothing of ours runs after it."""


class Power:
    """Goes off at the given step on the disk."""

    def __init__(self, monkeypatch, steps):
        self.left = steps
        for owner, name in ((os, "fsync"), (os, "open"), (Path, "replace"), (Path, "unlink")):
            monkeypatch.setattr(owner, name, self._counted(getattr(owner, name)))

    def _counted(self, real):
        def step(*arguments, **more):
            if self.left == 0:
                raise PowerCut
            self.left -= 1
            return real(*arguments, **more)

        return step


def a_batch(at):
    return told(
        (PLUG, "power", float(at), NOON_MS + at),
        (PLUG, "energy", float(at), NOON_MS + at),
        (BAND, "heart_rate", float(at), NOON_MS + at),
    )


async def live(folder, clock):
    """Three batches, each made durable, and a tidied day; the numbers that were said to be durable."""
    said = []
    archive = an_archive(folder, clock)
    try:
        for at in range(3):
            number = archive.append(a_batch(at), REGISTER)
            await archive._flush()
            said += range(len(said), archive.durable_to)
            assert archive.durable_to == number
        clock.now_ms += DAY_MS
        while archive._tidier.step():
            pass
    except PowerCut:
        pass
    return said


@pytest.mark.parametrize("steps", range(STEPS))
async def test_what_was_durable_is_read_once_after_a_cut_at_any_step(tmp_path, monkeypatch, steps):
    clock = Clock()
    with monkeypatch.context() as cut:
        Power(cut, steps)
        try:
            said = await live(tmp_path, clock)
        except PowerCut:
            said = []
    archive = an_archive(tmp_path, clock)
    for device, name in ((PLUG, "power"), (PLUG, "energy"), (BAND, "heart_rate")):
        asked = GetHistory(device=device.id, observed_property=name, from_ms=NOON_MS - 1, to_ms=NOON_MS + DAY_MS)
        read = (await archive.history(asked, device)).mean
        assert read[: len(said)] == [float(at) for at in said]
        assert len(read) == len(set(read))
    assert not list(tmp_path.rglob("*.tmp"))
    await asyncio.wait_for(archive.close(), 5)


async def test_the_steps_reach_from_the_first_write_to_the_tidied_day(tmp_path, monkeypatch):
    with monkeypatch.context() as cut:
        power = Power(cut, 10_000)
        assert await live(tmp_path, Clock()) == [0, 1, 2]
    assert 10_000 - power.left == STEPS
