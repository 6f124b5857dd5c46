"""What a camera sees of a run: the same people, crews, suspects and fires in every process; without a run, as ever."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bongsu.core.asset import UnitKind
from bongsu.core.clock import KST
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.world import feed, run, setting
from bongsu.world.clock import Course, Stepped, driven
from bongsu.world.crews import Crews
from bongsu.world.feed import Call, Feed, To
from bongsu.world.plot import Plot
from bongsu.world.run import Missions, Run
from bongsu.world.scenario import Scenario, Told
from bongsu.world.sky import Weather
from bongsu.world.stage import Stage
from bongsu.world.traffic import Kind, Traffic
from fakes.world import a_grid

START = datetime(2026, 11, 24, 8, 0, tzinfo=KST)
BEGAN_MS = 1_790_000_000_000
SCENE = a_grid()
ROBBERY = Told(at_s=30.0, what="crime", kind="robbery", flee="on_foot")
FIRE = Told(at_s=0.0, what="fire", kind="apartment")


def a_run(folder: Path, *events: Told, speed: float = 1.0, weather: Weather = Weather.CLEAR) -> Run:
    scenario = Scenario(
        name="t", title="t", title_en="t", size="town", start=START, seed=5, weather=weather, events=events, speed=speed
    )
    made = Run(scenario=scenario, course=Course(start=START, began_ms=BEGAN_MS, speed=speed))
    run.write(made, folder)
    return made


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small town: two thousand people."""
    monkeypatch.setattr(setting, "PEOPLE", 2_000)


def test_without_a_run_the_stage_is_the_plain_traffic_at_noon() -> None:
    stage, now = Stage(SCENE), BEGAN_MS
    seen = stage.seen(0, 0, 10_000, now)
    traffic = Traffic(SCENE)
    assert np.array_equal(seen.things.xy, traffic.at(now).xy)
    assert np.array_equal(seen.things.kind, traffic.kind)
    assert seen.sky.light > 0.7
    assert seen.blazes == ()
    assert stage.at_ms(now) == now


def test_two_processes_see_the_same_run_whenever_they_look(tmp_path: Path, few: None) -> None:
    a_run(tmp_path, ROBBERY, FIRE)
    early, late = Stage(SCENE, tmp_path), Stage(SCENE, tmp_path)
    for at in range(BEGAN_MS, BEGAN_MS + 200_000, 20_000):
        early.seen(0, 0, 800, at)
    one, other = early.seen(0, 0, 800, BEGAN_MS + 123_456), late.seen(0, 0, 800, BEGAN_MS + 123_456)
    order = [np.argsort(seen.things.row, kind="stable") for seen in (one, other)]
    assert np.array_equal(one.things.row[order[0]], other.things.row[order[1]])
    assert np.allclose(one.things.xy[order[0]], other.things.xy[order[1]])
    assert one.blazes == other.blazes
    assert one.sky == other.sky


def test_the_suspect_is_seen_where_the_truth_says(tmp_path: Path, few: None) -> None:
    made = a_run(tmp_path, ROBBERY)
    plot = Plot(made.scenario, setting.of_scene(SCENE, 5))
    event = plot.events(START + timedelta(minutes=5))[0]
    track = event.cast[0]
    at_s = float(track.at_s[0]) + 20
    place = track.spot(at_s)
    ms = BEGAN_MS + round((at_s - START.timestamp()) * 1000)
    seen = Stage(SCENE, tmp_path).seen(*place.tolist(), 40, ms).things
    near = np.hypot(*(seen.xy - place).T)
    assert near.min() < 0.1
    assert seen.kind[near.argmin()] == Kind.PERSON
    assert seen.look[near.argmin()] == track.look


def test_a_fire_is_seen_and_goes_out_after_the_engine_has_come(tmp_path: Path, few: None) -> None:
    made = a_run(tmp_path, FIRE)
    there = setting.of_scene(SCENE, 5)
    event = Plot(made.scenario, there).events(START + timedelta(minutes=5))[0]
    stage = Stage(SCENE, tmp_path)
    burning = stage.seen(event.fire.x, event.fire.y, 200, BEGAN_MS + 900_000).blazes
    assert len(burning) == 1
    assert burning[0].flame > 0.5
    mission = Crews(there, 5).go(
        Point(event.lon, event.lat), START.timestamp() + 60, stage.sky(BEGAN_MS), kind=UnitKind.ENGINE, event=event.id
    )
    run.note(mission, tmp_path)
    later = stage.seen(event.fire.x, event.fire.y, 200, BEGAN_MS + 905_000)
    assert later.blazes[0].flame < 0.3 * burning[0].flame
    assert Kind.ENGINE in later.things.kind


