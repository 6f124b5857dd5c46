"""A head that turns shows another part of the city."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

import numpy as np
import pytest

from bongsu.world import maker
from bongsu.world import scene as scenes
from bongsu.world.camera.studio import Studio
from bongsu.world.onvif.head import Pose
from bongsu.world.onvif.turning import keep_turned
from fakes.onvif import an_onvif_camera


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder: Path = tmp_path_factory.mktemp("city")
    maker.make(folder, 1, "town", lambda line: None)
    return Studio(scenes.load(folder))


async def test_turning_the_head_turns_the_picture_and_home_shows_what_it_showed_before(studio):
    name = next(iter(studio._eyes))
    camera = an_onvif_camera(name)
    at_ms = 1_760_000_000_000
    keeping = asyncio.create_task(keep_turned({name: camera}, studio.eye, studio.turn))
    before = studio.take(name, at_ms)
    camera.go(Pose(0.5, 0.0, 0.5))
    await _still(camera)
    turned = studio.take(name, at_ms)
    camera.go(Pose())
    await _still(camera)
    again = studio.take(name, at_ms)
    keeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await keeping
    other = np.abs(before[:360].astype(int) - turned[:360]).mean()
    same = np.abs(before[:360].astype(int) - again[:360]).mean()
    assert other > 5
    assert same == 0


async def _still(camera) -> None:
    until = time.monotonic() + 5
    while camera.is_moving() and time.monotonic() < until:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
