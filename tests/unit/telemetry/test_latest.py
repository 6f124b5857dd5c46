"""The newest of each is what stands, also when what was recorded is told again."""

from __future__ import annotations

import numpy as np

from bongsu.core.columns import Places, Results, Telemetry
from bongsu.telemetry.latest import Latest
from fakes.telemetry import AT, a_register


def recorded(results, places=()):
    """Of the first device: (result, ms after AT) of its first datastream, (degrees, ms after AT) of its place."""
    nought = np.zeros(len(results), np.int32)
    told = Results(nought, nought, np.array([one[0] for one in results]), np.array([AT + one[1] for one in results]))
    degrees = np.array([one[0] for one in places])
    times = np.array([AT + one[1] for one in places], np.int64)
    return Telemetry(told, Places(np.zeros(len(places), np.int32), degrees, degrees, times), AT)


def test_what_was_recorded_after_the_latest_state_was_kept_is_known_again_and_nothing_older():
    latest = Latest()
    latest.grow(a_register())
    latest.see(recorded([(1.0, 10)], [(37.0, 10)]))
    latest.recall(recorded([(5.0, 0), (6.0, 5)], [(36.0, 5)]))
    assert (latest.result[0], latest.time_ms[0]) == (1.0, AT + 10)
    assert (latest.lat[0], latest.place_ms[0]) == (37.0, AT + 10)
    latest.recall(recorded([(7.0, 11), (8.0, 12)], [(38.0, 12)]))
    assert (latest.result[0], latest.time_ms[0]) == (8.0, AT + 12)
    assert (latest.lat[0], latest.place_ms[0]) == (38.0, AT + 12)
