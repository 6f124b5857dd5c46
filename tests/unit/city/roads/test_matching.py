from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.benches.roads import made
from bongsu.city.roads.grid import grid_of
from bongsu.city.roads.matching import match, roads_for
from bongsu.city.roads.pace import pace_of
from bongsu.city.roads.routes import route
from bongsu.city.roads.snap import Spot
from bongsu.city.roads.streets import streets_of
from bongsu.city.roads.telling import line_of
from bongsu.city.roads.turns import network_of
from bongsu.city.roads.vehicles import CAR
from bongsu.city.shapes import metres
from bongsu.core.errors import Invalid
from fakes.streets import Town, a_road, place

STREETS = streets_of(made.city(20))
NETWORK = network_of(STREETS, CAR)
ROADS = roads_for(STREETS, grid_of(STREETS), NETWORK.passable)
PACE = pace_of(NETWORK, None, 0)
JOINED = np.flatnonzero(NETWORK.joined)


def a_drive(seed, noise_m=5.0, every_s=1.0, mps=10.0):
    """A route through the made city and the fixes of a receiver with normal errors that drove it."""
    chance = np.random.default_rng(seed)
    begin, end = (Spot(int(arc), 0.5, 0.0, True) for arc in chance.choice(JOINED, 2))
    way = route(PACE, begin, end)
    line = metres(np.array(line_of(STREETS, way)), STREETS.plane)
    run = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    at = np.arange(0, run[-1], mps * every_s)
    xy = np.column_stack([np.interp(at, run, line[:, axis]) for axis in (0, 1)])
    return way, xy + chance.normal(0, noise_m, xy.shape), np.arange(len(at)) * every_s


def right(way, matched):
    """The share of a way's length that is in the match, either end apart."""
    inner = way.arcs[1:-1]
    length = STREETS.length_m[inner >> 1]
    return length[np.isin(inner, np.concatenate(matched.chains))].sum() / length.sum()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 5.0, 15.0]))
def test_a_drive_is_found_again_from_noisy_fixes_near_and_far_apart(seed, every_s):
    way, xy, at_s = a_drive(seed, every_s=every_s)
    if len(xy) < 10 or len(way.arcs) < 6:
        return
    matched = match(ROADS, xy, at_s)
    assert right(way, matched) >= (0.8 if every_s > 5 else 0.95)
    for one in matched.chains:
        assert (STREETS.head[one[:-1]] == STREETS.tail[one[1:]]).all()


def test_who_drives_beside_another_road_does_not_hop_between_them():
    ladder = {n: (50.0 * (n // 2), 16.0 * (n % 2)) for n in range(40)}
    rails = [a_road(n + 1, ladder, n, n + 2) for n in range(38)]
    town = Town([*rails, *(a_road(100 + n, ladder, n, n + 1) for n in range(0, 40, 2))], CAR)
    roads = roads_for(town.streets, town.grid, town.network.passable)
    chance = np.random.default_rng(1)
    at = np.arange(0.0, 940.0, 12.0)
    origin = np.array(town.streets.plane.to_xy(place(0, 0)))
    xy = origin + np.column_stack((at, chance.normal(0, 5, len(at))))
    (driven,) = match(roads, xy, np.arange(float(len(at)))).chains
    assert driven.tolist() == [town.arc(n, n + 2) for n in range(0, 38, 2)]


def test_a_jump_of_the_receiver_is_passed_over_and_counted():
    way, xy, at_s = a_drive(5)
    xy[len(xy) // 2] += (900.0, -700.0)
    matched = match(ROADS, xy, at_s)
    assert matched.passed_over >= 1
    assert len(matched.chains) == 1
    assert right(way, matched) >= 0.95


def test_a_long_silence_breaks_the_chain_and_no_way_is_invented_across_it():
    first, xy, at_s = a_drive(5)
    second, more, later_s = a_drive(17)
    matched = match(ROADS, np.concatenate((xy, more)), np.concatenate((at_s, at_s[-1] + 5 + later_s)))
    assert len(matched.chains) == 2
    assert right(first, matched) >= 0.95
    assert right(second, matched) >= 0.95


@pytest.mark.parametrize(
    ("xy", "at_s", "code"),
    [
        (np.zeros((1, 2)), np.zeros(1), "track.short"),
        (np.array([[0.0, 0.0], [np.nan, 0.0]]), np.array([0.0, 1.0]), "track.place"),
        (np.zeros((2, 2)), np.array([1.0, 0.0]), "track.time"),
        (np.full((2, 2), 1e6), np.array([0.0, 1.0]), "track.off_map"),
    ],
)
def test_a_track_that_cannot_be_matched_is_an_error_with_a_name(xy, at_s, code):
    with pytest.raises(Invalid) as told:
        match(ROADS, xy, at_s)
    assert told.value.code == code
