"""A home without a sign of activity: fixed limits through parts of the day, and a learned rhythm."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.rule import Absence, DayPart, Rhythm, Sign
from bongsu.rules import rhythm
from fakes.telemetry_batches import AtWork, a_device

HOUR = 3_600_000
MIDNIGHT = 1_759_935_600_000  # 2025-10-09 00:00 in Korea
HOME = a_device("A", "motion", "power", site="집-1", ward="w1")
SIGNS = (Sign(property="motion", above=1.0), Sign(property="power", change=30.0))
DAY_AND_NIGHT = (DayPart(from_h=6, to_h=22, limit_h=8), DayPart(from_h=22, to_h=6, limit_h=16))


def hours(found):
    return [(d.phase.value, round((d.at_ms - MIDNIGHT) / HOUR, 2)) for d in found]


def test_a_silence_uses_up_the_share_of_each_part_of_the_day():
    work = AtWork(Absence(signs=SIGNS, limits=DAY_AND_NIGHT), [HOME])
    work.tell(("A", "motion", 1.0, MIDNIGHT + 22 * HOUR))
    assert work.wait(MIDNIGHT + 22 * HOUR) == []
    assert work.wait(MIDNIGHT + 33 * HOUR) == []  # 8 of 16 by night, 3 of 8 by day
    found = work.wait(MIDNIGHT + 34 * HOUR + 1000)
    assert hours(found) == [("began", 34.0)]
    assert (found[0].ward, found[0].cause, found[0].values) == ("w1", "absence", {"hours": 12.0})
    assert work.wait(MIDNIGHT + 35 * HOUR) == []
    assert hours(work.tell(("A", "motion", 1.0, MIDNIGHT + 36 * HOUR))) == [("over", 36.0)]


def test_only_what_counts_as_activity_is_a_sign():
    work = AtWork(Absence(signs=SIGNS, limits=(DayPart(from_h=0, to_h=24, limit_h=2),)), [HOME])
    work.tell(("A", "power", 100.0, MIDNIGHT), ("A", "motion", 1.0, MIDNIGHT))
    work.tell(("A", "motion", 0.0, MIDNIGHT + HOUR), ("A", "power", 110.0, MIDNIGHT + HOUR))
    assert hours(work.wait(MIDNIGHT + 3 * HOUR)) == [("began", 2.0)]
    assert hours(work.tell(("A", "power", 150.0, MIDNIGHT + 4 * HOUR))) == [("over", 4.0)]


def test_a_silence_nobody_watched_is_told_afterwards_and_a_home_never_heard_is_waited_for():
    work = AtWork(Absence(signs=SIGNS, limits=(DayPart(from_h=0, to_h=24, limit_h=2),)), [HOME])
    found = work.tell(("A", "motion", 1.0, MIDNIGHT), ("A", "motion", 1.0, MIDNIGHT + 5 * HOUR))
    assert hours(found) == [("began", 2.0), ("over", 5.0)]
    fresh = AtWork(Absence(signs=SIGNS, limits=(DayPart(from_h=0, to_h=24, limit_h=2),)), [HOME])
    assert fresh.wait(MIDNIGHT) == []
    assert hours(fresh.wait(MIDNIGHT + 3 * HOUR)) == [("began", 2.0)]


def lived(weeks, terms=None, seed=1):
    """Somebody who moves from 7 to 22 o'clock, in nine hours of ten."""
    rule = terms or Absence(signs=SIGNS, rhythm=Rhythm(improbable=1e-4, at_least_h=3.0))
    work, rng, found = AtWork(rule, [HOME]), np.random.default_rng(seed), []
    for hour in range(weeks * 168):
        if 7 <= hour % 24 < 22 and rng.random() < 0.9:
            found += work.tell(("A", "motion", 1.0, MIDNIGHT + hour * HOUR + 600_000))
        found += work.wait(MIDNIGHT + (hour + 1) * HOUR)
    return work, found


def test_a_rhythm_alarms_soon_by_day_and_lets_people_sleep():
    work, found = lived(5)
    assert found == []
    end = MIDNIGHT + 5 * 168 * HOUR  # midnight, last sign at about 21:10
    assert work.wait(end + 7 * HOUR) == []
    found = [d for hour in range(7, 20) for d in work.wait(end + hour * HOUR)]
    assert [d.cause for d in found] == ["unusual_silence"]
    assert 8 <= (found[0].at_ms - end) / HOUR <= 13


def test_a_rhythm_is_not_used_before_it_is_known():
    work, _ = lived(1)
    assert [d for hour in range(72) for d in work.wait(MIDNIGHT + (168 + hour) * HOUR)] == []


def test_a_restart_forgets_nothing_of_a_rhythm():
    work, _ = lived(4)
    other, _ = lived(4)
    other.restart()
    late = MIDNIGHT + 4 * 168 * HOUR + 20 * HOUR
    assert work.wait(late) == other.wait(late) != []


def test_new_terms_hold_for_a_silence_that_lasts_already():
    work = AtWork(Absence(signs=SIGNS, limits=(DayPart(from_h=0, to_h=24, limit_h=48),)), [HOME])
    work.tell(("A", "motion", 1.0, MIDNIGHT))
    assert work.wait(MIDNIGHT + 5 * HOUR) == []
    strict = AtWork(Absence(signs=SIGNS, limits=(DayPart(from_h=0, to_h=24, limit_h=4),)), [HOME])
    strict.state = work.state
    assert strict.wait(MIDNIGHT + 6 * HOUR) == []  # the time is set anew, and judged a second later
    assert hours(strict.wait(MIDNIGHT + 6 * HOUR + 1000)) == [("began", 4.0)]


times = st.integers(0, 14 * 24 * 3600)


@given(times, st.lists(st.tuples(st.floats(0.5, 40.0), st.integers(0, 23), st.integers(1, 23)), min_size=1, max_size=4))
def test_the_due_time_is_when_the_shares_add_up_to_one(start_s, parts):
    given_parts = tuple(DayPart(from_h=a, to_h=(a + b) % 24, limit_h=limit) for limit, a, b in parts)
    last = np.array([MIDNIGHT + start_s * 1000])
    due = int(rhythm.due_by_limits(last, given_parts)[0])
    used = 0.0
    for minute in range(round((due - int(last[0])) / 60_000)):
        hour = ((int(last[0]) + minute * 60_000 + 30_000 + 9 * HOUR) // 1000 % 86400) / 3600
        rates = [
            1 / p.limit_h
            for p in given_parts
            if (p.from_h <= hour < p.to_h if p.from_h < p.to_h else hour >= p.from_h or hour < p.to_h)
        ]
        used += max(rates, default=0) / 60
    assert abs(used - 1) < 0.05 + 1 / 60 / min(p.limit_h for p in given_parts)
