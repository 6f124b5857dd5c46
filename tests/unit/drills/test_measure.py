"""Percentiles and cuts, as the drill prints them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.drills.measure import (
    Histogram,
    cut_ms,
    median_of_rounds,
    percentile,
    percentiles,
    read_histogram,
)

numbers = st.floats(-1e6, 1e6)


@given(st.lists(numbers, min_size=1), st.floats(0.001, 1.0))
def test_a_percentile_is_one_of_the_values_that_enough_of_them_do_not_exceed(values: list[float], q: float):
    found = percentile(values, q)
    assert found in values
    assert sum(value <= found for value in values) >= q * len(values) - 1e-9
    assert sum(value < found for value in values) < q * len(values) + 1e-9


def test_the_p99_of_a_few_values_is_their_worst():
    assert percentiles([1.0, 2.0, 30.0], 50, 99) == {"p50": 2.0, "p99": 30.0}


def test_a_percentile_of_nothing_is_not_a_number():
    assert math.isnan(percentile([], 0.99))


def test_rounds_are_summed_up_by_their_median_so_one_bad_round_does_not_decide():
    assert median_of_rounds([[10.0], [12.0], [500.0]], 99) == {"p99": 12.0}
    assert math.isnan(median_of_rounds([[], []], 99)["p99"])


def test_a_cut_is_measured_from_the_acknowledgement_to_the_last_frame():
    assert cut_ms(10.0, [9.0, 9.9, 10.25]) == pytest.approx(250.0)
    assert cut_ms(10.0, [9.0]) == 0.0
    assert cut_ms(10.0, []) == 0.0


METRICS = """# TYPE bongsu_loop_lag_seconds histogram
bongsu_loop_lag_seconds_bucket{le="0.005"} 90.0
bongsu_loop_lag_seconds_bucket{le="0.02"} 99.0
bongsu_loop_lag_seconds_bucket{le="+Inf"} 100.0
bongsu_loop_lag_seconds_count 100.0
other_bucket{le="0.005"} 7.0
"""


def test_a_histogram_is_read_and_bounds_its_percentile_from_above():
    lag = read_histogram(METRICS, "bongsu_loop_lag_seconds")
    assert lag.upper(0.9) == 0.005
    assert lag.upper(0.99) == 0.02
    assert lag.upper(0.995) == math.inf


def test_only_what_was_added_since_the_first_reading_counts():
    now = read_histogram(METRICS, "bongsu_loop_lag_seconds")
    before = Histogram(bounds=now.bounds, counts=(0.0, 9.0, 10.0))
    assert now.since(before).counts == (90.0, 90.0, 90.0)
    assert now.since(before).upper(0.99) == 0.005


def test_a_metric_that_is_not_there_is_not_a_number():
    assert math.isnan(read_histogram("", "bongsu_loop_lag_seconds").upper(0.99))
