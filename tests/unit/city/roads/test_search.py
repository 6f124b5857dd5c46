from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely

from bongsu.city.roads.frontier import Scratch, cameras_on, edge_of, frontier_of, posts_of
from bongsu.city.roads.isochrone import isochrone
from bongsu.city.roads.kernels import FAR
from bongsu.city.roads.live import Live
from bongsu.city.roads.routes import route, routes
from bongsu.city.roads.search import arrivals, one_to_all
from bongsu.city.roads.snap import snap, spot_of
from bongsu.city.roads.telling import Bend, line_of, steps_of
from bongsu.city.roads.vehicles import CAR, FOOT, PATROL, TurnCosts, Vehicle
from bongsu.core.errors import Invalid, NotFound
from bongsu.core.geo import Point, distance_m
from fakes.streets import Town, a_grid, a_road, place

FREE = Vehicle("free", 30.0, TurnCosts())
SPOTS, ROADS = a_grid(5)
RESIDENTIAL_MPS = 20 / 3.6


def test_many_units_are_asked_at_once_and_each_hears_what_it_would_have_heard_alone():
    town = Town(ROADS, CAR)
    goal = town.spot(210, 130)
    units = [town.spot(x, y) for x, y in ((10, 0), (390, 20), (400, 390), (130, 200))]
    alone = [int(arrivals(town.pace, goal, [unit])[0]) for unit in units]
    assert arrivals(town.pace, goal, units).tolist() == alone
    assert alone == [route(town.pace, unit, goal).ms for unit in units]


def test_a_straight_drive_takes_its_metres_at_the_roads_speed():
    town = Town(ROADS, FREE)
    ms = arrivals(town.pace, town.spot(350, 0), [town.spot(50, 0)])
    assert ms[0] == pytest.approx(300 / RESIDENTIAL_MPS * 1000, rel=2e-3)


def test_whoever_passed_the_place_on_a_one_way_street_goes_round():
    ring = {1: (0, 0), 2: (300, 0), 3: (300, 300), 4: (0, 300)}
    town = Town([a_road(1, ring, 1, 2, 3, 4, 1, oneway=1)], FREE)
    ahead, behind = town.spot(100, 0), town.spot(50, 0)
    assert arrivals(town.pace, ahead, [behind])[0] == pytest.approx(50 / RESIDENTIAL_MPS * 1000, rel=1e-2)
    assert arrivals(town.pace, behind, [ahead])[0] == pytest.approx(1150 / RESIDENTIAL_MPS * 1000, rel=1e-2)
    assert route(town.pace, ahead, behind).length_m == pytest.approx(1150, rel=1e-2)


def test_a_unit_that_drives_away_turns_round_at_a_price_with_a_siren_and_goes_on_to_turn_without():
    car, siren = Town(ROADS, CAR), Town(ROADS, PATROL)

    def worse(town):
        goal = town.spot(320, 200)
        away, toward = (arrivals(town.pace, goal, [town.spot(150, 200, deg)])[0] for deg in (270, 90))
        return int(away) - int(toward)

    assert worse(siren) == 15_000
    assert worse(car) > 15_000


def test_a_closed_road_is_driven_round_but_what_happened_on_it_is_reached():
    town = Town(ROADS, CAR, live=Live(2 * len(ROADS)))
    start, goal = town.spot(250, 200), town.spot(150, 200)
    before = arrivals(town.pace, goal, [start])[0]
    both = np.array([town.arc(12, 13), town.arc(13, 12)])
    town.live.close(both)
    through = town.spot(50, 200)
    assert arrivals(town.at(0), goal, [start])[0] == before
    detour = route(town.at(0), start, through)
    assert not np.isin(both, detour.arcs).any()
    assert detour.ms > route(town.pace, start, through).ms


def test_no_way_is_an_error_with_a_name_and_never_a_straight_line():
    town = Town(ROADS, CAR, live=Live(2 * len(ROADS)))
    town.live.close(np.array([town.arc(a, 1) for a in (2, 6)]))
    start, goal = town.spot(200, 200), town.spot(50, 0)
    assert arrivals(town.at(0), goal, [start])[0] < FAR
    town.live.close(np.arange(town.streets.arcs))
    assert arrivals(town.at(0), goal, [start])[0] == FAR
    with pytest.raises(NotFound) as told:
        route(town.at(0), start, goal)
    assert told.value.code == "roads.disconnected"


