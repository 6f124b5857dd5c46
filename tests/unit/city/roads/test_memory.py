"""Turn rules against a search that remembers every arc it drove and asks each rule by itself."""

from __future__ import annotations

import heapq
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.city.roads.kernels import FAR
from bongsu.city.roads.live import Live
from bongsu.city.roads.search import labels_from
from bongsu.city.roads.vehicles import TurnCosts, Vehicle
from fakes.streets import Town, a_grid, a_road, a_rule

FREE = Vehicle("free", 30.0, TurnCosts())
SPOTS, ROADS = a_grid(3)
ROAD_OF = {frozenset(road.nodes): road.id for road in ROADS}


def test_a_u_turn_over_a_short_road_is_forbidden_but_the_road_may_be_driven():
    spots = {1: (-100, 0), 2: (0, 0), 3: (-100, 20), 4: (0, 20), 5: (100, 0), 6: (100, 20)}
    roads = [
        a_road(1, spots, 1, 2, oneway=1), a_road(2, spots, 2, 4), a_road(3, spots, 4, 3, oneway=1),
        a_road(4, spots, 2, 5, oneway=1), a_road(5, spots, 6, 4, oneway=1), a_road(6, spots, 5, 6),
    ]  # fmt: skip
    rule = a_rule("no_u_turn", 1, 3, via_roads=(2,))
    town = Town(roads, FREE, [rule])
    label = _labels(town, town.arc(1, 2))
    round_ms = sum(int(town.pace.open_ms[town.arc(*pair)]) for pair in ((1, 2), (2, 5), (5, 6), (6, 4)))
    assert label[town.arc(4, 3)] == round_ms
    assert label[town.network.arc == town.arc(2, 4)].min() == town.pace.open_ms[town.arc(1, 2)]


def _labels(town, arc):
    return labels_from(town.pace, np.array([arc], np.int32), np.zeros(1, np.int32))


@st.composite
def rules(draw):
    """A rule along a walk over three or four corners of the grid."""
    corners = [draw(st.sampled_from(sorted(SPOTS)))]
    for _ in range(draw(st.integers(2, 3))):
        around = [b for b in SPOTS if frozenset((corners[-1], b)) in ROAD_OF and b not in corners[-2:]]
        if not around:
            break
        corners.append(draw(st.sampled_from(around)))
    roads = [ROAD_OF[frozenset(pair)] for pair in pairwise(corners)]
    if len(roads) < 2:
        roads = [10, 11]
        corners = [2, 1, 4]
    kind = draw(st.sampled_from(["no_left_turn", "only_straight_on", "no_right_turn"]))
    if len(roads) == 2:
        return a_rule(kind, roads[0], roads[1], via_node=corners[1])
    return a_rule(kind, roads[0], roads[-1], via_roads=tuple(roads[1:-1]))


@settings(max_examples=60, deadline=None)
@given(st.lists(rules(), max_size=5), st.sets(st.integers(0, 23), max_size=5), st.integers(0, 23))
def test_every_place_is_reached_exactly_when_the_rules_asked_one_by_one_allow_it(held, closed, start):
    live = Live(24)
    town = Town(ROADS, FREE, held, live)
    live.close(np.array(sorted(closed), np.int32))
    town.pace = town.at(0)
    label = _labels(town, start)
    by_arc = np.full(24, FAR)
    np.minimum.at(by_arc, town.network.arc, label)
    assert by_arc.tolist() == _remembering(town, held, closed, start)


def _remembering(town, held, closed, start):
    """Dijkstra over the last four arcs driven."""
    tail, head = town.streets.tail.tolist(), town.streets.head.tolist()
    best, queue = {}, [(0, (start,))]
    while queue:
        ms, driven = heapq.heappop(queue)
        if driven in best:
            continue
        best[driven] = ms
        if driven[-1] in closed:
            continue
        onward = [arc for arc in range(24) if tail[arc] == head[driven[-1]]]
        for arc in onward:
            if arc == driven[-1] ^ 1 and len(onward) > 1:
                continue
            longer = (*driven, arc)[-4:]
            if not any(_breaks(town, rule, longer) for rule in held):
                heapq.heappush(queue, (ms + int(town.pace.open_ms[driven[-1]]), longer))
    return [min([ms for driven, ms in best.items() if driven[-1] == arc], default=int(FAR)) for arc in range(24)]


def _breaks(town, rule, driven):
    """Whether the last turn of a way breaks a rule."""
    wanted = [rule.from_road, *rule.via_roads, rule.to_road]
    last = driven[-len(wanted) :]
    names = town.streets.road_id[town.streets.road[np.array(last) >> 1]].tolist()
    if len(last) < len(wanted) or names[:-1] != wanted[:-1]:
        return False
    corner = town.streets.node_key[town.streets.tail[last[-1]]]
    if rule.via_node is not None and corner != rule.via_node:
        return False
    ways = np.flatnonzero(town.streets.tail == town.streets.tail[last[-1]])
    possible = rule.to_road in town.streets.road_id[town.streets.road[ways >> 1]]
    return possible and (names[-1] == wanted[-1]) == rule.rule.startswith("no_")
