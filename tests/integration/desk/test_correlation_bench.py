"""The frozen dense day through the real desk: what is promised holds, and a desk that judges badly is caught."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bongsu.benches import correlate, dense_day
from bongsu.core.revision import Correlation, RecordKind, Revision

DAY = dense_day.make()


def under(**constants: Any) -> dict[str, Any]:
    """The frozen day's figures with other constants."""
    wrong = Revision(
        kind=RecordKind.CORRELATION,
        id="desk",
        version=2,
        body=Correlation(**constants),
        at=datetime.now(UTC),
        by="kim",
    )
    return correlate.measure(DAY, (*correlate.first_records(), wrong))


def test_the_frozen_day_keeps_the_promise_beside_the_rule_in_use():
    figures = correlate.measure(DAY, correlate.first_records())
    assert figures["f1"] >= correlate.LIMITS["f1"]
    assert figures["swallowed"] <= correlate.LIMITS["swallowed"]
    assert figures["baseline_f1"] < 0.2
    assert figures["baseline_swallowed"] > 60
    assert figures["incidents_true"] == 120


def test_days_no_constant_was_chosen_on_are_nearly_as_good():
    days = [correlate.measure(dense_day.make(seed), correlate.first_records()) for seed in correlate.HELD_OUT[:3]]
    assert min(day["f1"] for day in days) >= 0.9
    assert max(day["swallowed"] for day in days) <= 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"crowd_per_km2_h": 0.002},
        {"crowd_per_km2_h": 2_000.0},
        {"accuracy_m": {"*": 600.0}},
        {"tau_s": 10_000.0, "within_s": 10_000.0, "crowd_per_km2_h": 0.002},
        {"other_kind": 0.9, "same_family": 0.9},
    ],
    ids=str,
)
def test_a_desk_that_judges_badly_misses_the_promise(wrong):
    figures = under(**wrong)
    assert figures["f1"] < correlate.LIMITS["f1"] or figures["swallowed"] > correlate.LIMITS["swallowed"]


def test_a_day_is_the_same_day_every_time():
    assert dense_day.make() == DAY
    assert dense_day.make(1) != DAY


def test_the_score_counts_pairs_and_the_swallowed_by_hand():
    truth = [1, 1, 2, 2, None]
    assert correlate.score(truth, ["a", "a", "b", "b", "c"])["f1"] == 1.0
    assert correlate.score(truth, ["a", "a", "a", "a", "a"]) == {"f1": 0.3333, "precision": 0.2, "recall": 1.0}
    assert correlate.swallowed(truth, ["a", "a", "a", "a", "a"]) == 1
    assert correlate.swallowed(truth, ["a", "a", "a", "b", "b"]) == 0
    assert correlate.swallowed([None, 1, 1], ["a", "a", "a"]) == 1


def test_a_report_costs_the_same_among_ten_times_as_many_open_incidents():
    """A desk that looks at every open incident would take ten times as long."""
    few, many = (correlate.time_a_report(count) for count in (500, 5_000))
    assert many["ms_p50"] < 5 * few["ms_p50"]
