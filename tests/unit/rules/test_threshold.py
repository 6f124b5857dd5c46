"""A result beyond its limit: when it begins, when it is over, and that it is told once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.core.device import DeviceKind
from bongsu.core.rule import Among, Threshold
from fakes.telemetry_batches import T0, AtWork, a_device, short, told

HEATER = a_device("H1", "temperature", site="집-1", ward="w1")


def hot(**fields):
    return AtWork(Threshold(property="temperature", **({"above": 60.0} | fields)), [HEATER])


def test_it_begins_over_the_limit_and_ends_when_the_result_is_back_by_the_hysteresis():
    work = hot(hysteresis=5.0)
    assert work.tell(("H1", "temperature", 60.0, T0)) == []
    begun = work.tell(("H1", "temperature", 61.0, T0 + 1000))
    assert short(begun) == [("집-1", "began", 1, 1)]
    assert (begun[0].rule, begun[0].kind, begun[0].ward, begun[0].cause) == ("r1", "fire", "w1", "above")
    assert begun[0].values == {"property": "temperature", "result": 61.0, "limit": 60.0}
    assert work.tell(("H1", "temperature", 58.0, T0 + 2000)) == []
    assert short(work.tell(("H1", "temperature", 55.0, T0 + 3000))) == [("집-1", "over", 1, 3)]


def test_a_result_that_comes_twice_or_late_changes_nothing():
    work = hot()
    first = told(work.register, ("H1", "temperature", 70.0, T0 + 5000))
    assert len(work.see(first)) == 1
    assert work.see(first) == []
    assert work.tell(("H1", "temperature", 20.0, T0 + 4000)) == []
    assert short(work.tell(("H1", "temperature", 20.0, T0 + 6000))) == [("집-1", "over", 5, 6)]


def test_what_must_last_begins_at_the_moment_it_has_lasted_whether_by_a_reading_or_by_the_clock():
    for last in (lambda w: w.wait(T0 + 60_500), lambda w: w.tell(("H1", "temperature", 70.0, T0 + 61_000))):
        work = hot(for_s=60.0)
        assert work.tell(("H1", "temperature", 70.0, T0)) == []
        assert work.wait(T0 + 59_000) == []
        assert short(last(work)) == [("집-1", "began", 0, 60)]
        assert work.wait(T0 + 99_000) == []


def test_what_did_not_last_is_nothing():
    work = hot(for_s=60.0)
    work.tell(("H1", "temperature", 70.0, T0))
    work.tell(("H1", "temperature", 50.0, T0 + 30_000))
    assert work.wait(T0 + 120_000) == []


def test_below_a_limit_and_a_fast_rise_are_dangers_too():
    cold = AtWork(Threshold(property="temperature", below=5.0), [HEATER])
    assert cold.tell(("H1", "temperature", 4.0, T0))[0].cause == "below"
    rise = AtWork(Threshold(property="temperature", rise_per_min=8.0, rise_over_s=60.0), [HEATER])
    assert rise.tell(("H1", "temperature", 20.0, T0), ("H1", "temperature", 29.0, T0 + 30_000)) == []
    found = rise.tell(("H1", "temperature", 29.0, T0 + 60_000))
    assert [d.cause for d in found] == ["rise"]
    assert short(rise.tell(("H1", "temperature", 30.0, T0 + 120_000)))[0][1] == "over"


def test_several_readings_of_one_datastream_in_a_batch_count_one_after_the_other():
    work = hot()
    rows = [("H1", "temperature", value, T0 + at * 1000) for at, value in enumerate((70.0, 20.0, 80.0))]
    assert short(work.tell(*rows)) == [("집-1", "began", 0, 0), ("집-1", "over", 0, 1), ("집-1", "began", 2, 2)]


def test_two_devices_of_a_site_are_one_danger_that_ends_with_the_last():
    pair = [HEATER, a_device("H2", "temperature", site="집-1")]
    work = AtWork(Threshold(property="temperature", above=60.0), pair)
    both = work.tell(("H1", "temperature", 70.0, T0), ("H2", "temperature", 70.0, T0))
    assert short(both) == [("집-1", "began", 0, 0)]
    assert work.tell(("H1", "temperature", 20.0, T0 + 1000)) == []
    assert short(work.tell(("H2", "temperature", 20.0, T0 + 2000))) == [("집-1", "over", 0, 2)]


def test_only_the_devices_that_are_meant_are_judged():
    other = a_device("X", "temperature", kind=DeviceKind.BIN)
    for among in (Among(kinds=(DeviceKind.BIN,)), Among(sites=("X",)), Among(devices=("X",))):
        work = AtWork(Threshold(property="temperature", above=60.0), [HEATER, other], among=among)
        found = work.tell(("H1", "temperature", 70.0, T0), ("X", "temperature", 70.0, T0))
        assert [d.device for d in found] == ["X"]


def test_nothing_is_remembered_before_it_is_kept():
    work = hot()
    batch = told(work.register, ("H1", "temperature", 70.0, T0))
    first, _ = work.look(batch)
    again, _ = work.look(batch)
    assert first == again
    assert len(first) == 1


def test_a_device_that_is_registered_no_more_is_in_no_danger_and_a_new_one_is_judged():
    work = hot()
    work.tell(("H1", "temperature", 70.0, T0))
    work.change(a_device("N", "temperature", site="집-2"))
    assert short(work.wait(T0 + 9000)) == [("집-1", "over", 0, 9)]
    assert work.wait(T0 + 10_000) == []
    assert short(work.tell(("N", "temperature", 70.0, T0 + 11_000))) == [("집-2", "began", 11, 11)]


steps = st.lists(st.tuples(st.sampled_from(["H1", "H2"]), st.floats(0, 100), st.integers(1, 90)), max_size=25)


@settings(max_examples=300, deadline=None)
@given(steps, st.integers(1, 6), st.booleans(), st.sampled_from(["집-1", "집-2"]))
def test_how_readings_are_batched_and_a_restart_between_change_nothing(steps, size, ticks, site):
    batching_changes_nothing(steps, size, ticks, site)


def test_two_devices_of_a_site_that_end_in_one_batch_end_as_if_told_one_by_one():
    hot_together = [("H1", 61.0, 1), ("H2", 61.0, 1), ("H1", 61.0, 11), ("H1", 0.0, 90), ("H2", 0.0, 1)]
    batching_changes_nothing([("H1", 0.0, 1), *hot_together], 2, ticks=False, site="집-1")


def batching_changes_nothing(steps, size, ticks, site):
    def begin():
        homes = [HEATER, a_device("H2", "temperature", site=site)]
        return AtWork(Threshold(property="temperature", above=60.0, hysteresis=10.0, for_s=100.0), homes)

    at, rows = T0, []
    for device, value, after in steps:
        at += after * 1000
        rows.append((device, "temperature", value, at))
    one_by_one = [d for work in [begin()] for row in rows for d in work.tell(row)]
    work, batched = begin(), []
    for start in range(0, len(rows), size):
        batched += work.tell(*rows[start : start + size])
        work.restart()
        if ticks:
            batched += work.wait(rows[min(start + size, len(rows)) - 1][3])
    assert sorted(short(batched)) == sorted(short(one_by_one)) or ticks
    assert len({(d.site, d.began_ms, d.phase) for d in batched}) == len(batched)
