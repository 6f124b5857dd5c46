"""The collection round: only bins that are due, no more than the lorry holds, over streets as they are driven."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.city.ways import ways_of
from bongsu.core.asset import Ground
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.services.smart_bins.records import Bin, RoundTerms
from bongsu.services.smart_bins.round import due_of, round_of
from fakes.streets import a_grid, a_road, place

SPOTS, ROADS = a_grid(6)
DEPOT = place(5, 0)


@pytest.fixture(scope="module")
def ways():
    lonely = {91: (30_000.0, 30_000.0), 92: (30_100.0, 30_000.0)}
    return ways_of(Ground(roads=(*ROADS, a_road(9_999, lonely, 91, 92))), ("car",))


def a_bin(number, x, y, fill=0.9):
    return Bin(id=f"B{number}", where=place(x, y), fill=fill)


def ask(ways, bins, **terms):
    return round_of(bins, ways, RoundTerms(depot=DEPOT, **terms), 0)


def test_only_bins_that_are_due_are_visited_and_the_rest_costs_nothing(ways):
    bins = [a_bin(1, 250, 0), a_bin(2, 480, 500, 0.2), a_bin(3, 250, 200, 0.7)]
    told = ask(ways, bins, compare=True)
    assert {stop.bin for stop in told.stops} == {"B1", "B3"}
    assert (told.bins, told.left, told.unreached) == (3, (), ())
    assert 0 < told.drive_s < told.all_drive_s
    assert told.takes_s == pytest.approx(told.drive_s + 2 * 90, abs=1)
    assert told.all_takes_s == pytest.approx(told.all_drive_s + 3 * 90, abs=1)


def test_bins_around_a_block_are_visited_around_it(ways):
    ring = [(50, 0), (500, 50), (450, 500), (0, 450), (250, 0), (500, 250), (250, 500), (0, 250)]
    told = ask(ways, [a_bin(n, *spot) for n, spot in enumerate(ring)])
    order = [int(stop.bin[1:]) for stop in told.stops]
    around = [0, 4, 1, 5, 2, 6, 3, 7]
    assert order in (around, around[::-1])


def test_stops_come_one_after_another_with_time_to_empty_each(ways):
    told = ask(ways, [a_bin(n, 100.0 * n, 200) for n in range(5)], stop_s=60)
    at = [stop.after_s for stop in told.stops]
    assert at[0] > 0
    assert all(later - sooner >= 60 for sooner, later in pairwise(at))


def test_what_the_lorry_cannot_hold_is_left_the_emptiest_first(ways):
    told = ask(ways, [a_bin(n, 100.0 * n, 100, 0.75 + n / 20) for n in range(5)], holds=1.9)
    assert {stop.bin for stop in told.stops} == {"B4", "B3"}
    assert told.left == ("B2", "B1", "B0")
    assert told.load == 1.85


def test_a_bin_no_street_leads_to_is_named_and_the_others_are_still_collected(ways):
    off = Bin(id="FAR", where=Point(129.0, 35.0), fill=0.9)
    told = ask(ways, [a_bin(1, 250, 0), off])
    assert [stop.bin for stop in told.stops] == ["B1"]
    assert told.unreached == ("FAR",)


def test_nothing_due_is_no_round(ways):
    told = ask(ways, [a_bin(1, 250, 0, 0.1)])
    assert (told.stops, told.drive_s, told.takes_s) == ((), 0, 0)


def test_a_depot_beside_no_street_is_said(ways):
    with pytest.raises(Invalid, match="bins.depot"):
        round_of([a_bin(1, 250, 0)], ways, RoundTerms(depot=Point(129.0, 35.0)), 0)


def test_a_one_way_street_is_not_driven_against_its_sign():
    """Around a square of one-way streets the way to the next bin behind is the whole way round."""
    spots = {1: (0, 0), 2: (200, 0), 3: (200, 200), 4: (0, 200)}
    square = tuple(a_road(10 + a, spots, a, b, oneway=1) for a, b in ((1, 2), (2, 3), (3, 4), (4, 1)))
    told = round_of(
        [a_bin(1, 0, 100), a_bin(2, 100, 0), a_bin(3, 200, 100)],
        ways_of(Ground(roads=square), ("car",)),
        RoundTerms(depot=place(20, 0)),
        0,
    )
    assert [stop.bin for stop in told.stops] == ["B2", "B3", "B1"]


BINS = st.lists(st.floats(0, 1.2), max_size=20).map(
    lambda fills: [Bin(id=f"B{n}", where=DEPOT, fill=fill) for n, fill in enumerate(fills)]
)


@given(BINS, st.floats(0, 1.2), st.floats(0.1, 20))
def test_every_due_bin_is_taken_or_left_and_the_lorry_is_never_too_full(bins, due, holds):
    taken, left = due_of(bins, RoundTerms(depot=DEPOT, due=due, holds=holds))
    assert sorted(one.id for one in (*taken, *left)) == sorted(one.id for one in bins if one.fill >= due)
    assert sum(one.fill for one in taken) <= holds + 1e-9
    room = holds - sum(one.fill for one in taken)
    assert all(one.fill > room - 1e-6 for one in left)
