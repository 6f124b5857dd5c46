"""A rule tried on recorded days: what it would have found, and which of it was real."""

from __future__ import annotations

from bongsu.core.geo import Point
from bongsu.core.register import register_of
from bongsu.core.rule import Threshold
from bongsu.core.trial import Real
from bongsu.telemetry.trial import Reach, tried
from fakes.telemetry_batches import T0, a_device, a_rule, told

HOUR = 3_600_000
REGISTER = register_of([a_device("H", "temperature", site="집-1", where=Point(127.0, 37.5))])
RULE = a_rule(Threshold(property="temperature", above=60.0, for_s=600.0), enabled=False)


def days(*hot):
    """Two days, a reading an hour; hot in the named hours."""
    for hour in range(48):
        yield told(REGISTER, ("H", "temperature", 70.0 if hour in hot else 20.0, T0 + hour * HOUR))


def test_it_tells_what_would_have_fired_and_which_of_it_was_real():
    reals = (Real(at_ms=T0 + 10 * HOUR + 60_000, site="집-1"), Real(at_ms=T0 + 30 * HOUR, site="집-2"))
    trial = tried(RULE, days(3, 10, 20), REGISTER, {}, reals)
    assert [(one.detection.began_ms - T0) // HOUR for one in trial.fired] == [3, 10, 20]
    assert [one.real for one in trial.fired] == [None, 0, None]
    assert (trial.found, trial.missed, trial.rows, round(trial.days, 1)) == (1, (1,), 48, 2.0)
    assert trial.fired[0].over_ms == T0 + 4 * HOUR


def test_an_incident_without_a_site_is_near_by_place_and_time():
    near, far = Point(127.001, 37.5), Point(127.1, 37.5)
    for where, at, real in ((near, 3, 0), (far, 3, None), (near, 6, None)):
        trial = tried(RULE, days(3), REGISTER, {}, (Real(at_ms=T0 + at * HOUR, where=where),), Reach(within_m=300))
        assert trial.fired[0].real == real


def test_a_rule_that_finds_nothing_misses_every_incident():
    trial = tried(RULE, days(), REGISTER, {}, (Real(at_ms=T0, site="집-1"),))
    assert (trial.fired, trial.missed) == ((), (0,))
