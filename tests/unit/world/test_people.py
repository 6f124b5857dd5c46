"""People leave home, come back, and are where they are whichever way time is visited."""

from datetime import datetime

import numpy as np
import pytest

from bongsu.core.clock import KST
from bongsu.world import homes, streets, trips
from bongsu.world.chance import bell, draws
from bongsu.world.homes import Life
from bongsu.world.people import People
from bongsu.world.sky import Weather
from bongsu.world.weather import Climate
from fakes.world import a_grid

SCENE = a_grid()
STREETS = streets.of_roads(SCENE.roads, SCENE.plane)
HOMES = homes.settle(SCENE, STREETS, 3_000, 5)
CLIMATE = Climate(seed=5, where=SCENE.origin, fixed=Weather.CLEAR)
TUESDAY = datetime(2026, 11, 24, tzinfo=KST).timestamp()


def people() -> People:
    return People(STREETS, HOMES, CLIMATE)


def test_every_link_can_be_gone_both_ways_and_ends_where_its_shape_does() -> None:
    assert np.array_equal(STREETS.tail[STREETS.opposite], STREETS.head)
    assert np.array_equal(STREETS.opposite[STREETS.opposite], np.arange(len(STREETS.tail)))
    starts, _ = STREETS.at(np.arange(len(STREETS.tail)), np.zeros(len(STREETS.tail)))
    ends, _ = STREETS.at(np.arange(len(STREETS.tail)), STREETS.length)
    assert np.allclose(starts, STREETS.xy[STREETS.tail])
    assert np.allclose(ends, STREETS.xy[STREETS.head])


def test_draws_are_even_and_depend_on_what_they_are_about() -> None:
    rows = np.arange(20_000)
    one, other = draws(rows, "a"), draws(rows, "b")
    assert np.allclose(np.histogram(one, 10, (0, 1))[0], 2000, atol=200)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    assert np.array_equal(draws(rows[::-1], "a"), one[::-1])
    assert bell(rows, "c").std() == pytest.approx(1, abs=0.03)


def test_children_go_to_school_and_older_people_live_alone() -> None:
    assert (HOMES.age[HOMES.life == Life.CHILD] < 19).all()
    assert (HOMES.age[HOMES.dementia] >= 65).all()
    assert HOMES.alone.sum() > HOMES.dementia.sum() > 10
    assert 0.35 < (HOMES.life == Life.WORKER).mean() < 0.6


def test_on_a_workday_most_leave_in_the_morning_and_return_in_the_evening() -> None:
    day = trips.of_day(HOMES, TUESDAY, 5)
    hours = (day.leaves - TUESDAY) / 3600
    out = hours[~day.homeward & ~day.errand]
    back = hours[day.homeward & ~day.errand]
    assert 7 < np.median(out) < 8.8
    assert 17 < np.median(back) < 19.2
    assert back.std() > out.std()
    assert (np.diff(day.leaves) >= 0).all()


def test_two_days_are_not_alike_and_few_work_on_a_sunday() -> None:
    tuesday, wednesday = (trips.of_day(HOMES, TUESDAY + n * trips.DAY_S, 5) for n in (0, 1))
    sunday = trips.of_day(HOMES, TUESDAY + 5 * trips.DAY_S, 5)
    assert not np.array_equal(tuesday.leaves, wednesday.leaves - trips.DAY_S)
    assert (~sunday.errand).sum() < 0.4 * (~tuesday.errand).sum()


def test_midnight_is_korean() -> None:
    assert trips.midnight(TUESDAY + 5) == TUESDAY
    assert trips.midnight(TUESDAY - 1) == TUESDAY - trips.DAY_S


@pytest.mark.parametrize("at_s", [TUESDAY + 8.1 * 3600, TUESDAY + 18.4 * 3600 + 0.37, TUESDAY + 30])
def test_stepping_leaping_and_going_back_give_the_same_city(at_s: float) -> None:
    stepped, leapt = people(), people()
    for nth in range(-90, 1):
        stepped.move(at_s + nth)
    stepped.move(at_s + 200)
    stepped.move(at_s - 4000)
    one, other = stepped.crowd(at_s), leapt.crowd(at_s)
    assert np.array_equal(np.sort(one.person), np.sort(other.person))
    assert np.allclose(one.xy[np.argsort(one.person, kind="stable")], other.xy[np.argsort(other.person, kind="stable")])


def test_nobody_leaps_and_people_on_foot_walk() -> None:
    city, at_s = people(), TUESDAY + 8.05 * 3600
    here, there = city.crowd(at_s), city.crowd(at_s + 0.5)
    _, rows, later = np.intersect1d(here.person, there.person, return_indices=True)
    speeds = np.hypot(*(there.xy[later] - here.xy[rows]).T) / 0.5
    assert len(rows) > 20
    assert speeds.max() < 25
    assert np.median(speeds[here.kind[rows] == 5]) < 2


def test_more_are_out_in_the_rush_than_at_night() -> None:
    city = people()
    rush, night = city.count(TUESDAY + 8.2 * 3600), city.count(TUESDAY + 3 * 3600)
    assert sum(rush.values()) > 10 * max(1, sum(night.values()))


def test_whoever_is_out_is_beside_a_street() -> None:
    crowd = people().crowd(TUESDAY + 8.1 * 3600)
    off_line = np.abs((crowd.xy + 110) % 220 - 110)
    assert len(crowd.xy) > 30
    assert off_line.min(axis=1).max() < 16


def test_a_scene_without_roads_has_nobody() -> None:
    empty = a_grid(roads=())
    net = streets.of_roads(empty.roads, empty.plane)
    nobody = homes.settle(empty, net, 100, 1)
    assert len(nobody) == 0
    assert len(People(net, nobody, CLIMATE).crowd(TUESDAY).xy) == 0