def test_fewer_are_on_the_streets_by_night_and_the_sky_is_dark(tmp_path: Path, few: None) -> None:
    a_run(tmp_path)
    stage = Stage(SCENE, tmp_path)
    day, night = (stage.seen(0, 0, 2_000, BEGAN_MS + hours * 3_600_000) for hours in (10, 19))
    assert len(night.things.xy) < 0.5 * len(day.things.xy)
    assert night.sky.is_dark


def test_a_run_at_ten_times_the_speed_is_ten_times_as_far(tmp_path: Path, few: None) -> None:
    a_run(tmp_path, speed=10.0)
    stage = Stage(SCENE, tmp_path)
    assert stage.at_ms(BEGAN_MS + 6_000) == round(START.timestamp() * 1000) + 60_000
    assert stage.at_ms(BEGAN_MS - 5_000) == round(START.timestamp() * 1000)


def test_a_new_run_takes_the_place_of_the_old(tmp_path: Path, few: None) -> None:
    a_run(tmp_path)
    stage = Stage(SCENE, tmp_path)
    assert stage.sky(BEGAN_MS).weather is Weather.CLEAR
    a_run(tmp_path, weather=Weather.FOG)
    stage.look_for_run()
    assert stage.sky(BEGAN_MS).weather is Weather.FOG


def test_a_file_that_is_no_run_is_said_to_be_none(tmp_path: Path) -> None:
    assert run.find(tmp_path) is None
    (tmp_path / run.COURSE).write_bytes(b"{}")
    with pytest.raises(Invalid):
        run.find(tmp_path)


def test_missions_are_read_once_and_from_a_new_file_again(tmp_path: Path) -> None:
    mission = run.Mission(unit="P-01", event="", arrives_s=1, leaves_s=2, at_s=(0.0, 3.0), xy=((0.0, 0.0), (1.0, 1.0)))
    reader = Missions(tmp_path)
    assert reader.new() == []
    run.note(mission, tmp_path)
    run.note(mission, tmp_path)
    assert reader.new() == [mission, mission]
    assert reader.new() == []
    (tmp_path / run.MISSIONS).unlink()
    run.note(mission, tmp_path)
    assert reader.new() == [mission]


def a_call(number: int) -> Call:
    return Call(
        number=number, at=START, to=To.POLICE, kind="theft", lon=1.0, lat=2.0, accuracy_m=5.0, text="도둑", event="E"
    )


async def test_a_feed_is_followed_while_it_is_written_and_when_it_is_made_anew(tmp_path: Path) -> None:
    path, heard = tmp_path / "run" / feed.FILE_NAME, asyncio.Queue[int]()

    async def listen() -> None:
        async for call in feed.follow(path, look_s=0.005):
            heard.put_nowait(call.number)

    task = asyncio.create_task(listen())
    world = Feed(path)
    world.say(a_call(1))
    assert await asyncio.wait_for(heard.get(), 5) == 1
    with path.open("ab", buffering=0) as half:
        half.write(b'{"number":')
    world.close()
    path.unlink()
    again = Feed(path)
    again.say(a_call(2))
    assert await asyncio.wait_for(heard.get(), 5) == 2
    again.close()
    task.cancel()
    assert [call.number for call in feed.read(path)] == [2]


def test_a_call_in_a_run_says_when_it_was_placed_on_the_machines_clock() -> None:
    course = Course(start=START, began_ms=BEGAN_MS, speed=10.0)
    assert course.wall_ms(START + timedelta(seconds=100)) == BEGAN_MS + 10_000
    assert course.at(course.wall_ms(START + timedelta(seconds=77))) == START + timedelta(seconds=77)


def test_clocks_are_driven_at_any_speed_or_stepped() -> None:
    ticks = iter((100.0, 101.5))
    assert driven(START, 60.0, lambda: next(ticks))() == START + timedelta(seconds=90)
    stepped = Stepped(START)
    assert stepped.step(30) == stepped() == START + timedelta(seconds=30)
