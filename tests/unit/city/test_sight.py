import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.core.grant import View
from fakes.city import a_building, a_camera, a_city, a_house, at

REACH_M = 1920 / (2 * 62 * math.tan(math.radians(30)))
NEAR = st.floats(3, 25)
TURN = st.floats(0, 359.9)


def views(city, x, y, at_most=5) -> tuple[View, ...]:
    return city.who_sees(at(x, y), within_m=500, at_most=at_most)


def clear_ids(city, x, y, at_most=5) -> list[str]:
    return [view.camera for view in views(city, x, y, at_most) if view.clear]


def spot(bearing_deg, distance_m) -> tuple[float, float]:
    return distance_m * math.sin(math.radians(bearing_deg)), distance_m * math.cos(math.radians(bearing_deg))


def test_reach_is_the_distance_at_which_a_metre_fills_62_pixels():
    city = a_city()
    assert city.reach_m(a_camera()) == pytest.approx(REACH_M)
    assert city.reach_m(a_camera(width_px=3840)) == pytest.approx(2 * REACH_M)
    assert city.reach_m(a_camera(hfov_deg=90.0)) == pytest.approx(1920 / 124)


def test_a_dome_reaches_as_far_as_its_assumed_lens():
    city = a_city()
    for hfov in (180.0, 270.0, 360.0):
        assert city.reach_m(a_camera(hfov_deg=hfov)) == pytest.approx(REACH_M)


def test_a_camera_sees_what_lies_in_reach_and_in_its_sector():
    city = a_city([a_camera(heading_deg=90.0)])
    (view,) = views(city, 20, 0)
    assert view.clear
    assert view.confident
    assert view.distance_m == pytest.approx(20, abs=0.01)
    assert view.px_per_m == pytest.approx(1920 / (2 * 20 * math.tan(math.radians(30))), rel=1e-3)


def test_out_of_reach_is_not_clear():
    city = a_city([a_camera(heading_deg=90.0)])
    assert clear_ids(city, REACH_M - 0.1, 0) == ["C1"]
    assert clear_ids(city, REACH_M + 0.1, 0) == []


def test_an_unknown_heading_is_all_round_and_says_so():
    city = a_city([a_camera()])
    for x, y in ((20, 0), (-20, 0), (0, 20)):
        (view,) = views(city, x, y)
        assert view.clear
        assert not view.confident


def test_a_dome_is_all_round_and_confident():
    city = a_city([a_camera(hfov_deg=360.0), a_camera("C2", 0, 1, hfov_deg=360.0, heading_deg=10.0)])
    assert all(view.clear and view.confident for view in views(city, -15, -3))


def test_known_headings_come_first_then_unknown_then_the_nearest_that_do_not_see():
    cameras = [
        a_camera("far-known", -20, 0, heading_deg=90.0),
        a_camera("near-known", -10, 0, heading_deg=90.0),
        a_camera("nearest-unknown", 2, 0),
        a_camera("looks-away", -5, 0, heading_deg=270.0),
        a_camera("too-far", 300, 0),
        a_camera("out-of-sight", 501, 0),
    ]
    seen = views(a_city(cameras), 0, 0, at_most=10)
    assert [view.camera for view in seen] == ["near-known", "far-known", "nearest-unknown", "looks-away", "too-far"]
    assert [view.clear for view in seen] == [True, True, True, False, False]
    assert len(views(a_city(cameras), 0, 0, at_most=2)) == 2


def test_a_wide_picture_farther_off_beats_a_narrow_one_nearby():
    cameras = [a_camera("near", -15, 0, heading_deg=90.0), a_camera("sharp", -30, 0, heading_deg=90.0, width_px=7680)]
    assert clear_ids(a_city(cameras), 0, 0) == ["sharp", "near"]


def test_nobody_is_asked_for_none_and_an_empty_city_sees_nothing():
    assert views(a_city(), 0, 0) == ()
    assert views(a_city([a_camera()]), 0, 0, at_most=0) == ()


