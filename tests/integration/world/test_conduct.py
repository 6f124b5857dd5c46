"""A scenario played against the clock: calls and truth are written, crews report, orders are taken on the door."""

import json
import threading
import time
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from bongsu.core.asset import UnitKind
from bongsu.core.clock import KST
from bongsu.world import feed, run, setting
from bongsu.world.conduct import Conductor, Reporter, rehearse
from bongsu.world.scenario import Scenario, Told
from fakes.world import a_grid
from integration.world.test_patrols import Door, door  # noqa: F401

START = datetime(2026, 11, 24, 18, 0, tzinfo=KST)
EVENTS = (
    Told(at_s=1.0, what="crime", kind="assault", flee="on_foot", callers=3),
    Told(at_s=5.0, what="fire", kind="apartment", callers=4),
)
SCENARIO = Scenario(
    name="t",
    title="t",
    title_en="t",
    size="town",
    start=START,
    seed=5,
    speed=120.0,
    events=EVENTS,
    rates={"crime": 9.0},
)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "PEOPLE", 1_000)


def test_what_is_played_is_what_was_rehearsed(tmp_path: Path) -> None:
    conductor = Conductor(a_grid(), SCENARIO, tmp_path / "run")
    conductor.play((), threading.Event(), for_s=600.0)
    played = (tmp_path / "run" / "truth.jsonl").read_bytes()
    assert played.splitlines() == rehearse(a_grid(), SCENARIO, 600.0)
    rung = [json.loads(line) for line in played.splitlines() if b'"rang"' in line]
    calls = feed.read(tmp_path / "run" / feed.FILE_NAME)
    assert [call.number for call in calls] == [line["call"]["number"] for line in rung]
    course = conductor.course
    assert all(call.told_ms == course.wall_ms(call.at) for call in calls)


def test_crews_are_introduced_report_and_can_be_sent(tmp_path: Path, door: Door) -> None:  # noqa: F811
    stop, folder = threading.Event(), tmp_path / "run"
    conductor = Conductor(a_grid(), SCENARIO, folder)
    kinds = (UnitKind.ENGINE, UnitKind.AMBULANCE)
    reporter = Reporter(url=f"http://127.0.0.1:{door.server_address[1]}", key="k" * 24, kinds=kinds)
    playing = threading.Thread(target=conductor.play, args=((reporter,), stop))
    playing.start()
    assert door.enough.wait(30)
    playing_now = run.find(folder)
    assert playing_now is not None
    where = a_grid().origin
    answer = httpx.post(
        f"{playing_now.crews_url}/go", json={"kind": "engine", "lon": where.lon, "lat": where.lat}, trust_env=False
    )
    assert answer.status_code == 200
    unit = answer.json()["unit"]
    crews = httpx.get(f"{playing_now.crews_url}/crews", trust_env=False).json()
    assert next(one for one in crews if one["unit"] == unit)["state"] == "going"
    stop.set()
    playing.join(15)
    assert {one["kind"] for body in door.bodies for one in body.get("units", [])} == {"engine", "ambulance"}
    assert unit in {mission.unit for mission in run.Missions(folder).new()}


def test_a_run_may_begin_in_the_middle(tmp_path: Path) -> None:
    conductor = Conductor(a_grid(), SCENARIO, tmp_path / "run", into_s=300.0)
    assert (conductor.now() - START).total_seconds() >= 300
    stop = threading.Event()
    playing = threading.Thread(target=conductor.play, args=((), stop))
    playing.start()
    until = time.monotonic() + 20
    while len(feed.read(tmp_path / "run" / feed.FILE_NAME)) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    playing.join(15)
    calls = feed.read(tmp_path / "run" / feed.FILE_NAME)
    assert len(calls) >= 3
    assert calls[0].at < conductor.now()
