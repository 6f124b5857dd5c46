import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.world.truth import Judge
from fakes.city import TrueEye, a_building, a_house, at


def an_eye(x=0.0, y=0.0, **fields) -> TrueEye:
    return TrueEye(where=at(x, y), **fields)


def is_useful(eye, x, y, *buildings) -> bool:
    return len(Judge([eye], buildings).useful(at(x, y))) == 1


def test_a_metre_fills_the_pixels_the_lens_formula_says():
    pixels = Judge([an_eye(height_m=1.6)], ()).pixels(at(0, 20))[0]
    assert pixels == pytest.approx(1920 / (2 * 20 * math.tan(math.radians(30))), rel=0.005)


def test_height_adds_to_the_distance():
    low, high = (Judge([an_eye(height_m=h)], ()).pixels(at(0, 20))[0] for h in (1.6, 21.6))
    assert low / high == pytest.approx(math.sqrt(2), rel=0.005)


def test_62_pixels_are_enough_and_fewer_are_not():
    assert is_useful(an_eye(height_m=1.6), 0, 26.6)
    assert not is_useful(an_eye(height_m=1.6), 0, 27.0)


def test_behind_and_beside_the_picture_is_not_seen():
    eye = an_eye(heading_deg=90.0)
    assert is_useful(eye, 15, 0)
    assert is_useful(eye, 15, 8)
    assert not is_useful(eye, 15, 9)
    assert not is_useful(eye, -15, 0)


def test_a_dome_turns_to_the_place():
    eye = an_eye(hfov_deg=360.0, heading_deg=90.0)
    assert is_useful(eye, -20, 0)
    assert not is_useful(eye, -30, 0)


def test_a_building_between_hides_and_one_beside_does_not():
    eye = an_eye()
    assert not is_useful(eye, 0, 20, a_building(-5, 8, 5, 12))
    assert is_useful(eye, 0, 20, a_building(1, 8, 5, 12))
    assert is_useful(eye, 0, 20, a_building(-5, 22, 5, 30))


def test_a_camera_high_up_looks_over_a_low_building():
    shed = a_building(-5, 9, 5, 11, height_m=2.5)
    assert is_useful(an_eye(height_m=8.0), 0, 20, shed)
    assert not is_useful(an_eye(height_m=3.0), 0, 20, shed)


def test_the_walk_enters_the_courtyard_side_of_a_bent_building():
    bent = a_house([(-10, 5), (10, 5), (10, 15), (6, 15), (6, 9), (-10, 9)])
    assert not is_useful(an_eye(), 0, 20, bent)
    assert is_useful(an_eye(y=11, x=-5, heading_deg=90.0), 4, 11, bent)
    assert not is_useful(an_eye(y=11, x=-5, heading_deg=90.0), 14, 11, bent)


def test_a_camera_drawn_inside_a_building_hangs_on_its_nearest_wall():
    house = a_building(-10, -10, 10, 2)
    assert is_useful(an_eye(), 0, 20, house)
    assert not is_useful(an_eye(heading_deg=180.0), 0, -15, house)


def test_without_cameras_nobody_sees():
    assert len(Judge([], [a_building(0, 0, 1, 1)]).useful(at(0, 0))) == 0


@given(turn=st.floats(0, 359), x=st.floats(-20, 20), y=st.floats(3, 25))
@settings(max_examples=40, deadline=None)
def test_turning_the_whole_scene_changes_nothing(turn, x, y):
    def turned(px, py):
        angle = -math.radians(turn)
        return px * math.cos(angle) - py * math.sin(angle), px * math.sin(angle) + py * math.cos(angle)

    corners = [(-3, 6), (2, 6), (2, 9), (-3, 9)]
    here = Judge([an_eye()], [a_house(corners)])
    there = Judge([an_eye(heading_deg=turn)], [a_house([turned(*c) for c in corners])])
    assert there.pixels(at(*turned(x, y)))[0] == pytest.approx(here.pixels(at(x, y))[0], rel=0.02, abs=80)
    # Near an edge the ellipsoid's unlike scales may tip a verdict; well inside it they may not.
    if abs(x) < 0.4 * y and y > 9.5 and (abs(x + 0.5) < 1.5 or abs(x) > 6):
        assert len(there.useful(at(*turned(x, y)))) == len(here.useful(at(x, y)))
