"""The escape watch plan: nobody beyond the frontier, no camera too many, and what a sighting leaves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.city.pursuit.cover import cover
from bongsu.city.pursuit.modes import Mode
from bongsu.city.pursuit.paths import Paths, place_on, places_at, standing
from bongsu.city.pursuit.plan import Belief, begin, plan_of, reach_of, sighted
from bongsu.city.pursuit.sights import Cells, Slots, cells_of, passes_of
from bongsu.city.pursuit.views import Eyes, views_of
from bongsu.city.roads.frontier import Frontier
from unit.city.pursuit.place import REACH_M, a_town, spots_at

UNTIL_MS = 420_000
places = st.tuples(st.floats(-900, 900), st.floats(-900, 900))


def earliest(frontier: Frontier) -> dict[int, int]:
    """By arc the first ms one can be on it."""
    first: dict[int, int] = {}
    for arc, ms in zip(frontier.arc.tolist(), frontier.ms.tolist(), strict=True):
        first[arc] = min(ms, first.get(arc, ms))
    return first


def assert_within(belief: Belief, frontier: Frontier) -> None:
    first, paths = earliest(frontier), belief.paths
    for arc, at_ms in zip(paths.arc.tolist(), paths.in_ms.tolist(), strict=True):
        assert at_ms - belief.since_ms >= first[arc]


@settings(max_examples=20, deadline=None)
@given(places, st.sampled_from(list(Mode)), st.integers(0, 99))
def test_no_particle_is_ever_beyond_the_frontier(xy: tuple[float, float], mode: Mode, seed: int) -> None:
    field, *_ = a_town()
    belief = begin(field, spots_at(xy), UNTIL_MS, seed, mode, particles=120)
    assert_within(belief, reach_of(field, belief.spots[mode], mode, UNTIL_MS))


@settings(max_examples=15, deadline=None)
@given(places, places, st.sampled_from(list(Mode)), st.integers(0, 99), st.integers(30_000, 300_000))
def test_after_a_sighting_nobody_is_where_they_could_not_have_come_to_from_there(
    xy: tuple[float, float], there: tuple[float, float], mode: Mode, seed: int, at_ms: int
) -> None:
    field, *_ = a_town()
    belief = begin(field, spots_at(xy), UNTIL_MS, seed, mode, particles=120)
    after = sighted(field, belief, spots_at(there), at_ms, UNTIL_MS, seed, particles=120)
    assert_within(after, reach_of(field, after.spots[mode], mode, UNTIL_MS - at_ms))
    assert after.paths.in_ms.min() >= at_ms
    assert after.weight.sum() == pytest.approx(1.0)


@settings(max_examples=15, deadline=None)
@given(places, st.sampled_from([*Mode, None]), st.integers(0, 99))
def test_ways_are_unbroken_in_place_and_time(xy: tuple[float, float], mode: Mode | None, seed: int) -> None:
    field, *_ = a_town()
    paths = begin(field, spots_at(xy), UNTIL_MS, seed, mode, particles=60).paths
    streets = field.paces[Mode.FOOT].network.streets
    follows = np.ones(len(paths.arc), bool)
    follows[paths.first[:-1][paths.first[:-1] < len(paths.arc)]] = False
    row = np.flatnonzero(follows)
    assert (streets.head[paths.arc[row - 1]] == streets.tail[paths.arc[row]]).all()
    assert (paths.in_ms[row] == paths.out_ms[row - 1]).all()
    assert (paths.out_ms >= paths.in_ms).all()
    assert (paths.low <= paths.high).all()


@pytest.mark.parametrize("mode", Mode)
def test_everybody_sets_out_from_the_place_itself(mode: Mode) -> None:
    field, *_ = a_town()
    spot = spots_at((130, 70))[mode]
    paths = begin(field, spots_at((130, 70)), UNTIL_MS, 4, mode, particles=60).paths
    streets = field.paces[mode].network.streets
    here = place_on(streets, spot.arc, spot.part)
    for particle in range(len(paths)):
        sets_out = paths.in_ms[paths.first[particle] : paths.first[particle] + 1]
        assert np.hypot(*(places_at(paths, streets, particle, sets_out)[0] - here)) < 0.2


def test_the_same_seed_gives_the_same_plan_and_another_one_another() -> None:
    field, *_ = a_town()
    plans = [plan_of(field, begin(field, spots_at((0, 0)), UNTIL_MS, seed, Mode.CAR), Slots()) for seed in (1, 1, 2)]
    assert np.array_equal(plans[0].watch.camera, plans[1].watch.camera)
    assert np.array_equal(plans[0].watch.gain, plans[1].watch.gain)
    assert not np.array_equal(plans[0].watch.gain, plans[2].watch.gain)


def test_each_slot_has_at_most_its_cameras_and_only_usable_ones() -> None:
    field, *_ = a_town()
    usable = np.arange(field.views.cameras) % 3 == 0
    plan = plan_of(field, begin(field, spots_at((0, 0)), UNTIL_MS, 3, Mode.FOOT), Slots(), most=4, usable=usable)
    assert np.bincount(plan.watch.slot, minlength=10).max() <= 4
    assert len(plan.watch.camera) > 0
    assert usable[plan.watch.camera].all()
    assert usable[plan.replay.camera].all()
    assert all(len(set(plan.watch.camera[plan.watch.slot == s])) == (plan.watch.slot == s).sum() for s in range(10))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True), min_size=1, max_size=9), st.data())
def test_more_cameras_never_see_less_and_gains_never_grow(seen: list[list[int]], data: st.DataObject) -> None:
    slot = sorted(data.draw(st.lists(st.integers(0, 2), min_size=len(seen), max_size=len(seen))))
    first = np.concatenate(([0], np.cumsum([len(one) for one in seen])))
    particle = np.array([p for one in seen for p in sorted(one)], np.int32)
    cells = Cells(np.array(slot, np.int32), np.arange(len(seen), dtype=np.int32), first, particle, 10)
    weight = np.full(10, 0.1)
    found = [cover(cells, 3, most, weight, noticed=1.0) for most in (1, 2, 3)]
    sums = [one.probability for one in found]
    assert sums == sorted(sums)
    assert (np.diff(found[-1].gain) <= 1e-12).all()
    union = {p for row in found[0].camera.tolist() for p in seen[row]}
    assert found[0].probability == pytest.approx(len(union) / 10)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 11), min_size=1, max_size=5, unique=True), min_size=1, max_size=7))
def test_one_slots_choice_sees_at_least_its_share_of_the_best_there_is(seen: list[list[int]]) -> None:
    from itertools import combinations

    first = np.concatenate(([0], np.cumsum([len(one) for one in seen])))
    particle = np.array([p for one in seen for p in sorted(one)], np.int32)
    cells = Cells(np.zeros(len(seen), np.int32), np.arange(len(seen), dtype=np.int32), first, particle, 12)
    best = max(len(set().union(*picked)) for picked in combinations(seen, min(2, len(seen)))) / 12
    assert cover(cells, 1, 2, np.full(12, 1 / 12), noticed=1.0).probability >= (1 - 1 / np.e) * best - 1e-9


def test_a_pass_is_where_the_camera_sees_and_when_the_particle_is_there() -> None:
    field, _, cameras = a_town()
    belief = begin(field, spots_at((0, 0)), UNTIL_MS, 5, Mode.BIKE, particles=60)
    streets, passes = field.paces[Mode.BIKE].network.streets, passes_of(belief.paths, field.views)
    assert len(passes.particle) > 100
    middle = (passes.in_ms + passes.out_ms) // 2
    for row in range(0, len(middle), 7):
        xy = places_at(belief.paths, streets, int(passes.particle[row]), middle[row : row + 1])[0]
        assert np.hypot(*(xy - cameras[passes.camera[row]])) <= REACH_M + 8.0


def test_where_all_stand_is_where_each_stands() -> None:
    field, *_ = a_town()
    paths: Paths = begin(field, spots_at((0, 0)), UNTIL_MS, 5, None, particles=40).paths
    streets = field.paces[Mode.FOOT].network.streets
    there = standing(paths, streets, 100_000)
    for particle in range(len(paths)):
        one = places_at(paths, streets, particle, np.array([100_000]))[0]
        assert np.allclose(there[particle], one, atol=0.05, equal_nan=True)


def test_a_slot_holds_who_passes_in_it_and_not_who_passed_before() -> None:
    field, *_ = a_town()
    belief = begin(field, spots_at((0, 0)), UNTIL_MS, 6, Mode.FOOT, particles=80)
    passes = passes_of(belief.paths, field.views)
    cells, slots = cells_of(passes, Slots(), len(belief.paths)), Slots()
    told = set()
    for cell in range(len(cells.slot)):
        for particle in cells.particle[cells.first[cell] : cells.first[cell + 1]].tolist():
            told.add((int(cells.slot[cell]), int(cells.camera[cell]), particle))
    truth = {
        (slot, int(camera), int(particle))
        for particle, camera, came, went in zip(
            passes.particle, passes.camera, passes.in_ms, passes.out_ms, strict=True
        )
        for slot in range(10)
        if came < slots.from_ms + (slot + 1) * slots.each_ms and went >= slots.from_ms + slot * slots.each_ms
    }
    assert told == truth


def test_a_heading_makes_most_go_on_that_way() -> None:
    field, *_ = a_town()
    east = spots_at((0, 0), heading_rad=0.0)
    belief = begin(field, east, UNTIL_MS, 8, Mode.CAR, particles=400)
    first = belief.paths.arc[belief.paths.first[:-1]]
    assert (first == east[Mode.CAR].arc).mean() > 0.75


def test_a_sighting_tells_of_how_they_flee_and_a_surprising_one_is_said_to_be() -> None:
    field, *_ = a_town()
    belief = begin(field, spots_at((0, 0)), UNTIL_MS, 9)
    far = sighted(field, belief, spots_at((900, 0)), 160_000, UNTIL_MS, 9)
    assert far.explained
    assert far.share.get(Mode.FOOT, 0.0) < belief.share[Mode.FOOT]
    never = sighted(field, belief, spots_at((1300, 1300)), 10_000, UNTIL_MS, 9)
    assert not never.explained
    assert never.share == belief.share


def test_a_camera_sees_its_sector_and_no_more() -> None:
    field, *_ = a_town()
    streets = field.paces[Mode.FOOT].network.streets
    at = np.zeros((1, 2))
    all_round = views_of(streets, Eyes(at, np.full(1, 90.0), np.full(1, np.nan), np.full(1, 180.0)))
    east = views_of(streets, Eyes(at, np.full(1, 90.0), np.full(1, 90.0), np.full(1, 30.0)))
    links = np.arange(len(streets.length_m))
    seen_m = [
        float(((one.high - one.low) * streets.length_m[np.repeat(links, np.diff(one.first))]).sum())
        for one in (all_round, east)
    ]
    assert 0 < seen_m[1] < 0.6 * seen_m[0]


def test_a_plan_without_cameras_is_empty_and_no_error() -> None:
    field, *_ = a_town()
    none = np.zeros(field.views.cameras, bool)
    plan = plan_of(field, begin(field, spots_at((0, 0)), UNTIL_MS, 1, Mode.CAR), Slots(), usable=none)
    assert len(plan.watch.camera) == len(plan.replay.camera) == 0
    assert plan.watch.probability == 0.0
