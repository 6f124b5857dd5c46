"""What no register row says is settled once and for all by a hash; what it says is kept."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.asset import Camera, Road
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.world import scene
from fakes.world import PLANE, a_scene


def a_camera(number: int, **facts: object) -> Camera:
    return Camera(id=f"C{number}", name="", where=PLANE.to_point(number, 0), **facts)


def test_a_saved_scene_is_loaded_as_it_was(tmp_path: Path) -> None:
    whole = a_scene()
    scene.save(whole, tmp_path)
    assert scene.load(tmp_path) == whole
    assert scene.load(tmp_path / "scene.json") == whole


def test_a_missing_or_broken_scene_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="scene.unreadable"):
        scene.load(tmp_path)
    (tmp_path / "scene.json").write_text('{"seed": 1')
    with pytest.raises(Invalid, match="scene.unreadable"):
        scene.load(tmp_path)


def test_an_unreadable_map_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "city.osm.pbf"
    path.write_bytes(b"PK\x03\x04 not a map")
    with pytest.raises(Invalid, match="scene.unreadable"):
        scene.from_register([], path, 1)


@given(st.integers(0, 1000), st.integers(0, 5))
def test_unknown_headings_depend_on_id_and_seed_alone(number: int, seed: int) -> None:
    one = scene.from_register([a_camera(number)], None, seed).cameras[0]
    other = scene.from_register([a_camera(1), a_camera(number)], None, seed).cameras[1]
    assert one.heading_deg == other.heading_deg
    assert 0 <= one.heading_deg < 360


def test_unknown_headings_are_spread_over_the_circle() -> None:
    eyes = scene.from_register([a_camera(n) for n in range(800)], None, 1).cameras
    quarters = [int(eye.heading_deg // 90) for eye in eyes]
    assert all(150 < quarters.count(n) < 250 for n in range(4))


def test_what_the_register_says_is_kept() -> None:
    camera = a_camera(1, heading_deg=45.0, hfov_deg=80.0, height_m=6.0, width_px=3840)
    eye = scene.from_register([camera], None, 1).cameras[0]
    assert (eye.heading_deg, eye.hfov_deg, eye.height_m, eye.width_px) == (45.0, 80.0, 6.0, 3840)
    bare = scene.from_register([a_camera(2)], None, 1).cameras[0]
    assert (bare.hfov_deg, bare.height_m, bare.width_px) == (60.0, 5.0, 1920)


def test_a_road_is_as_wide_as_its_lanes_or_its_class() -> None:
    line = ((127.0, 37.0), (127.1, 37.0))
    assert scene.width_m(Road(id=1, line=line, road_class="primary", lanes=4)) == pytest.approx(12.4)
    assert scene.width_m(Road(id=1, line=line, road_class="secondary_link")) == 13.0
    assert scene.width_m(Road(id=1, line=line, road_class="unheard_of")) == 5.0


def test_a_register_far_larger_than_its_map_is_centred_on_the_map() -> None:
    far = Camera(id="far", name="", where=Point(129.0, 35.0))
    assert scene.from_register([far], None, 1).origin == far.where
