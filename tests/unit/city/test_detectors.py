"""What detectors in the road tell of traffic: on the arc of the way they watch, and on no other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.city.detectors import Detectors
from bongsu.city.ways import ways_of
from bongsu.core.asset import Ground
from fakes.detectors import AT, WEST, a_detector
from fakes.streets import a_grid


class Streets:
    """Nine corners, 100 m apart, and the detectors in them."""

    def __init__(self):
        self.ways, self.detectors = ways_of(Ground(roads=a_grid(3)[1])), Detectors()

    def tell(self, *spots):
        return self.detectors.tell(self.ways, spots)

    def speeds(self):
        """What is known: (metres a second, Unix ms) of each arc told of."""
        live = self.ways.live
        return {int(arc): (float(live.mps[arc]), int(live.at_ms[arc])) for arc in np.flatnonzero(~np.isnan(live.mps))}


def test_a_detector_tells_of_the_way_it_watches_and_not_of_the_way_back():
    streets = Streets()
    assert streets.tell(a_detector("east", 3.0), a_detector("west", 12.0, heading_deg=WEST)) == 2
    (one, other), told = streets.speeds(), streets.speeds()
    assert one ^ 1 == other
    assert sorted(told.values()) == [(3.0, AT), (12.0, AT)]


def test_detectors_of_the_lanes_of_one_way_count_as_their_mean_at_the_newest_time():
    streets = Streets()
    streets.tell(a_detector("lane-1", 4.0), a_detector("lane-2", 8.0, at_ms=AT + 5))
    assert list(streets.speeds().values()) == [(6.0, AT + 5)]


def test_what_was_told_is_not_told_again_and_news_is():
    streets = Streets()
    streets.tell(a_detector("D", 3.0))
    assert streets.tell(a_detector("D", 3.0)) == 0
    assert streets.tell(a_detector("D", 5.0, at_ms=AT + 60_000)) == 1
    assert list(streets.speeds().values()) == [(5.0, AT + 60_000)]


def test_a_minute_without_a_car_is_no_jam_and_other_properties_are_no_speed():
    streets = Streets()
    assert streets.tell(a_detector("night", 0.0), a_detector("cold", 5.0, told="temperature")) == 0
    assert streets.speeds() == {}


@pytest.mark.parametrize("wrong", [{"heading_deg": None}, {"x": 5_000}, {"y": 45}])
def test_one_that_stands_at_no_street_or_watches_no_way_is_of_none(wrong):
    streets = Streets()
    assert streets.tell(a_detector("lost", 3.0, **wrong)) == 0


def test_streets_that_were_built_anew_are_told_all_of_it_again():
    streets = Streets()
    streets.tell(a_detector("D", 3.0))
    streets.ways = ways_of(Ground(roads=a_grid(4)[1]))
    assert streets.tell(a_detector("D", 3.0)) == 1


told = st.tuples(st.floats(allow_nan=True), st.floats(0, 360), st.integers(0, 300), st.integers(-200, 300))


@given(st.lists(told, max_size=12))
def test_whatever_they_tell_no_street_gets_a_speed_that_is_none(rows):
    streets = Streets()
    streets.tell(*(a_detector(str(n), mps, x, y, deg) for n, (mps, deg, x, y) in enumerate(rows)))
    assert all(0 < mps <= 70 for mps, _ in streets.speeds().values())
