"""The video drill's own judgement: what it calls a leak, a stall, a death unseen."""

from __future__ import annotations

import asyncio
import math
import os
import random
import subprocess
import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from bongsu.drills.video import deaths
from bongsu.drills.video.deaths import Illness
from bongsu.drills.video.ends import Ended
from bongsu.drills.video.findings import Findings
from bongsu.drills.video.floors import Floors
from bongsu.drills.video.leaks import Held, Reading, read, slope
from bongsu.drills.video.masks import Masks
from bongsu.drills.video.plan import Plan
from bongsu.drills.video.report import report
from bongsu.world.camera.mortal import Ailment, Mortal, Told


def held(threads: int = 0, files: int = 0, mb_per_min: float = 0.0) -> Held:
    before = Reading(0.0, 100.0, 10, 50)
    return Held(before=before, after=Reading(60.0, 100.0, 10 + threads, 50 + files), rss_mb_per_min=mb_per_min)


def illness(ailment: Ailment = Ailment.DEAD, **changes: Any) -> Illness:
    facts: dict[str, Any] = {"began_s": 10.0, "ended_s": 14.0, "told_s": 10.5, "again_s": 15.0} | changes
    return Illness(camera="c", ailment=ailment, **facts)


def a_run(**changes: Any) -> Findings:
    good: dict[str, Any] = {
        "illnesses": [illness()],
        "held": held(),
        "bad_held": held(files=3),
        "ends": [Ended(how="case closed", played=True, last_ms=30.0, unleased=0, said="hold.gone")],
        "bad_unleased": 20,
        "floors": Floors(breaches=0, seen=10, there=10, answers={}),
        "masks": Masks(bare=10, shown_bare=10, masked=10, leaked=0),
    }
    return Findings(plan=Plan(), **(good | changes))


def missed(**changes: Any) -> list[str]:
    return [row.name for row in report(a_run(**changes)).rows if row.passed is False]


def test_a_run_in_which_everything_held_passes() -> None:
    assert missed() == []


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"illnesses": [illness(told_s=None)]}, "deaths not said to the viewer"),
        ({"illnesses": [illness(again_s=None)]}, "illnesses after which no picture came"),
        ({"stalls": 1}, "stalls of cameras that were well"),
        ({"held": held(threads=1)}, "leaked: threads, files, memory"),
        ({"held": held(mb_per_min=9.0)}, "leaked: threads, files, memory"),
        ({"held": None}, "leaked: threads, files, memory"),
        ({"bad_held": held()}, "leaking process caught"),
        ({"bad_unleased": 0}, "bad gateway caught"),
        ({"ends": [Ended(how="x", played=True, last_ms=900.0, unleased=4, said="")]}, "unleased frames"),
        ({"floors": Floors(breaches=1, seen=1, there=1, answers={})}, "floor breaches"),
        ({"floors": Floors(breaches=0, seen=1, there=0, answers={})}, "there was something behind the floor"),
        ({"floors": None}, "floor breaches"),
        ({"masks": Masks(bare=5, shown_bare=5, masked=5, leaked=1)}, "masked pictures that showed it"),
        ({"masks": Masks(bare=5, shown_bare=4, masked=5, leaked=0)}, "there was something to mask"),
        ({"masks": Masks(bare=5, shown_bare=5, masked=0, leaked=0)}, "there was something to mask"),
    ],
)
def test_whatever_did_not_hold_is_a_missed_row(changes: dict[str, Any], row: str) -> None:
    assert row in missed(**changes)


def test_rubbish_and_leaps_in_time_are_illnesses_but_no_deaths() -> None:
    assert [one for one in Ailment if illness(one).is_death] == [Ailment.DEAD, Ailment.SILENT, Ailment.FLOODING]


def test_a_memory_that_grows_has_a_slope_and_one_that_filled_up_once_has_none() -> None:
    growing = [Reading(at, 100 + at / 10, 1, 1) for at in range(60)]
    filled = [Reading(at, 100 + min(at, 20), 1, 1) for at in range(60)]
    assert slope(growing) == pytest.approx(6.0)
    assert slope(filled) == pytest.approx(0.0)
    assert math.isnan(slope(growing[:3]))


def test_a_reading_counts_what_a_process_really_holds() -> None:
    before = read(os.getpid())
    stop = threading.Event()
    threads = [threading.Thread(target=stop.wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    with open(os.devnull) as _, open(os.devnull) as _:
        now = read(os.getpid())
    stop.set()
    assert (now.threads - before.threads, now.files - before.files) == (3, 2)


def test_a_picture_that_stands_still_counts_unless_its_own_camera_was_ill() -> None:
    ticks = [at / 10 for at in range(100)]
    own = [at / 10 for at in range(100) if not 95 <= at < 100] + [15.5 + at / 10 for at in range(50)]
    other = ticks + [12.0 + at / 10 for at in range(50)]
    looks: Any = {"c": SimpleNamespace(arrivals=own), "d": SimpleNamespace(arrivals=other)}
    assert deaths.stalls(looks, [illness()]) == 1


def test_a_dead_camera_is_gone_and_a_well_one_is_back() -> None:
    clip: Any = SimpleNamespace(describe=lambda: "sdp")
    cameras = Mortal(clip, random.Random(1), hoards=False)
    cameras.obey(Told("c", Ailment.DEAD))
    assert (cameras.has("c"), cameras.has("d")) == (False, True)
    cameras.obey(Told("c", Ailment.WELL))
    assert cameras.has("c")


async def test_the_process_of_the_cameras_ends_with_its_input() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bongsu.world.camera.mortal", "0", stdin=subprocess.PIPE
    )
    assert process.stdin
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 60) == 0
