"""The picture shows what stands and moves before the camera, and hides what a building hides."""

import numpy as np
import pytest

from bongsu.world import barcode
from bongsu.world.camera import picture
from bongsu.world.camera.atlas import Atlas
from bongsu.world.camera.backdrop import paint
from bongsu.world.camera.lighting import Shot
from bongsu.world.camera.movers import draw
from bongsu.world.traffic import Kind
from fakes.pictures import shot_of, still_of, things
from fakes.world import MIDDLE, PLANE, a_house, a_scene, an_eye

BARE = a_scene(roads=(), buildings=())
FIELD = shot_of(still_of(BARE))
WALL_STILL = still_of(a_scene(roads=(), buildings=(a_house(0, -20, 20, 10),)))
WALL = shot_of(WALL_STILL)


def drawn(shot: Shot, *movers, **how) -> np.ndarray:
    frame = shot.image.copy()
    draw(frame, shot, things(*movers, **how), 0)
    return np.argwhere((frame != shot.image).any(axis=2))


def test_a_building_is_as_far_away_in_the_depth_as_it_is() -> None:
    row, column = 90, 320
    lens = WALL.lens
    place = lens.at + lens.rays()[row, column] * WALL.depth[row, column]
    x, y = PLANE.to_xy(MIDDLE)
    assert place[1] - y == pytest.approx(-30.0, abs=0.3)
    assert FIELD.depth[row, column] > 1e5


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_mover_is_drawn_where_it_is(kind: Kind) -> None:
    changed = drawn(FIELD, (kind, 3, -35), towards=(0.6, 0.8))
    foot, _ = FIELD.lens.project(np.array([3.0, -35.0, 0.5]))
    assert len(changed) > 20
    assert np.abs(changed.mean(axis=0)[::-1] - foot).max() < 45


def test_somebody_behind_a_building_is_not_seen() -> None:
    assert len(drawn(WALL, (Kind.PERSON, 0, -5))) == 0
    assert len(drawn(WALL, (Kind.PERSON, 0, -35))) > 20


def test_a_bus_half_behind_a_building_is_half_seen() -> None:
    half, whole = (len(drawn(shot, (Kind.BUS, 18, -6), towards=(1, 0))) for shot in (WALL, FIELD))
    assert 0 < half < 0.8 * whole


def test_somebody_behind_the_camera_is_not_seen() -> None:
    assert len(drawn(FIELD, (Kind.PERSON, 0, -75))) == 0


def test_a_picture_carries_its_camera_and_its_time() -> None:
    eye = a_scene().cameras[0]
    ms = 1_790_000_000_066
    planes = picture.compose(eye, FIELD, things(), (), ms, ms)
    assert planes.shape == (540, 640)
    assert barcode.read(planes[:360]) == (barcode.camera_number(eye.id), ms % 2**40)


def test_the_clock_on_screen_is_korean_time() -> None:
    assert picture.clock_text(1_790_000_000_120) == "2026-09-21 23:13:20.12"


def test_the_clock_on_screen_goes_on_and_is_the_simulated_one() -> None:
    eye, clock = a_scene().cameras[0], np.s_[picture.CAPTION_TOP : barcode.TOP, picture.WIDTH - 208 :]

    def at(ms: int, clock_ms: int) -> np.ndarray:
        return picture.compose(eye, FIELD, things(), (), ms, clock_ms)[:360][clock]

    assert (at(0, 1000) != at(0, 2000)).mean() > 0.01
    assert np.abs(at(0, 1000).astype(int) - at(1_000_000, 1000)).max() < 16, "the barcode's time is none of the clock's"


def test_two_cameras_on_one_pole_see_different_things() -> None:
    scene = a_scene(cameras=(an_eye(heading_deg=10.0), an_eye(heading_deg=190.0)))
    atlas = Atlas(scene)
    first, second = (paint(eye, scene, atlas).image for eye in scene.cameras)
    assert np.abs(first.astype(int) - second).mean() > 5
