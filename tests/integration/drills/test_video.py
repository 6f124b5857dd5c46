"""The video drill, small: whatever is no matter of speed holds on whatever machine runs this."""

from __future__ import annotations

import asyncio

import pytest

from bongsu.drills.video.plan import Plan

SPEED = {
    "right ended → last frame p99",
    "looks that had stopped before the end",
    "stalls of cameras that were well",
    "leaked: threads, files, memory",
}
"""Matters of speed, and a memory's slope over seconds: judged where the drill has the machine to itself."""


@pytest.mark.video
@pytest.mark.timeout(400)
def test_a_small_drill_keeps_every_promise_and_shows_its_teeth(tmp_path) -> None:
    pytest.importorskip("cv2", reason="the simulated cameras need opencv: uv sync --extra world")
    from bongsu.drills.video.run import drill

    plan = Plan(cameras=8, soak_s=15.0, ends=2)
    outcome = asyncio.run(drill(plan, lambda line: None, keep=tmp_path))
    missed = [row.name for row in outcome.rows if row.passed is False and row.name not in SPEED]
    assert missed == []
    told = outcome.figures
    assert told["deaths"] > 0
    assert (told["unleased_frames"], told["floor_breaches"], told["mask_leaks"]) == (0, 0, 0)
