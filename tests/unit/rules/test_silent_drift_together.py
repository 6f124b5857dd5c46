"""Devices that say nothing or always the same; slow trends; several things at once."""

from __future__ import annotations

import numpy as np

from bongsu.core.rule import Condition, Drift, Silent, Together
from fakes.telemetry_batches import T0, AtWork, a_device, moved, short

HOUR = 3_600_000
METER = a_device("M", "water_volume", "battery", site="집-1")
WALL = a_device("S", "tilt", site="담장-1")
ROOM = [a_device("F", "smoke", site="방-1"), a_device("T", "temperature", site="방-1"), a_device("Z", "smoke")]


def test_a_device_is_silent_after_its_time_and_heard_again_with_any_word():
    work = AtWork(Silent(silent_s=600.0), [METER])
    work.tell(("M", "battery", 0.9, T0))
    assert work.wait(T0 + 600_000) == []
    assert short(work.wait(T0 + 601_000)) == [("집-1", "began", 0, 600)]
    assert work.wait(T0 + 602_000) == []
    assert short(work.tell(("M", "water_volume", 3.0, T0 + 700_000))) == [("집-1", "over", 0, 700)]


def test_a_place_is_a_word_too():
    work = AtWork(Silent(silent_s=600.0), [METER])
    work.tell(("M", "battery", 0.9, T0))
    work.see(moved(work.register, ("M", 127.0, 37.5, T0 + 500_000)))
    assert work.wait(T0 + 900_000) == []


def test_a_device_never_heard_is_silent_too_and_a_gap_nobody_watched_is_told_afterwards():
    work = AtWork(Silent(silent_s=600.0), [METER])
    assert work.wait(T0) == []
    assert short(work.wait(T0 + 700_000)) == [("집-1", "began", 0, 600)]
    other = AtWork(Silent(silent_s=600.0), [METER])
    found = other.tell(("M", "battery", 0.9, T0), ("M", "battery", 0.8, T0 + 900_000))
    assert short(found) == [("집-1", "began", 0, 600), ("집-1", "over", 0, 900)]


def test_an_older_word_of_another_property_does_not_make_a_device_fall_silent_sooner():
    work = AtWork(Silent(silent_s=600.0), [METER])
    work.tell(("M", "battery", 0.9, T0 + 500_000))
    work.tell(("M", "water_volume", 3.0, T0))
    assert work.wait(T0 + 900_000) == []
    work.tell(("M", "battery", 0.8, T0 + 1_000_000), ("M", "water_volume", 3.1, T0 + 400_000))
    assert work.wait(T0 + 1_500_000) == []


def test_a_stuck_datastream_is_one_that_tells_the_same_long_and_often_enough():
    work = AtWork(Silent(property="water_volume", stuck_s=7200.0, stuck_readings=3), [METER])
    found = [d for hour in range(4) for d in work.tell(("M", "water_volume", 5.0, T0 + hour * HOUR))]
    assert short(found) == [("집-1", "began", 0, 7200)]
    assert found[0].values == {"property": "water_volume", "result": 5.0, "hours": 2.0}
    assert short(work.tell(("M", "water_volume", 5.1, T0 + 4 * HOUR))) == [("집-1", "over", 0, 4 * 3600)]
    few = AtWork(Silent(property="water_volume", stuck_s=7200.0, stuck_readings=3), [METER])
    assert few.tell(("M", "water_volume", 5.0, T0), ("M", "water_volume", 5.0, T0 + 5 * HOUR)) == []


def tilting(per_day, days, noise=0.02, **fields):
    terms = Drift(property="tilt", **({"change": 0.3, "hysteresis": 0.1, "mean_h": 6.0, "settle_h": 48.0} | fields))
    work, rng = AtWork(terms, [WALL]), np.random.default_rng(3)
    found = []
    for hour in range(days * 24):
        told = 1.0 + per_day * max(hour / 24 - 3, 0) + rng.normal(0, noise)
        found += work.tell(("S", "tilt", told, T0 + hour * HOUR))
    return work, found


def test_a_wall_that_tilts_slowly_is_found_and_one_that_only_trembles_is_not():
    _, found = tilting(0.05, 15)
    assert [d.phase for d in found] == ["began"]
    assert 8 * 24 < (found[0].at_ms - T0) / HOUR < 11 * 24
    assert found[0].values["baseline"] == 1.0 or abs(found[0].values["baseline"] - 1.0) < 0.02
    assert tilting(0.0, 15, noise=0.1)[1] == []


def test_a_single_wild_reading_is_no_trend():
    work, _ = tilting(0.0, 5)
    assert work.tell(("S", "tilt", 2.0, T0 + 200 * HOUR)) == []


def test_a_baseline_that_follows_forgives_what_the_seasons_do():
    assert tilting(0.01, 60, baseline_h=0.0)[1] != []
    assert tilting(0.01, 60, baseline_h=240.0)[1] == []


def fire():
    terms = Together(
        conditions=(
            Condition(property="smoke", above=0.5),
            Condition(property="temperature", rise_per_min=4.0, rise_over_s=60.0),
        ),
        within_s=120.0,
    )
    return AtWork(terms, ROOM)


def test_smoke_and_a_rising_temperature_in_one_room_are_one_danger():
    work = fire()
    assert work.tell(("T", "temperature", 20.0, T0), ("F", "smoke", 0.9, T0 + 30_000)) == []
    found = work.tell(("T", "temperature", 26.0, T0 + 60_000))
    assert short(found) == [("방-1", "began", 60, 60)]
    assert found[0].values == {"properties": "smoke, temperature", "within_s": 120.0}
    assert work.tell(("F", "smoke", 0.9, T0 + 90_000)) == []
    assert work.wait(T0 + 179_000) == []
    assert short(work.wait(T0 + 181_000)) == [("방-1", "over", 60, 180)]


def test_smoke_alone_or_elsewhere_or_long_before_is_none():
    work = fire()
    work.tell(("T", "temperature", 20.0, T0), ("Z", "smoke", 0.9, T0 + 50_000))
    assert work.tell(("T", "temperature", 26.0, T0 + 60_000)) == []
    assert work.tell(("F", "smoke", 0.9, T0 + 200_000)) == []


def test_a_restart_between_any_two_readings_changes_nothing():
    rows = [("T", "temperature", 20.0, T0), ("F", "smoke", 0.9, T0 + 30_000), ("T", "temperature", 26.0, T0 + 60_000)]
    plain, broken = fire(), fire()
    expected = [d for row in rows for d in plain.tell(row)]
    found = []
    for row in rows:
        found += broken.tell(row)
        broken.restart()
    assert found == expected
    assert len(found) == 1
