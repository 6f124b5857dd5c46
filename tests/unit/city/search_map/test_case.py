"""A case's map: looks in any order, the next best place is the best, and camera time is accounted for."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bongsu.benches.roads import made
from bongsu.city.search_map.case import Case, believe, search_map
from bongsu.city.search_map.land import Land, land_of
from bongsu.city.search_map.looks import spans_of, stretches_in
from bongsu.city.ways import ways_of
from bongsu.core.asset import Camera, Ground
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.core.search import Looked
from bongsu.settings import CameraSettings
from fakes.streets import a_grid, place

SEEN = 1_795_000_000_000
NOW = SEEN + 2 * 3_600_000
MINUTE = 60_000
AT = datetime(2026, 11, 23, tzinfo=UTC)


def a_land() -> Land:
    ways = ways_of(made.city(20), ("foot",))
    spots = ways.streets.shape[:: max(len(ways.streets.shape) // 40, 1)]
    cameras = [
        Camera(id=f"C{row:02d}", name=f"C{row}", where=ways.streets.plane.to_point(x + 3, y))
        for row, (x, y) in enumerate(spots.tolist())
    ]
    return land_of(ways, cameras, CameraSettings())


LAND = a_land()
MIDDLE = LAND.ways.streets.plane.to_point(*np.median(LAND.middle, axis=0).tolist())
CASE = Case(incident="I1", number=0, subject="dementia", where=MIDDLE, seen_ms=SEEN)


def a_review(camera: str, begin: int, end: int) -> Looked:
    return Looked(incident="I1", at=AT, by="u", camera=camera, from_ms=SEEN + begin * MINUTE, to_ms=SEEN + end * MINUTE)


def a_walk(row: int, minutes: float, mode: str = "foot") -> Looked:
    streets, link = LAND.ways.streets, int(LAND.stretches.link[row])
    points = streets.shape[streets.lies[link] : streets.lies[link + 1]]
    line = tuple((at.lon, at.lat) for at in (streets.plane.to_point(x, y) for x, y in points.tolist()))
    return Looked(incident="I1", at=AT, by="u", lines=(line,), minutes=minutes, mode=mode)


spans = st.tuples(st.integers(0, 100), st.integers(1, 40)).map(lambda one: (one[0], one[0] + one[1]))
reviews = st.builds(lambda row, span: a_review(LAND.cameras[row], *span), st.integers(0, len(LAND.cameras) - 1), spans)
walks = st.builds(a_walk, st.integers(0, len(LAND.middle) - 1), st.floats(0.5, 90), st.sampled_from(("foot", "car")))
looks = st.lists(st.one_of(reviews, walks), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(looks, st.randoms(use_true_random=False))
def test_a_map_sums_to_one_and_does_not_mind_the_order_of_looks(told, chance):
    mixed = list(told)
    chance.shuffle(mixed)
    one, other = (believe(LAND, replace(CASE, looks=tuple(rows)), NOW) for rows in (told, mixed))
    assert one.poa.sum() == pytest.approx(1)
    assert (one.poa >= 0).all()
    assert np.array_equal(one.poa, other.poa)
    assert (
        search_map(LAND, replace(CASE, looks=tuple(told)), NOW).heat
        == search_map(LAND, replace(CASE, looks=tuple(mixed)), NOW).heat
    )


@settings(max_examples=40, deadline=None)
@given(looks, st.one_of(reviews, walks))
def test_one_look_more_never_raises_what_it_looked_at_against_the_rest_and_never_unsearches(told, more):
    before = believe(LAND, replace(CASE, looks=tuple(told)), NOW)
    after = believe(LAND, replace(CASE, looks=(*told, more)), NOW)
    assert after.searched >= before.searched - 1e-12
    fell = after.kept.left < before.kept.left - 1e-15
    if fell.any() and before.poa[fell].sum() < 1:
        assert after.poa[fell].sum() <= before.poa[fell].sum() + 1e-12
    assert (after.kept.left <= before.kept.left + 1e-15).all()


def test_minutes_that_two_people_reviewed_count_once():
    whole = (a_review("C01", 10, 30), a_review("C01", 20, 40), a_review("C01", 40, 41), a_review("C01", 50, 60))
    assert spans_of(whole)["C01"] == (
        (SEEN + 10 * MINUTE, SEEN + 41 * MINUTE),
        (SEEN + 50 * MINUTE, SEEN + 60 * MINUTE),
    )
    twice = believe(LAND, replace(CASE, looks=(a_review("C20", 0, 60), a_review("C20", 10, 50))), NOW)
    once = believe(LAND, replace(CASE, looks=(a_review("C20", 0, 60),)), NOW)
    assert np.array_equal(once.poa, twice.poa)


def test_a_recording_from_before_they_can_have_come_by_says_nothing():
    bare = believe(LAND, CASE, NOW)
    nearest = {c: bare.arrives_ms[LAND.sights.stretch[LAND.sights.camera == row]] for row, c in enumerate(LAND.cameras)}
    far = max((c for c in nearest if len(nearest[c])), key=lambda c: nearest[c].min())
    begin = (int(nearest[far].min()) - SEEN) // MINUTE
    assert begin > 5
    early = believe(LAND, replace(CASE, looks=(a_review(far, 0, begin),)), NOW)
    assert np.array_equal(early.poa, bare.poa)
    later = believe(LAND, replace(CASE, looks=(a_review(far, 0, begin + 60),)), NOW)
    assert later.searched > 0


def test_the_next_recording_finds_what_it_promises_and_is_the_best_there_is():
    bare = search_map(LAND, CASE, NOW)
    best = bare.reviews[0]
    assert [one.per_minute for one in bare.reviews] == sorted((r.per_minute for r in bare.reviews), reverse=True)
    done = replace(CASE, looks=(a_review(best.camera, 0, 0),), number=1)
    look = replace(done.looks[0], from_ms=best.from_ms, to_ms=best.to_ms)
    after = search_map(LAND, replace(CASE, looks=(look,), number=1), NOW)
    assert after.searched == pytest.approx(best.finds, abs=1e-4)
    again = [one for one in after.reviews if one.camera == best.camera]
    assert not again or again[0].from_ms >= best.to_ms
    for other in bare.reviews[1:]:
        look = replace(look, camera=other.camera, from_ms=other.from_ms, to_ms=other.to_ms)
        found = believe(LAND, replace(CASE, looks=(look,)), NOW).searched
        assert found * MINUTE / (other.to_ms - other.from_ms) <= best.per_minute + 1e-6


def test_the_next_street_finds_what_it_promises_and_comes_down_once_it_was_walked():
    bare = search_map(LAND, CASE, NOW)
    best = bare.patrols[0]
    look = Looked(incident="I1", at=AT, by="u", lines=best.lines, minutes=best.minutes)
    after = search_map(LAND, replace(CASE, looks=(look,)), NOW)
    assert after.searched == pytest.approx(best.finds, rel=0.15)
    assert after.patrolled == best.lines
    again = [one for one in after.patrols if one.lines == best.lines]
    assert not again or again[0].per_minute < best.per_minute


def test_the_account_of_a_camera_is_the_time_since_they_can_have_come_by():
    bare = search_map(LAND, CASE, NOW)
    camera = bare.cameras[0]
    assert (bare.reviewed_s, camera.reviewed_s) == (0, 0)
    begin = (NOW - SEEN) // 1000 - camera.unreviewed_s
    look = a_review(camera.camera, 0, 0)
    look = replace(look, from_ms=SEEN + (begin + 60) * 1000, to_ms=SEEN + (begin + 360) * 1000)
    after = search_map(LAND, replace(CASE, looks=(look,)), NOW)
    (row,) = [one for one in after.cameras if one.camera == camera.camera]
    assert row.reviewed_s == pytest.approx(300, abs=1)
    assert row.reviewed_s + row.unreviewed_s == pytest.approx(camera.unreviewed_s, abs=1)
    assert after.unreviewed_s == pytest.approx(bare.unreviewed_s - 300, abs=1)


def test_a_known_heading_draws_the_map_that_way():
    east = believe(LAND, replace(CASE, heading_deg=90.0), NOW).poa
    right = LAND.middle[:, 0] > np.median(LAND.middle[:, 0])
    assert east[right].sum() > believe(LAND, CASE, NOW).poa[right].sum() + 0.05


def test_heat_holds_nine_tenths_most_probable_first():
    found = search_map(LAND, CASE, NOW)
    assert 0.9 <= found.shown < 0.95
    levels = [row[4] for row in found.heat]
    assert levels == sorted(levels)
    assert set(levels) == {0, 1, 2, 3}


def test_the_inside_of_a_ring_is_searched_and_nothing_else():
    plane = LAND.ways.streets.plane
    (x, y), half = np.median(LAND.middle, axis=0), 150.0
    corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    ring = tuple((at.lon, at.lat) for at in (plane.to_point(*corner) for corner in (*corners, corners[0])))
    rows = stretches_in(LAND, Looked(incident="I1", at=AT, by="u", ring=ring, minutes=20.0))
    inside = (np.abs(LAND.middle - (x, y)) < half).all(axis=1)
    assert len(rows) > 0
    assert set(rows) == set(np.flatnonzero(inside))


def test_a_place_without_streets_is_said():
    with pytest.raises(Invalid, match=r"roads\.off_map"):
        search_map(LAND, replace(CASE, where=Point(126.0, 36.0)), NOW)


def test_a_city_without_recorded_cameras_still_has_a_map_and_streets_to_walk():
    bare = land_of(ways_of(Ground(roads=a_grid(5)[1]), ("foot",)), [], CameraSettings())
    found = search_map(bare, replace(CASE, where=place(200, 200)), NOW)
    assert (found.reviews, found.cameras, found.reviewed_s) == ((), (), 0)
    assert found.patrols
