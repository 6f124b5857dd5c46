"""A flight in a city: ids, places and times, whom the asker may be shown, and what was seen folded in order."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from msgspec.structs import replace

from bongsu.benches.roads import made
from bongsu.city.pursuit.case import watch_plan
from bongsu.city.pursuit.ground import Hunt, hunt_of, usable_of
from bongsu.city.ways import ways_of
from bongsu.core.asset import Camera, Ground, Purpose, Road
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.core.pursuit import Fled, Sighting
from bongsu.core.revision import PurposeTerms
from bongsu.settings import CameraSettings

ACT_MS = 1_760_000_000_000
NOW_MS = ACT_MS + 120_000
FLED = Fled(incident="i-1", where=made.SEOUL.origin, at_ms=ACT_MS, mode="car")


def at(x: float, y: float) -> Point:
    return made.SEOUL.to_point(x, y)


def cameras(ground: Ground) -> list[Camera]:
    chance = np.random.default_rng(2)
    corners = sorted({place for road in ground.roads for place in road.line})
    picked = chance.choice(len(corners), 260, replace=False)
    kinds = (Purpose.CRIME, Purpose.TRAFFIC)
    return [
        Camera(id=f"c{n:03}", name="", where=Point(*corners[row]), purposes=(kinds[n % 2],))
        for n, row in enumerate(picked)
    ]


@cache
def a_hunt() -> Hunt:
    ground = made.city(26)
    out = ground.roads[0].line[0], made.SEOUL.to_point(-2200.0, -1500.0)
    beyond = Road(id=9_999, line=(out[0], (out[1].lon, out[1].lat)), road_class="primary", name="나가는 길")
    known = replace(beyond, nodes=(ground.roads[0].nodes[0], 999_999))
    ground = replace(ground, roads=(*ground.roads, known))
    ways = ways_of(ground, ("patrol", "foot"))
    assert ways is not None
    return hunt_of(ways, cameras(ground), CameraSettings())


def test_a_plan_is_ten_slots_from_now_of_at_most_nine_cameras() -> None:
    plan = watch_plan(a_hunt(), FLED, (), NOW_MS)
    assert [slot.from_ms for slot in plan.slots] == [NOW_MS + 30_000 * n for n in range(10)]
    assert all(0 < len(slot.cameras) <= 9 for slot in plan.slots)
    assert 0.2 < plan.seen <= 1.0
    assert plan.replay
    assert plan.modes == {"car": 1.0}
    assert plan == watch_plan(a_hunt(), FLED, (), NOW_MS)


def test_whoever_may_not_see_a_camera_is_not_told_to_watch_it() -> None:
    hunt = a_hunt()
    terms = {
        Purpose.TRAFFIC: PurposeTerms(retention_days=30, agencies={"highways": ("consent",)}),
        Purpose.CRIME: PurposeTerms(retention_days=30, agencies={"police112": ("criminal_investigation",)}),
    }
    usable = usable_of(hunt.cameras, terms, "police112", "criminal_investigation")
    plan = watch_plan(hunt, FLED, (), NOW_MS, usable)
    kinds = {camera.id: camera.purposes for camera in hunt.cameras}
    named = {one.camera for slot in plan.slots for one in slot.cameras} | {one.camera for one in plan.replay}
    assert named
    assert {kinds[camera] for camera in named} == {(Purpose.CRIME,)}
    assert not usable_of(hunt.cameras, terms, "police112", "consent").any()


def test_a_sighting_moves_the_plan_to_where_they_were_seen() -> None:
    seen = Sighting(where=at(900, 0), at_ms=ACT_MS + 110_000, heading_deg=90.0)
    before, after = (watch_plan(a_hunt(), FLED, seen_of, NOW_MS) for seen_of in ((), (seen,)))
    where = {camera.id: made.SEOUL.to_xy(camera.where)[0] for camera in a_hunt().cameras}
    east = [np.mean([where[one.camera] for one in plan.slots[0].cameras]) for plan in (before, after)]
    assert east[1] > east[0] + 300
    assert (after.number, after.since_ms) == (1, seen.at_ms)
    assert after.seen > before.seen


def test_the_order_in_which_sightings_come_in_changes_nothing() -> None:
    one = Sighting(where=at(400, 0), at_ms=ACT_MS + 60_000)
    other = Sighting(where=at(800, 100), at_ms=ACT_MS + 100_000)
    assert watch_plan(a_hunt(), FLED, (one, other), NOW_MS) == watch_plan(a_hunt(), FLED, (other, one), NOW_MS)


def test_what_was_seen_before_the_deed_or_is_yet_to_be_is_not_of_this_flight() -> None:
    wrong = (Sighting(where=at(400, 0), at_ms=ACT_MS - 1), Sighting(where=at(400, 0), at_ms=NOW_MS + 1))
    assert watch_plan(a_hunt(), FLED, wrong, NOW_MS) == watch_plan(a_hunt(), FLED, (), NOW_MS)


def test_a_cold_trail_is_said_to_be_cold_and_planned_no_more() -> None:
    plan = watch_plan(a_hunt(), FLED, (), ACT_MS + 900_001)
    assert plan.cold
    assert plan.slots == ()


def test_a_deed_off_the_map_is_named() -> None:
    with pytest.raises(Invalid, match=r"roads\.off_map"):
        watch_plan(a_hunt(), replace(FLED, where=Point(128.5, 35.1)), (), NOW_MS)


def test_a_road_out_of_the_city_is_told_to_the_neighbour_with_its_time() -> None:
    near = replace(FLED, where=at(-1350, -1350))
    plan = watch_plan(a_hunt(), near, (), ACT_MS)
    assert [out.name for out in plan.exits] == ["나가는 길"]
    assert 0 < plan.exits[0].probability < 1
    assert ACT_MS < plan.exits[0].first_ms <= plan.exits[0].median_ms
