from __future__ import annotations

import numpy as np
import pytest

from bongsu.city.roads.kernels import FAR
from bongsu.city.roads.live import Live
from bongsu.city.roads.pace import STALE_AFTER_MS, Mark, milliseconds
from bongsu.city.roads.vehicles import AMBULANCE, CAR, FOOT
from bongsu.core.errors import Invalid
from fakes.streets import Town, a_grid

SPOTS, ROADS = a_grid(3)


def a_town(vehicle=CAR, roads=ROADS):
    return Town(roads, vehicle, live=Live(2 * len(roads)))


def test_a_live_speed_is_used_while_it_is_fresh_and_the_typical_one_when_it_is_stale_and_both_are_marked():
    town = a_town()
    arc, typical = town.arc(1, 2), int(town.pace.open_ms[town.arc(1, 2)])
    town.live.hear(np.array([arc]), np.array([2.0]), np.array([1000]))
    fresh, stale = town.at(1000 + STALE_AFTER_MS), town.at(1001 + STALE_AFTER_MS)
    assert (fresh.open_ms[arc], fresh.mark[arc], fresh.stale) == (pytest.approx(50_000, rel=1e-3), Mark.LIVE, 0)
    assert (stale.open_ms[arc], stale.mark[arc], stale.stale) == (typical, Mark.STALE, 1)
    assert town.pace.mark[arc] == Mark.TYPICAL


def test_wrong_speeds_are_refused_by_row_with_their_names_and_the_others_are_taken():
    town = a_town()
    speeds = np.array([5.0, 0.0, -3.0, np.nan, 200.0, 7.0, 8.0])
    heard = town.live.hear(np.array([0, 1, 2, 3, 4, 99, 5]), speeds, np.full(7, 1000))
    assert heard.taken == 2
    wrong = [(row, "roads.speed") for row in (1, 2, 3, 4)]
    assert heard.refused == (*wrong, (5, "roads.arc"))
    assert np.flatnonzero(town.at(1000).mark == Mark.LIVE).tolist() == [0, 5]


def test_an_older_word_does_not_replace_a_newer_and_of_one_telling_the_latest_stands():
    live = Live(4)
    live.hear(np.array([1, 1]), np.array([9.0, 4.0]), np.array([2000, 1000]))
    assert live.mps[1] == 9.0
    assert live.hear(np.array([1]), np.array([3.0]), np.array([1500])).refused == ((0, "roads.older"),)
    assert live.mps[1] == 9.0


def test_a_closure_holds_at_once_and_ends_at_once():
    town = a_town()
    arc = town.arc(1, 2)
    town.live.close(np.array([arc]))
    assert town.at(0).ahead[arc, 1] == FAR
    town.live.open(np.array([arc]))
    assert town.at(0).ahead[arc, 1] == town.pace.open_ms[arc]


def test_closing_what_is_no_arc_is_an_error_with_a_name():
    with pytest.raises(Invalid) as told:
        Live(4).close(np.array([4]))
    assert told.value.code == "roads.arc"


def test_a_siren_loses_less_to_traffic_than_a_car_and_less_on_many_lanes():
    wide = a_grid(3, road_class="primary", lanes=6)[1]
    narrow = a_grid(3, road_class="primary", lanes=2)[1]

    def lost(vehicle, roads):
        town = a_town(vehicle, roads)
        arc = town.arc(1, 2)
        town.live.hear(np.array([arc]), np.array([2.0]), np.array([0]))
        return int(town.at(0).open_ms[arc]) - int(town.pace.open_ms[arc])

    assert lost(AMBULANCE, wide) < lost(AMBULANCE, narrow) < lost(CAR, narrow) == lost(CAR, wide)


def test_walkers_mind_neither_jams_nor_closures_of_the_road():
    town = a_town(FOOT)
    town.live.hear(np.array([0]), np.array([0.5]), np.array([0]))
    town.live.close(np.array([1]))
    assert np.array_equal(town.at(0).ahead, town.pace.ahead)


@pytest.mark.parametrize(
    ("length", "mps", "code"), [(0, 5, "length"), (-1, 5, "length"), (9, 0, "speed"), (9, -2, "speed")]
)
def test_nothing_takes_no_time_or_less(length, mps, code):
    with pytest.raises(Invalid) as told:
        milliseconds(np.array([10.0, length]), np.array([5.0, mps]))
    assert (told.value.code, told.value.facts) == (f"roads.{code}", {"arc": 1})
