"""Who tells too much is held back; who does not is not touched, whatever the others do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.telemetry.pace import LEAST_PER_S, SourcePace, fair_share


def spoken(pace, rates, seconds, begin_s=1_000):
    """How many of its readings each source had shed: each says its rate a second, in ten messages."""
    shed = dict.fromkeys(rates, 0)
    for tenth in range(seconds * 10):
        at_ms = begin_s * 1000 + tenth * 100
        for source, rate in rates.items():
            if pace.is_spent(source, at_ms):
                shed[source] += rate // 10
                pace.shed(source, rate // 10, at_ms)
            else:
                pace.spend(source, rate // 10, at_ms)
    return shed


def test_a_source_over_its_pace_is_shed_and_the_others_are_not():
    shed = spoken(SourcePace(1_000), {"loud": 10_000, "calm": 900}, 30)
    assert shed["calm"] == 0
    assert shed["loud"] > 250_000


def test_under_overload_those_that_send_most_are_shed_and_those_below_the_share_are_not():
    rates = {f"loud-{at}": 5_000 for at in range(20)} | {f"calm-{at}": 200 for at in range(10)}
    pace = SourcePace(20_000, most_per_s=30_000)
    shed = spoken(pace, rates, 30)
    assert not any(shed[source] for source in rates if source.startswith("calm"))
    taken = sum(rate * 30 - shed[source] for source, rate in rates.items())
    assert 0.75 < taken / (30 * 30_000) < 1.0
    assert pace.per_s == (0.8 * 30_000 - 10 * 200) / 20


def test_who_tells_just_below_the_share_loses_nothing_however_long_it_lasts():
    rates = {f"loud-{at}": 10_000 for at in range(90)} | {f"calm-{at}": 1_100 for at in range(10)}
    shed = spoken(SourcePace(20_000, most_per_s=150_000), rates, 60)
    assert not any(shed[source] for source in rates if source.startswith("calm"))


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=30), st.integers(1, 100_000))
def test_the_fair_share_gives_all_there_is_to_those_who_ask(asked, most):
    share = fair_share(asked, most)
    assert sum(min(one, share) for one in asked) == pytest.approx(min(sum(asked), most))


def test_when_it_is_over_everybody_may_speak_as_before():
    pace = SourcePace(20_000, most_per_s=30_000)
    spoken(pace, {f"loud-{at}": 5_000 for at in range(20)}, 30)
    assert spoken(pace, {"one": 1_000}, 30, begin_s=2_000) == {"one": 0}
    assert pace.per_s == 20_000


def test_a_backlog_at_an_ordinary_pace_is_no_haste_however_fast_it_is_worked_off():
    pace = SourcePace(20_000, most_per_s=30_000)
    shed = spoken(pace, {f"one-{at}": 1_000 for at in range(29)}, 600)
    assert not any(shed.values())


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 100_000)), max_size=50))
def test_the_pace_stays_within_its_bounds(told):
    pace, at_ms = SourcePace(20_000, most_per_s=30_000), 0
    for later_ms, readings in told:
        at_ms += later_ms
        (pace.shed if pace.is_spent("one", at_ms) else pace.spend)("one", readings, at_ms)
        assert LEAST_PER_S <= pace.per_s <= 20_000
