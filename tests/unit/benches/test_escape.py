"""The escape bench: who is judged seen, fugitives who move as people can, and what a recording is worth."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from bongsu.benches.escape.arms import LIVE, REPLAY, arms_of, seen
from bongsu.benches.escape.follow import followed
from bongsu.benches.escape.site import REACH_M, Site, site_of, spots_at
from bongsu.benches.roads import made
from bongsu.city.pursuit.modes import Mode
from bongsu.city.pursuit.plan import begin
from bongsu.world.fugitives import WAYS, flee

HERE = np.zeros(2)


@cache
def a_site() -> Site:
    return site_of("town", made.city(26), None, seed=1)


def standing(xy: np.ndarray, from_s: float = 0.0, to_s: float = 1e9):
    return lambda seconds: np.where(((seconds >= from_s) & (seconds <= to_s))[:, None], xy, np.nan)


def test_whoever_stands_before_a_watched_camera_is_seen_and_beyond_its_reach_not() -> None:
    site = a_site()
    camera = site.cameras[5]
    watched = [np.array([5])] * LIVE.count
    assert seen(site, standing(camera + np.array([REACH_M - 1, 0])), LIVE, watched)
    assert not seen(site, standing(camera + np.array([REACH_M + 1, 0])), LIVE, watched)


def test_a_camera_sees_only_in_the_slot_it_is_watched_in() -> None:
    site = a_site()
    third = [np.array([5]) if slot == 2 else np.empty(0, np.int64) for slot in range(LIVE.count)]
    assert seen(site, standing(site.cameras[5], 180.0, 209.0), LIVE, third)
    assert not seen(site, standing(site.cameras[5], 120.0, 179.4), LIVE, third)
    assert not seen(site, standing(site.cameras[5], 210.0, 420.0), LIVE, third)


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("mode", Mode)
def test_fugitives_move_as_fast_as_people_can_and_the_same_chance_flees_the_same_way(how: str, mode: Mode) -> None:
    site = a_site()
    one, again = (flee(site.net, how, mode.value, HERE, np.random.default_rng(4)) for _ in range(2))
    assert np.array_equal(one.xy, again.xy)
    assert np.array_equal(one.at_s, again.at_s)
    assert (np.diff(one.at_s) > 0).all()
    speed = np.hypot(*np.diff(one.xy, axis=0).T) / np.diff(one.at_s)
    assert len(speed) > 3
    assert speed.max() < 40.0
    assert np.hypot(*one.xy[0]) < 200.0


def test_someone_who_doubles_back_comes_by_again_and_someone_who_goes_home_does_not() -> None:
    site = a_site()
    near = {}
    for how in ("loop", "home"):
        flights = [flee(site.net, how, "foot", HERE, np.random.default_rng(seed)) for seed in range(12)]
        near[how] = sum(np.hypot(*(one.xy[len(one.xy) // 2 :] - one.xy[0]).T).min() < 30.0 for one in flights)
    assert near["loop"] >= 10
    assert near["home"] <= 2


def test_every_arm_watches_its_nine_and_the_nearest_are_the_nearest() -> None:
    site = a_site()
    spots = spots_at(site, HERE)
    assert spots is not None
    arms = arms_of(site, begin(site.field, spots, LIVE.to_ms, 1, Mode.FOOT), HERE)
    assert all(len(cameras) <= 9 for _, watched in arms.values() for cameras in watched)
    apart = np.hypot(*site.cameras.T)
    assert apart[arms["nearest"][1][0]].max() <= np.sort(apart)[8]
    assert arms["replay_planned_4"][0] == REPLAY


def test_whom_a_recording_shows_is_watched_for_from_there() -> None:
    site = a_site()
    spots = spots_at(site, HERE)
    assert spots is not None
    belief = begin(site.field, spots, LIVE.to_ms, 1, Mode.FOOT)
    far = int(np.argmin(np.hypot(*(site.cameras - (500.0, 0.0)).T)))
    there = standing(site.cameras[far], 80.0, 160.0)
    nobody = [np.empty(0, np.int64)] * LIVE.count
    assert followed(site, belief, Mode.FOOT, there, nobody, [np.array([far])])
    assert not followed(site, belief, Mode.FOOT, there, nobody, [np.array([(far + 1) % len(site.cameras)])])
