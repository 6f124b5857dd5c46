"""The missing bench: its score, and wanderers who are found where a walk can have taken them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from bongsu.benches.missing.run import Site, case, score, site_of
from bongsu.benches.roads import made
from bongsu.world.wanderers import WAYS, strays


@cache
def a_site() -> Site:
    return site_of("town", made.city(26))


def test_a_find_where_the_map_is_surest_scores_near_one_and_where_it_is_least_sure_near_minus_one() -> None:
    density, area = np.arange(100.0), np.ones(100)
    assert score(density, area, 99) == pytest.approx(0.99)
    assert score(density, area, 0) == pytest.approx(-0.99)


def test_a_map_that_says_nothing_scores_nothing() -> None:
    assert score(np.ones(50), np.ones(50), 7) == pytest.approx(0.0)


@pytest.mark.parametrize("how", WAYS)
def test_nobody_is_found_farther_than_their_own_pace_takes_them(how: str) -> None:
    site, chance = a_site(), np.random.default_rng(1)
    found = [strays(site.net, how, site.middle[900], 600.0, chance) for _ in range(40)]
    held = np.array([xy for xy in found if xy is not None])
    assert len(held) >= 10
    assert np.hypot(*(held - site.middle[900]).T).max() <= 2.2 * 600 + 120


def test_a_case_is_the_same_again_from_its_seed_and_has_both_scores() -> None:
    rows, lost = case(a_site(), 101)
    assert (rows, lost) == case(a_site(), 101)
    assert rows[0][2] == "in_model"
    assert len(rows) + lost == 1 + len(WAYS)
    assert all(-1 <= score_ <= 1 for row in rows for score_ in row[3:])