@given(bearing=TURN, distance=NEAR, part=st.floats(0.2, 0.8))
@settings(max_examples=60, deadline=None)
def test_a_wall_between_always_hides(bearing, distance, part):
    x, y = spot(bearing, distance)
    wx, wy = x * part, y * part
    # A wall two metres wide and forty centimetres deep, square across the sight line.
    ux, uy = x / distance, y / distance
    corners = [
        (wx + a * ux - b * uy, wy + a * uy + b * ux) for a, b in ((-0.05, -1), (0.05, -1), (0.05, 1), (-0.05, 1))
    ]
    assert clear_ids(a_city([a_camera(heading_deg=bearing)]), x, y) == ["C1"]
    assert clear_ids(a_city([a_camera(heading_deg=bearing)], [a_house(corners)]), x, y) == []


@given(bearing=TURN, distance=NEAR, away=st.floats(31, 329), hfov=st.floats(10, 60))
@settings(max_examples=60, deadline=None)
def test_turning_away_always_loses_sight(bearing, distance, away, hfov):
    x, y = spot(bearing, distance)
    assert clear_ids(a_city([a_camera(heading_deg=bearing, hfov_deg=hfov)]), x, y) == ["C1"]
    assert clear_ids(a_city([a_camera(heading_deg=(bearing + away) % 360, hfov_deg=hfov)]), x, y) == []


@given(heading=TURN, aside=st.floats(0, 45), distance=st.floats(3, 40))
@settings(max_examples=60, deadline=None)
def test_a_camera_sees_as_far_to_its_left_as_to_its_right(heading, aside, distance):
    city = a_city([a_camera(heading_deg=heading)])
    left, right = spot(heading - aside, distance), spot(heading + aside, distance)
    if abs(aside - 30) > 0.01 and abs(distance - REACH_M) > 0.05:
        assert clear_ids(city, *left) == clear_ids(city, *right)


@given(st.permutations(range(8)), st.lists(st.floats(0, 359), min_size=8, max_size=8))
@settings(max_examples=40, deadline=None)
def test_the_order_of_a_file_changes_no_answer(order, headings):
    # Four cameras share each pole, so that most distances are equal.
    cameras = [a_camera(f"C{n}", (n % 2) * 6, 0, heading_deg=None if n == 3 else headings[n]) for n in range(8)]
    straight, mixed = a_city(cameras), a_city([cameras[n] for n in order])
    for where in (at(3, 9), at(0, 0), at(-12, 4)):
        assert straight.who_sees(where, within_m=99, at_most=5) == mixed.who_sees(where, within_m=99, at_most=5)
        assert straight.nearest(where, within_m=99, at_most=3) == mixed.nearest(where, within_m=99, at_most=3)


def test_a_camera_on_a_wall_is_not_blinded_by_it():
    house = a_building(-10, -10, 0, 10)
    for x in (-0.4, 0.0, 0.4):
        assert clear_ids(a_city([a_camera(x=x)], [house]), 15, 3) == ["C1"], x


def test_a_camera_on_a_wall_does_not_look_through_its_own_building():
    house = a_building(-10, -10, 0, 10)
    for x in (-0.4, 0.0, 0.4):
        assert clear_ids(a_city([a_camera(x=x)], [house]), -15, 3) == [], x


def test_a_camera_geocoded_into_a_building_hangs_on_its_nearest_wall():
    city = a_city([a_camera(x=-2)], [a_building(-10, -10, 0, 10)])
    assert clear_ids(city, 15, 0) == ["C1"]
    assert clear_ids(city, -15, 0) == []


def test_a_camera_in_a_row_house_looks_out_to_the_street_not_into_the_neighbour():
    row = [a_building(-4, 0, 0, 20), a_building(0, 0, 4, 20), a_building(-8, 0, -4, 20)]
    city = a_city([a_camera(x=-0.5, y=4)], row)
    assert clear_ids(city, -0.5, -12) == ["C1"]
    assert clear_ids(city, 15, 4) == []


def test_a_call_from_indoors_is_answered_with_cameras_that_see_the_building():
    house = a_building(-5, -5, 5, 5)
    cameras = [a_camera("east", 15, 0, heading_deg=270.0), a_camera("walled-off", -20, 0, heading_deg=90.0)]
    city = a_city(cameras, [house, a_building(-15, -5, -10, 5)])
    assert clear_ids(city, 0, 0) == ["east"]


def test_broken_rings_do_not_stop_a_city():
    bowtie = a_house([(5, -5), (10, 5), (10, -5), (5, 5)])
    line = a_house([(5, 0), (6, 0)])
    assert clear_ids(a_city([a_camera(heading_deg=90.0)], [bowtie, line]), 20, 0) == []
