import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.city import City
from bongsu.core.asset import Ground
from bongsu.core.geo import Point
from bongsu.settings import CameraSettings
from fakes.city import SQUARE, a_camera, a_city, a_place, a_road, at

SPOT = st.tuples(st.floats(-400, 400), st.floats(-400, 400))


@given(st.lists(SPOT, min_size=1, max_size=30), SPOT, st.integers(1, 8), st.floats(10, 500))
@settings(max_examples=60, deadline=None)
def test_nearest_agrees_with_measuring_every_camera(spots, place, at_most, within_m):
    city = a_city([a_camera(f"C{n:02}", x, y) for n, (x, y) in enumerate(spots)])
    apart = sorted(math.dist(spot, place) for spot in spots)
    wanted = [distance for distance in apart if distance < within_m - 1e-3][:at_most]
    found = [distance for _, distance in city.nearest(at(*place), within_m=within_m, at_most=at_most)]
    assert found[: len(wanted)] == pytest.approx(wanted, abs=1e-3)
    assert all(distance <= within_m for distance in found)


def test_cameras_of_one_pole_come_in_the_order_of_their_ids():
    city = a_city([a_camera(name, 5, 5) for name in ("C3", "C1", "C2")])
    assert [camera.id for camera, _ in city.nearest(SQUARE, within_m=50, at_most=2)] == ["C1", "C2"]


def test_a_city_knows_its_cameras_by_id_and_cannot_be_changed_through_them():
    city = a_city([a_camera("C1"), a_camera("C2")])
    assert set(city.cameras) == {"C1", "C2"}
    with pytest.raises(TypeError):
        city.cameras["C3"] = a_camera("C3")


def test_an_empty_city_answers_every_question():
    city = City((), Ground(), CameraSettings())
    assert city.ground_center() is None
    assert city.is_on_map(SQUARE)
    assert city.nearest(SQUARE, within_m=500, at_most=5) == ()
    assert city.who_sees(SQUARE, within_m=500, at_most=5) == ()
    assert city.address_of(SQUARE) == ""
    assert city.frame() == b""
    assert city.units_near([SQUARE], 500) == []


def test_the_map_ends_two_kilometres_outside_the_outermost_camera_or_road():
    ground = Ground(roads=(a_road((0, 0), (1000, 0)),))
    city = City([a_camera(x=-1000)], ground, CameraSettings())
    assert city.is_on_map(at(2990, 0))
    assert city.is_on_map(at(-2990, 1990))
    assert not city.is_on_map(at(3010, 0))
    assert not city.is_on_map(at(0, -2010))
    assert not city.is_on_map(Point(0.0, 0.0))


def test_the_middle_is_the_maps_and_else_the_cameras():
    ground = Ground(roads=(a_road((0, 0), (100, 100), (200, 200)),))
    far = [a_camera(x=900)]
    middle = City(far, ground, CameraSettings()).ground_center()
    assert middle is not None
    assert (middle.lon, middle.lat) == pytest.approx((at(100, 100).lon, at(100, 100).lat))
    alone = City(far, Ground(), CameraSettings()).ground_center()
    assert alone == far[0].where


def test_an_address_names_the_neighbourhood_and_the_road():
    ground = Ground(
        roads=(a_road((-500, 30), (500, 30), name="올림픽로"), a_road((-500, 60), (500, 60), name="백제고분로")),
        places=(a_place("잠실동", 300, 0), a_place("신천동", -900, 0)),
    )
    city = a_city(ground=ground)
    assert city.address_of(at(0, 0)) == "잠실동 올림픽로 부근"
    assert city.address_of(at(0, 55)) == "잠실동 백제고분로 부근"
    assert city.address_of(at(-700, -90)) == "신천동 부근"
    assert city.address_of(at(0, 5000)) == ""


def test_where_no_neighbourhood_is_drawn_a_landmark_nearby_names_the_place():
    ground = Ground(roads=(a_road((-50, 5), (50, 5), name="시장길"),), places=(a_place("한빛역", 100, 0, "station"),))
    city = a_city(ground=ground)
    assert city.address_of(at(0, 0)) == "한빛역 시장길 부근"
    assert city.address_of(at(-90, 0)) == "시장길 부근"
