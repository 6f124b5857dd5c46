import asyncio

import numpy as np
import pytest

from bongsu.city import City
from bongsu.city.roads.pace import Mark
from bongsu.city.roads.routes import route
from bongsu.city.roads.snap import spot_of
from bongsu.city.ways import KEPT_MS, ways_of
from bongsu.core.asset import Ground
from bongsu.core.clock import Clocks
from bongsu.core.errors import NotFound
from bongsu.desk.board import Board
from bongsu.settings import CameraSettings
from bongsu.wayfinding import Wayfinding
from bongsu.web.live import LiveBoard
from fakes.city import a_camera
from fakes.desk import NOON
from fakes.streets import a_grid, place

NOW_MS = 1_000_000


def ground(side=3):
    return Ground(roads=a_grid(side)[1])


def way(ways, vehicle="engine", now_ms=NOW_MS):
    pace = ways.pace(vehicle, now_ms)
    start, goal = (spot_of(pace.network, ways.grid, place(*xy)) for xy in ((50, 0), (200, 150)))
    return route(pace, start, goal)


def test_every_vehicle_has_its_own_way():
    ways = ways_of(ground())
    assert way(ways, "car").ms < way(ways, "foot").ms
    with pytest.raises(NotFound, match=r"roads\.vehicle"):
        ways.pace("boat", NOW_MS)


def test_a_closure_holds_from_the_next_question_on():
    ways = ways_of(ground())
    before = way(ways)
    ways.live.close(before.arcs[1:2])
    after = way(ways)
    assert before.arcs[1] not in after.arcs
    ways.live.open(before.arcs[1:2])
    assert way(ways).ms == before.ms


def test_a_moment_s_questions_share_a_pace_and_a_stale_speed_is_still_found_stale():
    ways = ways_of(ground())
    ways.live.hear(np.array([0]), np.array([3.0]), np.array([NOW_MS]))
    assert ways.pace("car", NOW_MS) is ways.pace("car", NOW_MS + KEPT_MS - 1)
    assert ways.pace("car", NOW_MS).mark[0] == Mark.LIVE
    assert ways.pace("car", NOW_MS + 300_001).mark[0] == Mark.STALE


def test_a_ground_without_roads_has_no_ways():
    assert ways_of(Ground()) is None


def a_finding(city):
    board = Board()
    live = LiveBoard(now=lambda: NOON, board=lambda: board, city=city)
    return Wayfinding(city, board, live, Clocks(lambda: NOON))


def a_city(over, old=None, cameras=()):
    return City(cameras, over, CameraSettings(), old=old)


def test_a_city_has_no_ways_until_they_are_built_and_keeps_them_while_its_ground_stands():
    city = a_city(ground())
    assert city.ways is None
    asyncio.run(a_finding(lambda: city).build())
    ways = city.ways
    assert ways is not None
    assert a_city(city.given.ground, city, [a_camera("C1")]).ways is ways
    assert a_city(ground(4), city).ways is None


def test_another_ground_gets_ways_of_its_own():
    cities = [a_city(ground())]
    finding = a_finding(lambda: cities[-1])
    asyncio.run(finding.build())
    cities.append(a_city(ground(4), cities[-1]))
    asyncio.run(finding.build())
    assert cities[-1].ways.streets.arcs > cities[0].ways.streets.arcs


def test_roads_that_left_while_their_ways_were_built_leave_the_new_city_without():
    old, new = a_city(ground()), a_city(ground(4))
    seen = iter([old, new, new, new])
    finding = a_finding(lambda: next(seen))
    asyncio.run(finding.build())
    assert new.ways is None
    asyncio.run(finding.build())
    assert new.ways is not None