@pytest.mark.parametrize("where", [place(5000, 5000), Point(float("nan"), 37.5), Point(400.0, 37.5)])
def test_a_place_off_the_map_is_an_error_with_a_name(where):
    town = Town(ROADS, CAR)
    with pytest.raises(Invalid) as told:
        spot_of(town.network, town.grid, where)
    assert told.value.code == "roads.off_map"
    assert snap(town.network, town.grid, [where, place(0, 0)])[0] is None


def test_a_place_is_put_on_the_nearest_road_and_on_the_side_one_drives():
    town = Town(ROADS, CAR)
    east, west, unknown = (town.spot(130, 8, heading) for heading in (90, 270, None))
    assert (east.arc, west.arc) == (town.arc(2, 3), town.arc(3, 2))
    assert (east.part, west.part, east.off_m) == (
        pytest.approx(0.3, abs=0.01),
        pytest.approx(0.7, abs=0.01),
        pytest.approx(8, abs=0.2),
    )
    assert unknown.arc >> 1 == east.arc >> 1


def test_a_heading_tells_a_crossing_road_from_the_one_that_is_a_little_farther():
    town = Town(ROADS, CAR)
    assert town.spot(106, 9, 90).arc == town.arc(2, 3)
    assert town.spot(106, 9, 0).arc == town.arc(2, 7)


def test_the_frontier_is_what_the_search_of_the_whole_city_says_up_to_the_limit():
    town = Town(ROADS, CAR)
    start, scratch = town.spot(200, 150), Scratch(town.network.states)
    whole = one_to_all(town.pace, start)
    for limit_ms in (10_000, 45_000, 10_000):
        frontier = frontier_of(town.pace, start, limit_ms, scratch)
        assert sorted(frontier.ms[2:].tolist()) == sorted(whole[whole <= limit_ms].tolist())
        out = edge_of(frontier)
        left = (frontier.until - frontier.part)[out] * town.pace.open_ms[frontier.arc[out]]
        assert left == pytest.approx(limit_ms - frontier.ms[out], abs=1)
        assert (scratch.label == FAR).all()


def test_a_camera_cannot_have_seen_before_one_can_be_there_and_those_out_of_reach_are_not_named():
    town = Town(ROADS, FREE)
    xy = np.array([town.streets.plane.to_xy(place(x, y)) for x, y in ((200, 210), (350, 203), (10, 0), (290, 205))])
    posts = posts_of(town.streets, town.grid, xy, within_m=20.0)
    frontier = frontier_of(town.pace, town.spot(100, 200), 30_000, Scratch(town.network.states))
    cameras, first_ms = cameras_on(frontier, town.pace, posts)
    seen = dict(zip(cameras.tolist(), first_ms.tolist(), strict=True))
    assert seen == {0: pytest.approx(100 / RESIDENTIAL_MPS * 1000, rel=1e-2)}
    longer = frontier_of(town.pace, town.spot(100, 200), 60_000, Scratch(town.network.states))
    assert set(cameras_on(longer, town.pace, posts)[0].tolist()) == {0, 1, 2, 3}


def test_an_isochrone_holds_what_is_reached_and_not_what_is_not():
    town = Town(ROADS, FREE)
    frontier = frontier_of(town.pace, town.spot(0, 0), 36_000, Scratch(town.network.states))
    rings = isochrone(town.streets, frontier)
    surface = shapely.union_all([shapely.Polygon(outer, holes) for outer, *holes in rings])
    assert all(surface.covers(shapely.Point(*_lonlat(x, y))) for x, y in ((0, 0), (190, 0), (100, 90), (0, 200)))
    assert not any(surface.covers(shapely.Point(*_lonlat(x, y))) for x, y in ((300, 0), (200, 200), (400, 400)))


def test_an_isochrone_ends_on_the_arc_where_the_time_runs_out():
    town = Town(ROADS, FREE)
    frontier = frontier_of(town.pace, town.spot(0, 0), 27_000, Scratch(town.network.states))
    surface = shapely.union_all([shapely.Polygon(outer) for outer, *_ in isochrone(town.streets, frontier)])
    assert surface.covers(shapely.Point(*_lonlat(195, 0)))
    assert not surface.covers(shapely.Point(*_lonlat(230, 0)))


