from __future__ import annotations

import numpy as np
import pytest

from bongsu.benches.roads import oracle
from bongsu.benches.roads.run import _missed, _skipped
from bongsu.benches.roads.tracks import _in_order, shares
from bongsu.city.roads.search import arrivals

GOOD = {
    "one_to_all_vs_scipy": {"50k": 2.5, "500k": 2.0},
    "frontier_ms": 1.5,
    "many_to_one": {"vs_scipy": 0.5},
    "update_visible_ms": 100.0,
    "oracle_mismatches": 0,
    "matching_right_share": 0.95,
}


def test_figures_at_their_limits_hold_and_what_was_not_measured_is_not_missed():
    assert _missed(GOOD) == []
    assert _missed({**GOOD, "matching_right_share": None}) == []
    assert len(_skipped(None, None)) == 2


@pytest.mark.parametrize(
    ("worse", "row"),
    [
        ({"one_to_all_vs_scipy": {"50k": 2.5, "500k": 1.99}}, "one_to_all_vs_scipy 500k"),
        ({"frontier_ms": 1.51}, "frontier_ms"),
        ({"many_to_one": {"vs_scipy": 0.51}}, "many_to_one"),
        ({"update_visible_ms": 100.1}, "update_visible_ms"),
        ({"oracle_mismatches": 1}, "oracle_mismatches"),
        ({"matching_right_share": 0.9499}, "matching_right_share"),
    ],
)
def test_a_figure_beyond_its_limit_is_named(worse, row):
    assert _missed({**GOOD, **worse}) == [row]


def test_the_oracle_sees_a_search_that_is_wrong_by_a_millisecond(monkeypatch):
    def late(pace, goal, units):
        return arrivals(pace, goal, units) + 1

    monkeypatch.setattr(oracle, "arrivals", late)
    assert oracle.mismatches(25) == 25


def test_only_what_was_driven_in_its_order_counts_as_right():
    length = np.array([10.0, 20.0, 40.0, 80.0])
    truth = np.array([0, 2, 4, 6])
    assert _in_order(truth, truth, length) == 150
    assert _in_order(truth, np.array([0, 2, 6]), length) == 110
    assert _in_order(truth, np.array([6, 4, 2, 0]), length) == 80
    assert _in_order(truth, np.array([1, 3, 5, 7]), length) == 0


def test_a_track_is_read_matched_and_judged_from_its_four_files(tmp_path):
    folder = tmp_path / "7"
    folder.mkdir()
    lon = np.linspace(127.0, 127.009, 10)
    np.savetxt(folder / "7.nodes", np.column_stack((lon, np.full(10, 37.5))))
    there = [(n, n + 1) for n in range(9)]
    np.savetxt(folder / "7.arcs", there + [(b, a) for a, b in there], fmt="%d")
    np.savetxt(folder / "7.route", np.arange(9), fmt="%d")
    fixes = np.linspace(127.0001, 127.0089, 60)
    np.savetxt(folder / "7.track", np.column_stack((fixes, np.full(60, 37.50002), np.arange(60.0))))
    told = shares(tmp_path)
    assert (told["right"], told["added"], told["tracks"]["7"]["breaks"]) == (1.0, 0.0, 0)
