"""Vehicles and people are a function of time: every process sees the same world."""

import numpy as np

from bongsu.world.patrols import introductions, positions, unit_id
from bongsu.world.traffic import Kind, Traffic
from fakes.world import a_scene

NOW = 1_790_000_000_123
TRAFFIC = Traffic(a_scene())


def test_two_processes_see_the_same_world() -> None:
    other = Traffic(a_scene())
    assert np.array_equal(TRAFFIC.at(NOW).xy, other.at(NOW).xy)
    assert np.array_equal(TRAFFIC.kind, other.kind)


def test_another_seed_is_another_world() -> None:
    assert not np.array_equal(TRAFFIC.at(NOW).xy, Traffic(a_scene(seed=4)).at(NOW).xy)


def test_the_past_looks_as_it_did() -> None:
    then = TRAFFIC.at(NOW).xy.copy()
    TRAFFIC.at(NOW + 60_000)
    assert np.array_equal(TRAFFIC.at(NOW).xy, then)


def test_nothing_leaps() -> None:
    for ms in range(NOW, NOW + 30_000, 500):
        step = TRAFFIC.at(ms + 66).xy - TRAFFIC.at(ms).xy
        assert float(np.hypot(step[:, 0], step[:, 1]).max()) < 0.066 * 22


def test_people_walk_and_vehicles_drive() -> None:
    speeds = TRAFFIC.speeds_mps(NOW)
    on_foot = TRAFFIC.kind == Kind.PERSON
    assert on_foot.any()
    assert (~on_foot).any()
    assert float(np.median(speeds[on_foot])) < 2
    assert float(speeds[~on_foot].max()) > 4


def test_vehicles_keep_right_on_the_square() -> None:
    seen = 0
    for ms in range(NOW, NOW + 240_000, 3_000):
        moment = TRAFFIC.at(ms)
        x, y = moment.xy.T
        rows = (TRAFFIC.kind != Kind.PERSON) & (np.abs(y - 100) < 12) & (np.abs(x) < 60)
        eastward = rows & (moment.towards[:, 0] > 0.9)
        westward = rows & (moment.towards[:, 0] < -0.9)
        assert (y[eastward] < 100).all()
        assert (y[westward] > 100).all()
        seen += int(eastward.sum() + westward.sum())
    assert seen > 0


def test_a_scene_without_roads_stands_still() -> None:
    empty = Traffic(a_scene(roads=()))
    assert len(empty.at(NOW).xy) == 0
    assert len(empty.patrols) == 0


def test_patrol_cars_report_as_the_observations_door_wants() -> None:
    scene = a_scene()
    told = positions(scene, TRAFFIC, NOW)["observations"]
    known = {unit["id"] for unit in introductions(TRAFFIC)["units"]}
    assert {one["unit"] for one in told} == known
    assert unit_id(0) in known
    for one in told:
        assert abs(one["lon"] - 127.3) < 0.01
        assert 0 <= one["heading_deg"] < 360
        assert one["speed_mps"] >= 0
        assert one["phenomenon_time_ms"] == NOW
