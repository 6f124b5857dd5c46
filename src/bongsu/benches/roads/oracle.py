"""The same questions put to scipy's Dijkstra: on the same expanded graph, in whole milliseconds, and compared exactly.

The graph, the ways to set out and the ways to arrive are put together here anew, not with the searches' own code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bongsu.benches.roads import made
from bongsu.city.roads.frontier import Scratch, frontier_of
from bongsu.city.roads.grid import grid_of
from bongsu.city.roads.kernels import FAR
from bongsu.city.roads.live import Live
from bongsu.city.roads.pace import Pace, pace_of
from bongsu.city.roads.routes import route_of
from bongsu.city.roads.search import arrivals, labels_from, toward
from bongsu.city.roads.snap import Spot, nearest
from bongsu.city.roads.streets import streets_of
from bongsu.city.roads.turns import network_of
from bongsu.city.roads.vehicles import AMBULANCE, CAR, ENGINE, LADDER
from bongsu.core.errors import NotFound

SIDE, QUERIES, OF_ONE_CITY = 22, 1000, 25
VEHICLES = (CAR, AMBULANCE, ENGINE, LADDER)
NOW_MS = 1_000_000
LIMIT_MS = 120_000


def graph_of(pace: Pace, backwards: bool = False) -> csr_array:
    """scipy's own graph of what may be driven: an edge for each turn, weighing the arc left and the turn."""
    off, turns = pace.network.ahead.off, pace.network.ahead
    source = np.repeat(np.arange(len(off) - 1), np.diff(off))
    ms = pace.ahead[source, 1]
    open_rows = ms != FAR
    weight = ms[open_rows].astype(np.float64) + turns.ms[open_rows]
    ends = (source[open_rows], turns.onto[open_rows])
    graph = csr_array((weight, ends[::-1] if backwards else ends), shape=(len(off) - 1,) * 2)
    graph.indices, graph.indptr = graph.indices.astype(np.int32), graph.indptr.astype(np.int32)
    return graph


def mismatches(queries: int = QUERIES, seed: int = 11) -> int:
    """How many of so many random questions, with turn rules, closures and live speeds, are answered differently."""
    chance = np.random.default_rng(seed)
    wrong = 0
    for number in range(queries // OF_ONE_CITY):
        pace, spots = _asked(chance, number)
        graph = graph_of(pace)
        for _ in range(OF_ONE_CITY):
            start, goal = (spots[row] for row in chance.choice(len(spots), 2, replace=False))
            wrong += not agrees(pace, graph, start, goal)
    return wrong


def agrees(pace: Pace, graph: csr_array, start: Spot, goal: Spot) -> bool:
    """Tell whether labels, arrival, route and frontier from one spot to another are exactly scipy's."""
    seeds = _seeds(pace, start)
    far = _labels(graph, seeds)
    ours = labels_from(pace, *(np.array(column, np.int32) for column in zip(*seeds, strict=True))) if seeds else None
    if ours is not None and not np.array_equal(np.where(ours == FAR, np.inf, ours), far):
        return False
    truth = _arrival(pace, far, start, goal)
    told = int(arrivals(pace, goal, [start])[0])
    if told != (FAR if truth == np.inf else truth):
        return False
    try:
        driven = route_of(toward(pace, goal, [start]), start).ms
    except NotFound:
        driven = int(FAR)
    return driven == told and _same_frontier(pace, far, start)


def _same_frontier(pace: Pace, far: np.ndarray, start: Spot) -> bool:
    frontier = frontier_of(pace, start, LIMIT_MS, Scratch(pace.network.states))
    own = len(_options(pace, start))
    told = np.sort(frontier.ms[own:])
    driven = far[(far <= LIMIT_MS) & (pace.ahead[:-1, 1] != FAR)]
    return np.array_equal(told, np.sort(driven).astype(np.int32))


def _options(pace: Pace, spot: Spot) -> list[tuple[int, int, int]]:
    """Arc, ms of it behind, ms before: each way to set out from a spot of unknown heading."""
    whole = pace.open_ms
    both = ((spot.arc, spot.part), (spot.arc ^ 1, 1 - spot.part))
    return [(arc, round(part * int(whole[arc])), 0) for arc, part in both if pace.network.passable[arc]]


def _seeds(pace: Pace, start: Spot) -> list[tuple[int, int]]:
    return [
        (onto, first + int(pace.open_ms[arc]) - behind + ms)
        for arc, behind, first in _options(pace, start)
        for onto, ms in pace.network.ahead.of(arc)
    ]


def _labels(graph: csr_array, seeds: list[tuple[int, int]]) -> np.ndarray:
    """Distances from one more vertex that leads to the seeds; its edges weigh a ms more, as none may weigh nothing."""
    best: dict[int, int] = {}
    for state, ms in seeds:
        best[state] = min(ms, best.get(state, ms))
    size = graph.shape[0] + 1
    indices = np.concatenate((graph.indices, np.array(list(best), np.int32)))
    weights = np.concatenate((graph.data, np.array(list(best.values()), np.float64) + 1))
    indptr = np.append(graph.indptr, len(indices)).astype(np.int32)
    far = dijkstra(csr_array((weights, indices, indptr), shape=(size, size)), indices=size - 1)
    labels: np.ndarray = far[:-1] - 1
    return labels


def _arrival(pace: Pace, far: np.ndarray, start: Spot, goal: Spot) -> float:
    ends = {arc: behind for arc, behind, _ in _options(pace, goal)}
    onto = [far[state] + ends[arc] for state, arc in enumerate(pace.network.arc.tolist()) if arc in ends]
    ahead = [first + ends[arc] - behind for arc, behind, first in _options(pace, start) if ends.get(arc, -1) >= behind]
    return min([*onto, *ahead], default=np.inf)


def _asked(chance: np.random.Generator, number: int) -> tuple[Pace, list[Spot]]:
    """A small city with one vehicle in it, a third of its arcs told of, some too long ago, and a few closed."""
    ground = made.city(SIDE, seed=number)
    streets = streets_of(ground)
    network = network_of(streets, VEHICLES[number % len(VEHICLES)], ground.turn_rules)
    live = Live(streets.arcs)
    arcs = np.arange(streets.arcs)
    told = chance.choice(arcs, len(arcs) // 3, replace=False)
    live.hear(told, chance.uniform(0.5, 20, len(told)), NOW_MS - chance.integers(0, 600_000, len(told)))
    live.close(chance.choice(arcs, len(arcs) // 25, replace=False))
    places = chance.uniform(-0.45, 0.45, (60, 2)) * SIDE * made.BLOCK_M
    arc, part, off_m = nearest(network, grid_of(streets), places, np.full(len(places), np.nan), 500.0)
    spots = [Spot(int(a), float(p), float(o)) for a, p, o in zip(arc, part, off_m, strict=True) if a >= 0]
    return pace_of(network, live, NOW_MS), spots


def parts(pace: Pace) -> dict[str, Any]:
    """How large a graph is."""
    network = pace.network
    return {"arcs": int(network.passable.sum()), "states": network.states, "turns": len(network.ahead.turn)}