def _lonlat(x, y):
    at = place(x, y)
    return at.lon, at.lat


def test_a_route_begins_and_ends_where_it_should_and_follows_the_roads():
    town = Town(ROADS, CAR)
    way = route(town.pace, town.spot(30, 0), town.spot(400, 370))
    line = line_of(town.streets, way)
    assert distance_m(Point(*line[0]), place(30, 0)) < 1
    assert distance_m(Point(*line[-1]), place(400, 370)) < 1
    run = sum(distance_m(Point(*a), Point(*b)) for a, b in pairwise(line))
    assert run == pytest.approx(way.length_m, rel=1e-3)
    assert way.length_m == pytest.approx(740, rel=1e-2)
    ends = town.streets.head[way.arcs[:-1]]
    assert (ends == town.streets.tail[way.arcs[1:]]).all()


def test_the_turn_list_names_bends_and_new_roads_and_nothing_else():
    spots = {1: (0, 0), 2: (200, 0), 3: (400, 0), 4: (400, 300), 5: (200, 300)}
    roads = [
        a_road(1, spots, 1, 2, name="가"), a_road(2, spots, 2, 3, name="가"), a_road(3, spots, 3, 4, name="나"),
        a_road(4, spots, 2, 5, name="다"),
    ]  # fmt: skip
    town = Town(roads, CAR)
    way = route(town.pace, town.spot(50, 0), town.spot(400, 250))
    steps = steps_of(town.streets, way)
    assert [(step.bend, step.name) for step in steps] == [(Bend.START, "가"), (Bend.LEFT, "나"), (Bend.ARRIVE, "나")]
    assert steps[1].at_m == pytest.approx(350, rel=1e-2)
    assert steps[-1].at_ms == way.ms > steps[1].at_ms > 0


def test_a_road_that_changes_its_name_straight_on_is_told():
    spots = {1: (0, 0), 2: (200, 0), 3: (400, 0)}
    town = Town([a_road(1, spots, 1, 2, name="가"), a_road(2, spots, 2, 3, name="나")], CAR)
    steps = steps_of(town.streets, route(town.pace, town.spot(50, 0), town.spot(350, 0)))
    assert [(step.bend, step.name) for step in steps][1:-1] == [(Bend.STRAIGHT, "나")]


def test_other_ways_differ_from_the_quickest_and_their_times_are_honest():
    town = Town(ROADS, CAR)
    start, goal = town.spot(30, 0), town.spot(370, 400)
    first, *others = routes(town.pace, start, goal, 3)
    assert first.ms == arrivals(town.pace, goal, [start])[0]
    assert others
    for other in others:
        assert first.ms <= other.ms <= 1.5 * first.ms
        shared = np.isin(other.arcs >> 1, first.arcs >> 1)
        length = town.streets.length_m[other.arcs >> 1]
        assert length[shared].sum() <= 0.6 * length.sum()
        driven = sum(int(town.pace.open_ms[arc]) for arc in other.arcs[1:-1])
        assert driven < other.ms


def test_no_other_way_is_told_where_all_share_most_of_the_road():
    spots = {1: (0, 0), 2: (1000, 0), 3: (1100, 60), 4: (1100, -60), 5: (1200, 0)}
    pairs = ((1, 2), (2, 3), (2, 4), (3, 5), (4, 5))
    town = Town([a_road(row, spots, *pair) for row, pair in enumerate(pairs)], CAR)
    assert len(routes(town.pace, town.spot(10, 0), town.spot(1150, 30), 3)) == 1


def test_one_who_walks_takes_the_steps_a_car_cannot():
    spots = {1: (0, 0), 2: (300, 0), 3: (300, 200), 4: (0, 200)}
    roads = [
        a_road(1, spots, 1, 2),
        a_road(2, spots, 2, 3),
        a_road(3, spots, 3, 4),
        a_road(4, spots, 1, 4, road_class="steps"),
    ]
    walking, driving = Town(roads, FOOT), Town(roads, CAR)
    on_foot = route(walking.pace, walking.spot(10, 0), walking.spot(10, 200))
    assert walking.corners(on_foot.arcs[:-1]) == [1, 4]
    assert driving.corners(route(driving.pace, driving.spot(10, 0), driving.spot(10, 200)).arcs[:-1]) == [2, 3]
