"""Ways to go: the arcs of the quickest route, and others worth considering."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import numpy as np

from bongsu.city.roads.ends import Start, to_end_ms
from bongsu.city.roads.kernels import FAR, follow
from bongsu.city.roads.pace import Pace, pace_with
from bongsu.city.roads.search import Toward, best_start, toward
from bongsu.city.roads.snap import Spot
from bongsu.city.roads.streets import Ints
from bongsu.city.roads.turns import Network
from bongsu.core.errors import NotFound

DEARER = 1.5
"""What a road already taken costs when another way is looked for."""
TRIES = 3
SHARED_AT_MOST, LONGER_AT_MOST = 0.6, 1.5
"""Another way is worth telling when at most so much of it is on one told already, and at most so much longer."""


class Route(msgspec.Struct, frozen=True, eq=False):
    """A way from one spot to another: `arcs` in order, the first from `begins` on and the last up to `ends` (parts).

    `ms` includes every turn; `at_ms[i]` is when arc i is entered (0 for the first).
    """

    arcs: Ints
    at_ms: Ints
    begins: float
    ends: float
    ms: int
    length_m: float


def route(pace: Pace, start: Spot, goal: Spot) -> Route:
    """The quickest way. Raises NotFound "roads.disconnected" where none leads there."""
    return route_of(toward(pace, goal, [start]), start)


def route_of(searched: Toward, start: Spot) -> Route:
    """The quickest way of one of the starts of a search. Raises NotFound "roads.disconnected"."""
    pace = searched.pace
    ms, begun, is_ahead = best_start(searched, start)
    if begun is None:
        raise NotFound("roads.disconnected", vehicle=pace.network.vehicle.name)
    begins = begun.behind_ms / int(pace.open_ms[begun.arc])
    if is_ahead:
        arcs, entered = np.array([begun.arc], np.int32), np.zeros(1, np.int32)
    else:
        arcs, entered = _driven(searched, begun)
    part_ms = int(searched.goal_ms[searched.goal == arcs[-1]][0])
    ends = part_ms / int(pace.open_ms[arcs[-1]])
    length = pace.network.streets.length_m[arcs >> 1]
    length_m = float(length.sum() - begins * length[0] - (1 - ends) * length[-1])
    took_ms = ms if is_ahead else int(entered[-1]) + part_ms
    return Route(arcs, entered, begins, ends, took_ms, length_m)


def routes(pace: Pace, start: Spot, goal: Spot, most: int = 3) -> list[Route]:
    """The quickest way and up to `most` - 1 others that differ from it and are not much longer.

    Each time the roads tried so far are made dearer and the search is run again (penalty method); times told are
    honest ones. Raises NotFound "roads.disconnected".
    """
    told = [route(pace, start, goal)]
    dear = _dearer(pace, pace, told[0])
    for _ in range(TRIES * (most - 1)):
        if len(told) == most:
            break
        other = route_of(toward(dear, goal, [start]), start)
        differs = all(_shared(pace, other, one) <= SHARED_AT_MOST for one in told)
        if differs and other.ms <= LONGER_AT_MOST * told[0].ms:
            told.append(other)
        dear = _dearer(pace, dear, other)
    return told


def _driven(searched: Toward, begun: Start) -> tuple[Ints, Ints]:
    """The arcs of a way and when each is entered, by the pace's open times: dearer weights choose, they do not tell."""
    pace, network = searched.pace, searched.pace.network
    goal = (searched.goal, searched.goal_ms, network.arc)
    turns = network.ahead
    states = follow(pace.ahead, turns.turn, turns.price_ms, searched.label, begun.arc, *goal)
    arcs = network.arc[states]
    steps = np.array([_turn_ms(network, one, other) for one, other in pairwise(states.tolist())])
    steps[1:] += pace.open_ms[arcs[1:-1]]
    steps[0] += begun.first_ms + to_end_ms(pace, begun)
    return arcs, np.concatenate(([0], np.cumsum(steps))).astype(np.int32)


def _turn_ms(network: Network, state: int, onto: int) -> int:
    return dict(network.ahead.of(state))[onto]


def _dearer(pace: Pace, dear: Pace, way: Route) -> Pace:
    """The last pace with the roads of one more way, both directions, at a higher price."""
    price = np.full(pace.network.streets.arcs, FAR, np.int32)
    price[pace.network.arc] = dear.ahead[:-1, 1]
    on = np.concatenate((way.arcs, way.arcs ^ 1))
    on = np.unique(on[price[on] < FAR // 4])
    price[on] = price[on] * DEARER
    return pace_with(pace.network, price, pace.open_ms, pace.mark)


def _shared(pace: Pace, one: Route, other: Route) -> float:
    """The share of one way's length that runs on links of the other, either direction."""
    length, links = pace.network.streets.length_m, one.arcs >> 1
    on = np.isin(links, other.arcs >> 1)
    return float(length[links[on]].sum() / length[links].sum())
