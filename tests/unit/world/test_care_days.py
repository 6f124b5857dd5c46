"""Usual days go on for ever with nothing in them; a story breaks into its own site's day and into no other's."""

from __future__ import annotations

import pytest

from bongsu.core.errors import Invalid
from bongsu.core.geo import Plane, Point, distance_m
from bongsu.world.care import SCENES, Place, Reading
from bongsu.world.care.days import DAYS, MONDAY_MS, Story, day_of, life_of, live_of, merged, midnight_before
from bongsu.world.care.process import Care, lives_of, story_of
from bongsu.world.care.register import COLUMNS, write
from bongsu.world.care.story import DAY_MS, HOUR_MS
from bongsu.world.care.town import Spots, moved

TODAY_MS = MONDAY_MS + 400 * DAY_MS
NOON_MS = TODAY_MS + 12 * HOUR_MS


@pytest.fixture(scope="module", params=SCENES)
def service(request):
    return request.param, SCENES[request.param](5, DAYS, MONDAY_MS)


def test_every_site_has_a_usual_workday_and_every_device_but_a_bus_a_usual_weekend(service):
    name, scene = service
    life = life_of(scene)
    assert {site for site, works in life.days if works} == set(life.sites.values())
    if name != "childcare":
        assert {site for site, works in life.days if not works} == set(life.sites.values())


def test_a_usual_day_holds_nothing_of_what_befell():
    """A fire's heat and smoke, which no usual day of a bin has, are in no day that is told."""
    scene = SCENES["smart_bins"](5, DAYS, MONDAY_MS)
    assert max(one.result for one in scene.told if one.property == "temperature") > 200
    life = life_of(scene)
    told = [one for days in life.days.values() for day in days for one in day]
    assert max(one.result for one in told if one.property == "temperature") < 30
    assert max(one.result for one in told if one.property == "smoke") < 0.1


def test_a_day_is_told_in_order_within_its_own_bounds(service):
    life = life_of(service[1])
    told = list(day_of(life, TODAY_MS))
    assert told == sorted(told, key=lambda one: (one.time_ms, one.device))
    assert all(TODAY_MS <= one.time_ms < TODAY_MS + DAY_MS for one in told)


def test_a_story_is_told_by_its_site_alone_and_nothing_else_is_told_there_meanwhile(service):
    name, scene = service
    case = next(one for one in scene.cases if one.what != "full")
    life, live = life_of(scene), live_of(scene, Story(name, case.what, NOON_MS))
    usual, told = list(day_of(life, TODAY_MS)), merged(life, TODAY_MS, [live])
    here = [one for one in told if life.sites[one.device] == case.site]
    during = [one for one in here if live.begin_ms <= one.time_ms <= live.end_ms]
    assert during == [one for one in live.told if one.time_ms < TODAY_MS + DAY_MS]
    elsewhere = [one for one in told if life.sites[one.device] != case.site]
    assert elsewhere == [one for one in usual if life.sites[one.device] != case.site]


def test_a_story_past_midnight_goes_on_the_next_day_and_nothing_of_it_is_told_twice():
    scene = SCENES["smart_bins"](5, DAYS, MONDAY_MS)
    life, live = life_of(scene), live_of(scene, Story("smart_bins", "fire", TODAY_MS + DAY_MS - 1))
    told = [one for day in (0, 1) for one in merged(life, TODAY_MS + day * DAY_MS, [live])]
    kept = [one for one in told if one in live.told]
    assert sorted(kept) == sorted(live.told)
    assert any(one.time_ms >= TODAY_MS + DAY_MS for one in kept)


def test_the_nth_of_a_story_is_another_site_and_one_there_is_not_is_named():
    scene = SCENES["room_fire"](5, DAYS, MONDAY_MS)
    sites = {live_of(scene, Story("room_fire", "fire", NOON_MS, nth)).case.site for nth in range(3)}
    assert len(sites) == 3
    with pytest.raises(Invalid, match="care.story") as problem:
        live_of(scene, Story("room_fire", "flood", NOON_MS))
    assert "smouldering" in str(problem.value.facts["there"])


def test_a_story_is_written_as_service_case_number_and_seconds():
    assert story_of("room_fire/fire#2@20", 1_000) == Story("room_fire", "fire", 21_000, 2)
    assert story_of("room_fire/steam", 1_000) == Story("room_fire", "steam", 1_000, 0)
    for word in ("fire", "moon/fire", "room_fire/fire@soon", "room_fire/fire#x"):
        with pytest.raises(Invalid, match="care.story"):
            story_of(word, 0)
    with pytest.raises(Invalid, match="care.story"):
        lives_of(Care({}), [Story("room_fire", "fire", 0)])


def test_a_days_counter_only_tells_how_much_it_rose():
    life = life_of(SCENES["water_meters"](5, DAYS, MONDAY_MS))
    rises = [
        one.result for one in day_of(life, TODAY_MS) if isinstance(one, Reading) and one.property == "water_volume"
    ]
    assert min(rises) >= 0
    assert 0 < sum(rises) / 40 < 2.0


def test_midnight_is_koreas():
    assert midnight_before(NOON_MS) == TODAY_MS
    assert midnight_before(TODAY_MS) == TODAY_MS
    assert midnight_before(TODAY_MS - 1) == TODAY_MS - DAY_MS


SPOTS = Spots(
    tuple(Point(127.2 + n * 1e-3, 36.5) for n in range(50)), tuple(Point(127.3 + n * 1e-3, 36.6) for n in range(50))
)


def test_sites_are_put_into_the_city_and_zones_and_ways_with_them(service):
    name, scene = service
    put = moved(scene, name, SPOTS, 1)
    for device in put.devices:
        if device.where is not None:
            assert 127.19 < device.where.lon < 127.36
            assert 36.49 < device.where.lat < 36.61
    assert set(put.zones) == set(scene.zones)
    for before, after in zip(scene.told, put.told, strict=True):
        if isinstance(after, Place):
            ring = put.zones[after.device][:-1]
            home = Point(sum(lon for lon, _ in ring) / len(ring), sum(lat for _, lat in ring) / len(ring))
            was = scene.zones[after.device][:-1]
            at = Point(sum(lon for lon, _ in was) / len(was), sum(lat for _, lat in was) / len(was))
            far_m, far_before_m = (
                distance_m(Point(after.lon, after.lat), home), distance_m(Point(before.lon, before.lat), at)
            )  # fmt: skip
            assert far_m == pytest.approx(far_before_m, rel=0.02, abs=0.5)
        else:
            assert after == before


def test_single_rooms_stay_side_by_side():
    rooms = [d.where for d in moved(SCENES["room_fire"](5, DAYS, MONDAY_MS), "room_fire", SPOTS, 1).devices]
    plane = Plane(rooms[0])
    assert max(max(map(abs, plane.to_xy(one))) for one in rooms) < 60


def test_the_register_names_every_device_and_no_ones_gateway(tmp_path):
    care = Care({name: SCENES[name](5, DAYS, MONDAY_MS) for name in ("childcare", "wandering")})
    write(care, tmp_path)
    rows = (tmp_path / "devices.csv").read_text("utf-8").splitlines()
    assert rows[0] == ",".join(COLUMNS)
    assert len(rows) == 1 + len(care.devices)
    assert (tmp_path / "zones.json").read_text("utf-8").count('"ring"') == 20
