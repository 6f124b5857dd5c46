"""The missing-person map: probabilities that sum to 1, looks that only ever take away, the same in any order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.benches.roads import made
from bongsu.city.roads.pace import pace_of
from bongsu.city.roads.snap import Spot
from bongsu.city.roads.streets import streets_of
from bongsu.city.roads.turns import network_of
from bongsu.city.roads.vehicles import FOOT
from bongsu.city.search_map.effort import pod_of, searched, worth_per_minute
from bongsu.city.search_map.prior import AT_START, WALKS_MPS, prior_of
from bongsu.city.search_map.stretches import stretch_at, stretches_of, walked_m
from bongsu.city.search_map.subjects import DEMENTIA_URBAN, share_within

STREETS = streets_of(made.city(24))
STRETCHES = stretches_of(STREETS)
NETWORK = network_of(STREETS, FOOT)
PACE = pace_of(NETWORK, None, 0)
JOINED = np.flatnonzero(NETWORK.joined)
DAY_S = 86_400.0
spots = st.builds(Spot, st.sampled_from(JOINED.tolist()), st.floats(0, 1), st.just(0.0))
chances = st.lists(st.floats(0.001, 1), min_size=4, max_size=30).map(lambda told: np.array(told) / sum(told))


def a_map(spot: Spot, after_s: float = DAY_S, off_rad: np.ndarray | None = None):
    metres = walked_m(PACE, STRETCHES, spot)
    return metres, prior_of(DEMENTIA_URBAN, STRETCHES, metres, stretch_at(STRETCHES, spot), after_s, off_rad)


def test_the_fit_gives_the_published_distances_back():
    shares = share_within(DEMENTIA_URBAN, np.array([0.0, 320, 1130, 3220, 12550]))
    assert shares[0] == 0
    assert shares[1:] == pytest.approx([0.25, 0.5, 0.75, 0.95], abs=0.04)


@given(spots, st.floats(0, 2 * DAY_S))
def test_a_map_sums_to_one_and_holds_nothing_below_zero(spot, after_s):
    _, poa = a_map(spot, after_s)
    assert poa.sum() == pytest.approx(1)
    assert (poa >= 0).all()
    assert poa[stretch_at(STRETCHES, spot)] >= AT_START - 1e-9


@given(spots, st.floats(0, 3600))
def test_nobody_is_farther_than_they_can_have_walked(spot, after_s):
    metres, poa = a_map(spot, after_s)
    far = metres > after_s * WALKS_MPS
    far[stretch_at(STRETCHES, spot)] = False
    assert not poa[far].any()


def test_the_median_of_the_map_is_the_median_of_the_distances_that_are_on_it():
    metres, poa = a_map(Spot(int(JOINED[len(JOINED) // 2]), 0.5, 0.0))
    bound = metres[np.isfinite(metres)].max()
    within = poa[metres <= 500].sum() - AT_START
    expected = (
        (1 - AT_START) * share_within(DEMENTIA_URBAN, np.array(500.0)) / share_within(DEMENTIA_URBAN, np.array(bound))
    )
    assert within == pytest.approx(float(expected), abs=0.06)


def test_a_walk_is_never_shorter_than_the_crow_flies():
    link = int(JOINED[10]) >> 1
    metres = walked_m(PACE, STRETCHES, Spot(2 * link, 0.0, 0.0))
    middle = np.array([STREETS.shape[STREETS.lies[one] : STREETS.lies[one + 1]].mean(axis=0) for one in STRETCHES.link])
    crow = np.hypot(*(middle - STREETS.shape[STREETS.lies[link]]).T)
    assert (metres >= crow - 150).all()
    assert np.isfinite(metres).mean() > 0.9


def test_a_known_heading_moves_the_map_that_way():
    spot = Spot(int(JOINED[len(JOINED) // 2]), 0.5, 0.0)
    off = np.where(np.arange(len(STRETCHES.link)) % 2 == 0, 0.0, np.pi)
    _, plain = a_map(spot)
    _, bent = a_map(spot, off_rad=off)
    assert bent[::2].sum() > plain[::2].sum() + 0.1


@given(chances, st.data())
def test_a_look_never_raises_what_was_looked_at(poa, data):
    rows = np.array(data.draw(st.lists(st.integers(0, len(poa) - 1), min_size=1, unique=True)))
    pod = data.draw(st.floats(0, 1))
    after = searched(poa, rows, np.full(len(rows), pod))
    assert after.sum() == pytest.approx(1)
    assert (after[rows] <= poa[rows] + 1e-12).all()
    others = np.setdiff1d(np.arange(len(poa)), rows)
    assert (after[others] >= poa[others] - 1e-12).all()


@given(chances, st.floats(0, 0.99), st.floats(0, 0.99))
def test_the_order_of_looks_does_not_matter(poa, one, other):
    a, b = np.array([0, 1]), np.array([1, 2])
    there = searched(searched(poa, a, np.full(2, one)), b, np.full(2, other))
    back = searched(searched(poa, b, np.full(2, other)), a, np.full(2, one))
    assert there == pytest.approx(back)


@given(chances)
def test_no_effort_changes_nothing(poa):
    pod = pod_of(10.0, 1.0, 0.0, np.full(len(poa), 500.0))
    assert searched(poa, np.arange(len(poa)), pod) == pytest.approx(poa)


def test_an_update_is_bayes_rule():
    after = searched(np.array([0.5, 0.3, 0.2]), np.array([0]), np.array([0.8]))
    assert after == pytest.approx([0.1 / 0.6, 0.3 / 0.6, 0.2 / 0.6])


def test_detection_is_one_less_an_exponential_of_the_swept_share():
    assert pod_of(10.0, 1.0, 50.0, np.array([500.0])) == pytest.approx([1 - np.exp(-1)])
    assert pod_of(1e6, 1e6, 1e6, np.array([1.0]))[0] < 1


def test_the_next_best_place_finds_most_in_a_minute():
    poa = np.array([0.5, 0.3, 0.2])
    worth = worth_per_minute(
        poa, np.array([0, 1, 1]), np.array([0, 1, 2]), np.array([0.5, 0.5, 1.0]), np.array([5.0, 2.0, 1.0])
    )
    assert worth == pytest.approx([0.05, 0.175, 0.0])
