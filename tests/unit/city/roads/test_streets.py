from __future__ import annotations

import numpy as np
import pytest

from bongsu.city.roads.rules import forbidden
from bongsu.city.roads.streets import streets_of
from bongsu.city.roads.vehicles import AMBULANCE, CAR, ENGINE, FOOT, LADDER, PATROL, TurnCosts, Vehicle
from bongsu.core.asset import Ground, Road
from bongsu.core.errors import Invalid
from fakes.streets import Town, a_grid, a_road, a_rule

FREE = Vehicle("free", 30.0, TurnCosts())
CROSS = {1: (-100, 0), 2: (0, 0), 3: (100, 0), 4: (0, -100), 5: (0, 100)}


def a_cross(**more):
    return [a_road(corner, CROSS, corner, 2, **more) for corner in (1, 3, 4, 5)]


def turns(town):
    arc, ahead = town.network.arc, town.network.ahead
    return {(int(arc[s]), int(arc[t])) for s in range(town.network.states) for t, _ in ahead.of(s)}


def test_a_road_is_cut_where_another_meets_it():
    roads = [a_road(7, CROSS, 1, 2, 3), a_road(8, CROSS, 2, 5)]
    streets = streets_of(Ground(roads=tuple(roads)))
    assert sorted(streets.road_id[streets.road].tolist()) == [7, 7, 8]
    assert streets.length_m == pytest.approx([100, 100, 100], rel=1e-3)


def test_the_way_back_is_the_other_arc_of_the_link():
    town = Town(a_cross(), CAR)
    for arc in range(town.streets.arcs):
        assert town.streets.tail[arc] == town.streets.head[arc ^ 1]
        turned = (town.streets.out_rad[arc] - town.streets.in_rad[arc ^ 1]) / np.pi
        assert round(turned) % 2 == 1


def test_roads_without_nodes_join_where_their_points_are_the_same():
    line, other = ((127.0, 37.5), (127.001, 37.5)), ((127.001, 37.5), (127.001, 37.501))
    streets = streets_of(
        Ground(roads=(Road(id=1, line=line, road_class="service"), Road(id=2, line=other, road_class="service")))
    )
    assert len(streets.node_key) == 3


def test_a_road_of_no_length_is_kept_and_told_and_one_off_the_earth_is_left_out_and_told():
    spots = {**CROSS, 6: (100, 0), 7: (200, 0)}
    lost = Road(id=99, line=((127.0, 95.0), (127.0, 37.5)), road_class="service")
    roads = (a_road(1, spots, 1, 2, 3), a_road(2, spots, 3, 6), a_road(3, spots, 6, 7), lost)
    streets = streets_of(Ground(roads=roads))
    assert {(flaw.road, flaw.code) for flaw in streets.flaws} == {(2, "roads.length"), (99, "roads.coordinates")}
    assert streets.length_m.min() == pytest.approx(0.1)


def test_no_usable_road_is_an_error_with_a_name():
    with pytest.raises(Invalid) as told:
        streets_of(Ground())
    assert told.value.code == "roads.none"


def test_one_turns_back_only_where_nothing_else_goes_on():
    town = Town(a_cross(), CAR)
    assert (town.arc(2, 3), town.arc(3, 2)) in turns(town)
    assert (town.arc(1, 2), town.arc(2, 1)) not in turns(town)
    assert (town.arc(1, 2), town.arc(2, 1)) in turns(Town(a_cross(), PATROL))


def test_left_costs_more_than_right_and_a_crossing_with_signals_waits():
    def cost(town, via, onto):
        return dict(town.network.ahead.of(via))[onto]

    quiet, busy = Town(a_cross(), CAR), Town(a_cross(road_class="primary"), CAR)
    come, right, left, on = quiet.arc(1, 2), quiet.arc(2, 4), quiet.arc(2, 5), quiet.arc(2, 3)
    assert [cost(quiet, come, arc) for arc in (right, on, left)] == [2000, 0, 5000]
    come, right, left, on = busy.arc(1, 2), busy.arc(2, 4), busy.arc(2, 5), busy.arc(2, 3)
    assert [cost(busy, come, arc) for arc in (right, on, left)] == [2000, 8000, 13000]


def test_a_forbidden_turn_cannot_be_made_and_an_ordered_one_leaves_no_other():
    no = Town(a_cross(), CAR, [a_rule("no_left_turn", 1, 5, via_node=2)])
    assert {b for a, b in turns(no) if a == no.arc(1, 2)} == {no.arc(2, 3), no.arc(2, 4)}
    only = Town(a_cross(), CAR, [a_rule("only_straight_on", 1, 3, via_node=2)])
    assert {b for a, b in turns(only) if a == only.arc(1, 2)} == {only.arc(2, 3)}
    assert {b for a, b in turns(only) if a == only.arc(4, 2)} == {only.arc(2, n) for n in (1, 3, 5)}


def test_a_rule_that_excepts_emergencies_does_not_hold_a_siren():
    rule = a_rule("no_left_turn", 1, 5, via_node=2, exempt=("emergency",))
    town = Town(a_cross(), CAR, [rule])
    assert len(forbidden(town.streets, [rule], CAR.exempt)) == 1
    assert forbidden(town.streets, [rule], AMBULANCE.exempt) == set()


def test_walkers_mind_neither_rules_nor_one_way_signs():
    roads = [a_road(corner, CROSS, corner, 2, oneway=1) for corner in (1, 3, 4, 5)]
    walking = Town(roads, FOOT, [a_rule("no_left_turn", 1, 5, via_node=2)])
    assert walking.network.passable.all()
    assert (walking.arc(1, 2), walking.arc(2, 5)) in turns(walking)


def test_a_one_way_street_is_not_driven_against_its_sign():
    roads = [a_road(1, CROSS, 1, 2, 3, oneway=-1), a_road(2, CROSS, 4, 2, 5)]
    town = Town(roads, AMBULANCE)
    assert not town.network.passable[town.arc(1, 2)]
    assert town.network.passable[town.arc(2, 1)]


@pytest.mark.parametrize(
    ("width_m", "may"), [(2.5, {"car", "patrol"}), (3.1, {"car", "patrol", "ambulance", "engine"})]
)
def test_a_vehicle_is_not_sent_into_an_alley_it_does_not_fit(width_m, may):
    roads = [a_road(1, CROSS, 1, 2, 3), a_road(2, CROSS, 2, 5, width_m=width_m)]
    fits = {one.name for one in (CAR, PATROL, AMBULANCE, ENGINE, LADDER) if _goes(Town(roads, one), 2, 5)}
    assert fits == may


def _goes(town, start, end):
    return bool(town.network.passable[town.arc(start, end)])


def test_an_island_is_not_joined_to_the_city():
    spots, roads = a_grid(3)
    away = {100: (5000, 0), 101: (5100, 0)}
    town = Town([*roads, a_road(9000, away, 100, 101)], CAR)
    assert town.network.joined.sum() == 2 * len(roads)
    assert not town.network.joined[town.arc(100, 101)]
