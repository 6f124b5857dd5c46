"""Every reading is taken, late, or kept out for one reason; what is taken is in order and possible."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.core.asking import ListQuarantine
from bongsu.core.register import register_of
from bongsu.telemetry.judge import Judge, Limits
from bongsu.telemetry.latest import NEVER_MS, Latest
from bongsu.telemetry.quarantine import KEPT, Quarantine
from bongsu.telemetry.reasons import Reason
from bongsu.telemetry.told import Heard, Told
from fakes.telemetry import AT, a_device, a_register


class Desk:
    """A judge with its latest state and quarantine."""

    def __init__(self, *devices, limits=None):
        self.register = a_register(*devices)
        self.latest = Latest()
        self.judge = Judge(self.register, self.latest, limits or Limits())
        self.quarantine = Quarantine()

    def hear(self, *rows, source="GW-1", places=(), arrived_ms=AT):
        told = Told()
        for device, name, result, time_ms in rows:
            told.read(device, name, result, time_ms)
        for device, lon, lat, time_ms in places:
            told.place(device, lon, lat, time_ms)
        heard = Heard()
        heard.add(source, arrived_ms, told)
        judged = self.judge.judge(heard, AT)
        self.latest.see(judged.telemetry)
        self.latest.doubt(judged.device, judged.readings)
        self.quarantine.take(heard, judged)
        return judged

    def why(self, *rows, **more):
        judged = self.hear(*rows, **more)
        return [Reason(code) for code in (*judged.readings, *judged.places)]


def test_each_wrong_reading_is_kept_out_for_its_reason():
    assert Desk().why(
        ("D-1", "power", 5.0, AT),
        ("D-9", "power", 5.0, AT),
        ("D-1", "glow", 5.0, AT),
        ("D-2", "motion", 1.0, AT),
        ("D-1", "power", math.nan, AT),
        ("D-1", "power", math.inf, AT),
        ("D-1", "power", 5_000_000.0, AT),
        ("D-1", "power", 5.0, 4_070_908_800_000),
        ("D-1", "power", 5.0, 0),
        ("D-1", "power", 6.0, AT),
    ) == [
        Reason.TAKEN,
        Reason.UNKNOWN_DEVICE,
        Reason.UNKNOWN_PROPERTY,
        Reason.UNKNOWN_PROPERTY,
        Reason.NOT_A_NUMBER,
        Reason.NOT_A_NUMBER,
        Reason.OUT_OF_RANGE,
        Reason.FUTURE,
        Reason.PAST,
        Reason.DUPLICATE,
    ]


def test_a_clock_may_be_five_minutes_ahead_of_the_arrival_and_no_more():
    assert Desk().why(("D-1", "power", 1.0, AT + 300_000), ("D-2", "power", 1.0, AT + 300_001)) == [
        Reason.TAKEN,
        Reason.FUTURE,
    ]


def test_a_late_reading_changes_nothing_but_is_kept_for_the_archive():
    desk = Desk()
    desk.hear(("D-1", "power", 5.0, AT))
    judged = desk.hear(("D-1", "power", 9.0, AT - 1000), ("D-2", "power", 1.0, AT - 1000))
    assert judged.late.results.result.tolist() == [9.0]
    assert judged.telemetry.results.result.tolist() == [1.0]
    assert desk.latest.result[desk.register.stream_row["D-1"]["power"]] == 5.0
    assert desk.quarantine.by_reason() == {"late": 1}


def test_the_same_message_again_is_told_twice_and_heeded_once():
    desk = Desk()
    rows = [("D-1", "power", 5.0, AT), ("D-1", "power", 6.0, AT + 1)]
    assert len(desk.hear(*rows).telemetry.results) == 2
    assert desk.why(*rows) == [Reason.LATE, Reason.DUPLICATE]


def test_a_gateway_may_not_speak_for_anothers_device_and_a_device_may_for_itself():
    desk = Desk(a_device("D-1"), a_device("D-2", source="GW-2"), a_device("D-3", source=""))
    assert desk.why(("D-1", "power", 1.0, AT), ("D-2", "power", 1.0, AT), ("D-3", "power", 1.0, AT)) == [
        Reason.TAKEN,
        Reason.NOT_ITS_SOURCE,
        Reason.NOT_ITS_SOURCE,
    ]
    assert desk.why(("D-3", "power", 1.0, AT), ("D-2", "power", 1.0, AT), source="D-3") == [
        Reason.TAKEN,
        Reason.NOT_ITS_SOURCE,
    ]


def test_swapped_coordinates_are_named_so():
    places = [
        ("D-1", 127.1, 37.5, AT),
        ("D-1", 37.5, 127.1, AT + 1),
        ("D-1", 0.0, 0.0, AT + 2),
        ("D-1", 500.0, 37.0, AT + 3),
        ("D-1", math.nan, 37.0, AT + 4),
    ]
    desk = Desk()
    assert desk.why(places=places) == [
        Reason.TAKEN,
        Reason.SWAPPED,
        Reason.OUT_OF_RANGE,
        Reason.OUT_OF_RANGE,
        Reason.NOT_A_NUMBER,
    ]
    assert desk.latest.lon[0] == 127.1


def test_a_device_that_tells_too_much_is_throttled_and_others_are_not():
    desk = Desk(limits=Limits(device_per_min=10))
    flood = [("D-1", "power", 1.0, AT - 1000 + at) for at in range(1000)]
    assert set(desk.why(*flood[:10])) == {Reason.TAKEN}
    assert set(desk.why(*flood[10:])) == {Reason.TOO_MANY}
    assert desk.why(("D-2", "power", 1.0, AT)) == [Reason.TAKEN]
    assert desk.why(("D-1", "power", 1.0, AT + 60_000), arrived_ms=AT + 60_000) == [Reason.TAKEN]


def test_who_is_registered_no_more_is_unknown_and_rows_stay():
    desk = Desk()
    desk.hear(("D-2", "power", 7.0, AT))
    desk.judge.renew(register_of([a_device("D-3"), a_device("D-2")], desk.register))
    assert desk.why(("D-1", "power", 1.0, AT), ("D-3", "power", 1.0, AT)) == [Reason.UNKNOWN_DEVICE, Reason.TAKEN]
    assert desk.latest.result[desk.register.stream_row["D-2"]["power"]] == 7.0


def test_a_doubted_device_is_remembered_until_it_tells_the_truth():
    desk = Desk()
    desk.hear(("D-1", "power", -5.0, AT))
    assert desk.latest.trouble.tolist() == [Reason.OUT_OF_RANGE, 0]
    desk.hear(("D-1", "power", 5.0, AT))
    assert desk.latest.trouble.tolist() == [0, 0]


def test_nothing_heard_and_nobody_registered_are_no_trouble():
    desk = Desk()
    assert len(desk.hear().telemetry.results) == 0
    desk.judge = Judge(register_of(()), Latest(), Limits())
    assert desk.why(("D-1", "power", 1.0, AT), places=[("D-1", 1.0, 1.0, AT)]) == [Reason.UNKNOWN_DEVICE] * 2


def test_the_quarantine_counts_all_and_keeps_the_newest_few():
    desk = Desk()
    for at in range(KEPT + 5):
        desk.hear(("D-9", "power", 1.0, at), ("D-8", "power", math.nan, at), arrived_ms=AT + at)
    listed = desk.quarantine.listed(ListQuarantine())
    assert listed.counts == {"unknown_device": 2 * (KEPT + 5)}
    assert listed.sources == {"GW-1": 2 * (KEPT + 5)}
    assert len(listed.rows) == KEPT
    assert listed.rows[0].at_ms == AT + KEPT + 4
    assert desk.quarantine.listed(ListQuarantine(reason="late")).rows == ()


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["D-1", "D-2", "D-9"]),
        st.sampled_from(["power", "motion", "glow"]),
        st.floats(),
        st.integers(AT - 20, AT + 20) | st.integers(0, 2**53),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(batches=st.lists(ROWS, max_size=4))
def test_every_reading_is_accounted_for_and_time_never_steps_back(batches):
    desk = Desk()
    newest = np.full(len(desk.register.stream_device), NEVER_MS)
    for rows in batches:
        judged = desk.hear(*rows)
        results = judged.telemetry.results
        assert len(judged.readings) == len(rows)
        assert len(results) == np.count_nonzero(judged.readings == Reason.TAKEN)
        assert len(judged.late.results) == np.count_nonzero(judged.readings == Reason.LATE)
        for stream, time_ms, result in zip(results.stream, results.time_ms, results.result, strict=True):
            assert time_ms > newest[stream]
            assert np.isfinite(result)
            newest[stream] = time_ms
        assert desk.latest.time_ms.tolist() == newest.tolist()
