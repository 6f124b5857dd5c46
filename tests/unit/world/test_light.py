"""The sky over a picture: shadows fall away from the sun, nights are dark but lit, weather shows."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from bongsu.world.camera import picture
from bongsu.world.camera.light import light_of, step
from bongsu.world.camera.shadows import cast
from bongsu.world.sky import Weather
from bongsu.world.traffic import Kind
from fakes.pictures import SKIES, a_fire, a_sky, shot_of, still_of, things
from fakes.world import a_house, a_scene, an_eye

HOUSE = still_of(a_scene(roads=(), buildings=(a_house(0, -20, 8, 6),), cameras=(an_eye(height_m=14.0),)))
STREET = still_of(a_scene())
EYE = a_scene().cameras[0]


def luma(shot) -> float:
    return float(cv2.cvtColor(shot.image, cv2.COLOR_BGR2GRAY).mean())


@pytest.mark.parametrize("altitude_deg", [25.0, 50.0])
@pytest.mark.parametrize("azimuth_deg", [75.0, 180.0, 255.0])
def test_a_house_casts_its_shadow_away_from_the_sun_and_as_long_as_the_sun_is_low(azimuth_deg, altitude_deg):
    light = light_of(a_sky(sun_azimuth_deg=azimuth_deg, sun_altitude_deg=altitude_deg))
    dark = cast(HOUSE.blocks, [], HOUSE.lens, light) < 128
    reach = 6 / math.tan(math.radians(altitude_deg))
    away = np.array([-math.sin(math.radians(azimuth_deg)), -math.cos(math.radians(azimuth_deg))])

    def is_dark(metres_from_wall: float) -> bool:
        half = 4 / max(abs(away))
        spot = np.array([0.0, -20.0]) + away * (half + metres_from_wall)
        (x, y), _ = HOUSE.lens.project(np.array([*spot, 0.0]))
        return bool(dark[int(y), int(x)])

    assert is_dark(reach * 0.5)
    assert not is_dark(reach + 2.5)
    (x, y), _ = HOUSE.lens.project(np.array([*(np.array([0.0, -20.0]) - away * 7.5), 0.0]))
    assert not dark[int(y), int(x)], "towards the sun it is bright"


def test_under_a_closed_sky_nothing_casts_a_shadow():
    for name in ("rain", "snow", "fog", "night"):
        assert not light_of(SKIES[name]).casts


def test_a_vehicle_throws_its_shadow_where_the_sun_says():
    shots = [shot_of(STREET, a_sky(sun_azimuth_deg=azimuth, sun_altitude_deg=30.0)) for azimuth in (90.0, 270.0)]
    west, east = (_shadow_columns(shot) for shot in shots)
    assert west < east


def _shadow_columns(shot) -> float:
    """The middle of the ground that a van before the camera darkens, in pixels from the left."""
    frame = shot.image.copy()
    picture.movers.draw(frame, shot, things((Kind.VAN, 0, -40)), 0)
    darker = frame.astype(int).sum(axis=2) - shot.image.astype(int).sum(axis=2) < -30
    low = np.argwhere(darker[200:])
    return float(low[:, 1].mean())


def test_night_is_darker_than_dusk_and_dusk_than_day():
    day, dusk, night = (luma(shot_of(STREET, SKIES[name])) for name in ("noon", "dusk", "night"))
    assert day > dusk > 1.5 * night > 5


def test_at_night_lamps_make_pools_of_light():
    night = shot_of(STREET, SKIES["night"])
    assert night.local.max() > 4 * night.local.min()


def test_an_infrared_camera_sees_in_grey_at_night_and_in_colour_by_day():
    night, day = (shot_of(STREET, SKIES[name], infrared=True) for name in ("night", "noon"))
    assert night.grey
    assert not day.grey
    assert np.ptp(night.image.astype(int), axis=2).max() == 0
    planes = picture.compose(EYE, night, things((Kind.CAR, 0, -40)), (), 0, 0)
    assert set(np.unique(planes[360:])) == {128}


def test_fog_hides_what_is_far_and_leaves_what_is_near():
    clear, fog = (shot_of(STREET, SKIES[name]).image.astype(int) for name in ("noon", "fog"))
    far, near = np.s_[120:170], np.s_[300:330]
    assert fog[far].std() < 0.5 * clear[far].std()
    assert fog[near].std() > fog[far].std() * 0.5


def test_snow_whitens_the_ground():
    assert (
        shot_of(STREET, SKIES["snow"]).image[300:330].mean() > shot_of(STREET, SKIES["rain"]).image[300:330].mean() + 30
    )


@pytest.mark.parametrize("weather", [Weather.RAIN, Weather.SNOW])
def test_what_falls_falls(weather):
    shot = shot_of(STREET, a_sky(weather=weather, light=0.5))
    first, second = (picture.compose(EYE, shot, things(), (), ms, 0)[:300].astype(int) for ms in (0, 66))
    assert (np.abs(first - second) > 12).mean() > 0.005


def test_night_is_grainier_than_day():
    def grain(name: str) -> float:
        shot = shot_of(STREET, SKIES[name])
        first, second = (picture.compose(EYE, shot, things(), (), ms, 0)[:300].astype(float) for ms in (0, 700))
        return float((first - second).std())

    assert grain("night") > 1.5 * grain("noon")


def test_the_same_moment_is_the_same_picture():
    shot = shot_of(STREET, SKIES["rain at night"])
    first, again = (picture.compose(EYE, shot, things((Kind.CAR, 0, -40)), (a_fire(),), 4711, 0) for _ in range(2))
    assert (first == again).all()


def test_a_fire_is_bright_and_its_smoke_rises_above_it():
    shot = shot_of(STREET)
    frame = shot.image.copy()
    picture.blaze.draw(frame, shot, a_fire(), 5000)
    (x, y), _ = shot.lens.project(np.array([0.0, -20.0, 1.5]))
    assert frame[int(y), int(x), 2] > 200
    changed = np.argwhere((np.abs(frame.astype(int) - shot.image) > 8).any(axis=2))
    assert changed[:, 0].min() < y - 60


def test_a_sky_that_changed_by_nothing_one_could_see_is_lit_once():
    assert step(a_sky(sun_altitude_deg=30.1)) == step(a_sky(sun_altitude_deg=30.3))
    assert step(a_sky(sun_altitude_deg=30.1)) != step(a_sky(sun_altitude_deg=33.0))
