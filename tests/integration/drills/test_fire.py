"""The fire drill: crews by street and not by the straight line, ways round a closure, and green ahead of the engine."""

from __future__ import annotations

import asyncio

import pytest

from bongsu.core.geo import Point, distance_m
from bongsu.drills.fire.priority import along, is_green
from bongsu.drills.fire.run import drill


@pytest.mark.timeout(300)
def test_the_drill_holds_from_the_call_to_the_crews_that_are_called_back(tmp_path) -> None:
    outcome = asyncio.run(drill(lambda line: None, keep=tmp_path))
    assert [row.name for row in outcome.rows if row.passed is False] == []
    assert "driving to green at a junction ahead" in {row.name for row in outcome.rows}


@pytest.mark.parametrize("wrong", [{"state": "queued"}, {"mode": "coordinated"}, {"light": "yellow"}])
def test_a_green_by_chance_is_none(wrong) -> None:
    def told(state="active", mode="holding", light="green"):
        return {"mode": mode, "phases": [{"phase": 2, "light": light}]}, {"state": state, "phase": 2}

    assert is_green(*told())
    assert not is_green(*told(**wrong))


def test_a_crew_drives_along_its_way_and_stops_at_its_end() -> None:
    line = [Point(127.0, 37.5), Point(127.001, 37.5), Point(127.001, 37.501)]
    assert distance_m(line[0], along(line, 50.0)) == pytest.approx(50.0, abs=0.5)
    assert along(line, 10_000.0) == line[-1]
