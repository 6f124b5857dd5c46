"""A tour visits every stop once, is never longer than the nearest insertion, and on small maps close to the best."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bongsu.services.smart_bins.tour import _inserted, length_of, tour_of

SMALL = 7


def matrices(most):
    return st.integers(1, most).flatmap(
        lambda n: arrays.arrays(np.int64, (n, n), elements=st.integers(0, 100_000)).map(_closed)
    )


def _closed(ms):
    """Driving times: nowhere is a way round quicker than the way itself."""
    np.fill_diagonal(ms, 0)
    for mid in range(len(ms)):
        ms = np.minimum(ms, ms[:, mid : mid + 1] + ms[mid : mid + 1, :])
    return ms


@given(matrices(14))
@settings(deadline=None)
def test_every_stop_is_visited_once_and_improving_only_shortens(ms):
    tour = tour_of(ms)
    assert sorted(tour) == list(range(1, len(ms)))
    assert length_of(ms, tour) <= length_of(ms, _inserted(ms))


@given(matrices(12))
@settings(deadline=None)
def test_no_piece_turned_round_and_no_stop_moved_makes_it_shorter(ms):
    tour = tour_of(ms)
    length = length_of(ms, tour)
    for a in range(len(tour)):
        for b in range(a + 1, len(tour) + 1):
            assert length_of(ms, tour[:a] + tour[a:b][::-1] + tour[b:]) >= length
        rest = tour[:a] + tour[a + 1 :]
        for to in range(len(tour)):
            assert length_of(ms, [*rest[:to], tour[a], *rest[to:]]) >= length


@given(matrices(SMALL))
@settings(deadline=None, max_examples=60)
def test_on_a_small_map_it_is_at_most_a_half_longer_than_the_best(ms):
    best = min(length_of(ms, list(order)) for order in permutations(range(1, len(ms))))
    assert length_of(ms, tour_of(ms)) <= 1.5 * best


def test_around_a_ring_of_places_it_goes_round():
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    xy = np.stack((np.cos(turn), np.sin(turn)), axis=1) * 10_000
    shuffled = np.concatenate(([0], np.random.default_rng(1).permutation(np.arange(1, 24))))
    ms = np.rint(np.hypot(*(xy[shuffled, None] - xy[None, shuffled]).transpose(2, 0, 1))).astype(np.int64)
    ring = sum(round(np.hypot(*(xy[n] - xy[n - 1]))) for n in range(24))
    assert abs(length_of(ms, tour_of(ms)) - ring) <= 24
