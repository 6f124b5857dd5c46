"""The picture shows what stands and moves before the camera, and hides what a building hides."""

import numpy as np
import pytest

from bongsu.world import barcode
from bongsu.world.camera import picture
from bongsu.world.camera.atlas import Atlas
from bongsu.world.camera.backdrop import Backdrop, paint
from bongsu.world.camera.movers import draw
from bongsu.world.scene import Scene
from bongsu.world.traffic import Kind, Moment, Traffic
from fakes.world import MIDDLE, PLANE, a_house, a_scene, an_eye


def still_of(scene: Scene) -> Backdrop:
    return paint(scene.cameras[0], scene, Atlas(scene))


BARE = a_scene(roads=(), buildings=())
FIELD = still_of(BARE)
WALL = still_of(a_scene(roads=(), buildings=(a_house(0, -20, 20, 10),)))


def with_person(still: Backdrop, x: float, y: float) -> np.ndarray:
    frame = still.image.copy()
    moment = Moment(np.array([[x, y]], np.float32), np.array([[0, 1]], np.float32))
    draw(frame, still, moment, np.array([Kind.PERSON], np.uint8), np.array([9], np.uint8), 0)
    return np.argwhere((frame != still.image).any(axis=2))


def test_a_building_is_as_far_away_in_the_depth_as_it_is() -> None:
    row, column = 90, 320
    lens = WALL.lens
    place = lens.at + lens.rays()[row, column] * WALL.depth[row, column]
    x, y = PLANE.to_xy(MIDDLE)
    assert place[1] - y == pytest.approx(-30.0, abs=0.3)
    assert FIELD.depth[row, column] > 1e5


@pytest.mark.parametrize("kind", [Kind.CAR, Kind.VAN, Kind.TRUCK, Kind.BUS, Kind.PATROL, Kind.PERSON])
def test_every_kind_of_mover_is_drawn_where_it_is(kind: Kind) -> None:
    frame = FIELD.image.copy()
    moment = Moment(np.array([[3, -35]], np.float32), np.array([[0.6, 0.8]], np.float32))
    draw(frame, FIELD, moment, np.array([kind], np.uint8), np.array([9], np.uint8), 0)
    changed = np.argwhere((frame != FIELD.image).any(axis=2))
    foot, _ = FIELD.lens.project(np.array([3.0, -35.0, 0.5]))
    assert len(changed) > 20
    assert np.abs(changed.mean(axis=0)[::-1] - foot).max() < 45


def test_somebody_behind_a_building_is_not_seen() -> None:
    assert len(with_person(WALL, 0.0, -5.0)) == 0
    assert len(with_person(WALL, 0.0, -35.0)) > 20


def test_a_bus_half_behind_a_building_is_half_seen() -> None:
    def covers(still: Backdrop) -> int:
        frame = still.image.copy()
        moment = Moment(np.array([[18, -6]], np.float32), np.array([[1, 0]], np.float32))
        draw(frame, still, moment, np.array([Kind.BUS], np.uint8), np.array([9], np.uint8), 0)
        return len(np.argwhere((frame != still.image).any(axis=2)))

    assert 0 < covers(WALL) < 0.8 * covers(FIELD)


def test_somebody_behind_the_camera_is_not_seen() -> None:
    assert len(with_person(FIELD, 0.0, -75.0)) == 0


def test_a_picture_carries_its_camera_and_its_time() -> None:
    scene = a_scene()
    eye = scene.cameras[0]
    ms = 1_790_000_000_066
    planes = picture.compose(eye, FIELD, Traffic(scene), ms)
    assert planes.shape == (540, 640)
    assert barcode.read(planes[:360]) == (barcode.camera_number(eye.id), ms % 2**40)


def test_the_clock_on_screen_is_korean_time() -> None:
    assert picture.clock_text(1_790_000_000_120) == "2026-09-21 23:13:20.12"


def test_two_cameras_on_one_pole_see_different_things() -> None:
    scene = a_scene(cameras=(an_eye(heading_deg=10.0), an_eye(heading_deg=190.0)))
    atlas = Atlas(scene)
    first, second = (paint(eye, scene, atlas).image for eye in scene.cameras)
    assert np.abs(first.astype(int) - second).mean() > 5
