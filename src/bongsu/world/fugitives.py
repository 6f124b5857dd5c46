"""People who flee as no planner expects: home, round in circles, past no camera, back again, or from car to foot.

Own streets, own speeds, own ways: nothing here is shared with whoever plans to find them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from bongsu.core.asset import Ground, Road
from bongsu.core.geo import Plane

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

KMH = {
    "motorway": 85.0, "trunk": 60.0, "primary": 45.0, "secondary": 40.0, "tertiary": 35.0, "motorway_link": 50.0,
    "trunk_link": 45.0, "primary_link": 35.0, "secondary_link": 35.0, "tertiary_link": 30.0, "service": 18.0,
    "living_street": 15.0, "track": 15.0,
}  # fmt: skip
STREET_KMH = 27.0
NO_CARS = frozenset({"footway", "path", "cycleway", "steps", "pedestrian", "bridleway", "busway"})
NO_WALKERS = frozenset({"motorway", "trunk", "motorway_link", "trunk_link"})
MAIN = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary"})
SHY_OF_MAIN, SHY_OF_CAMERAS = 3.0, 4.0
SEES_M = 45.0
LONG_S = 900.0


@dataclass(frozen=True, slots=True)
class Net:
    """Junctions and bends as nodes, metres on a plane; an edge for each piece of road, by mode its free seconds."""

    xy: Floats
    ends: Longs
    length_m: Floats
    main: NDArray[np.bool_]
    watched: NDArray[np.bool_]
    seconds: dict[str, Floats]
    graphs: dict[tuple[str, bool], csr_array]
    joined: dict[str, NDArray[np.bool_]]


def _graph(net: Net, mode: str, shy: bool) -> csr_array:
    """The seconds from node to node; shy: main roads and cameras feel longer."""
    weight = net.seconds[mode]
    if shy:
        weight = weight * np.where(net.main, SHY_OF_MAIN, 1.0) * np.where(net.watched, SHY_OF_CAMERAS, 1.0)
    held = np.flatnonzero(np.isfinite(weight))
    # Two roads between the same two places: the quicker one.
    held = held[np.argsort(weight[held], kind="stable")]
    _, first = np.unique(net.ends[held, 0] * len(net.xy) + net.ends[held, 1], return_index=True)
    held = held[first]
    return csr_array((weight[held], (net.ends[held, 0], net.ends[held, 1])), shape=(len(net.xy),) * 2)


def net_of(ground: Ground, plane: Plane, cameras: Floats) -> Net:
    """A ground's roads by the places their points share; `cameras` (n, 2) metres, which some fugitives know of."""
    roads = [road for road in ground.roads if len(road.line) >= 2]
    lonlat = np.concatenate([np.array(road.line) for road in roads])
    _, first, node = np.unique(np.round(lonlat * 1e7).astype(np.int64), axis=0, return_index=True, return_inverse=True)
    east, north = plane.metres_per_degree()
    xy = (lonlat[first] - (plane.origin.lon, plane.origin.lat)) * (east, north)
    owner = np.repeat(np.arange(len(roads)), [len(road.line) for road in roads])
    step = np.flatnonzero(owner[1:] == owner[:-1])
    node = node.reshape(-1)
    along = np.column_stack((node[step], node[step + 1]))
    road = owner[step]
    ends, road = np.concatenate((along, along[:, ::-1])), np.concatenate((road, road))
    back = np.arange(len(ends)) >= len(step)
    length = np.maximum(np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T), 0.1)
    seconds = _seconds(roads, road, back, length)
    watched = cKDTree(cameras).query(xy[ends].mean(axis=1))[0] < SEES_M if len(cameras) else np.zeros(len(ends), bool)
    main = np.array([one.road_class in MAIN for one in roads])[road]
    net = Net(xy, ends, length, main, watched, seconds, {}, {})
    net.graphs.update({(mode, shy): _graph(net, mode, shy) for mode in seconds for shy in (False, True)})
    net.joined.update({mode: _bulk(net.graphs[mode, False]) for mode in seconds})
    return net


def _seconds(roads: Sequence[Road], road: Longs, back: NDArray[np.bool_], length: Floats) -> dict[str, Floats]:
    kmh = np.array([KMH.get(one.road_class, STREET_KMH) for one in roads])[road]
    paths = np.array([one.road_class in NO_CARS for one in roads])[road]
    barred = np.array([one.road_class in NO_WALKERS for one in roads])[road]
    against = np.array([one.oneway for one in roads])[road] == np.where(back, 1, -1)
    driven = length / (kmh / 3.6)
    return {
        "car": np.where(paths | against, np.inf, driven),
        "bike": np.where(barred, np.inf, np.where(paths, length / 4.0, driven)),
        "foot": np.where(barred, np.inf, length / 2.0),
    }


def _bulk(graph: csr_array) -> NDArray[np.bool_]:
    _, part = connected_components(graph, directed=True, connection="strong")
    joined: NDArray[np.bool_] = part == np.argmax(np.bincount(part))
    return joined


@dataclass(frozen=True, slots=True)
class Flight:
    """Where somebody is when: `at_s` ascending, `xy` (n, 2); before and after nobody sees them on a street."""

    how: str
    at_s: Floats
    xy: Floats

    def at(self, seconds: Floats) -> Floats:
        """Their places, (n, 2); nan while they are off the street."""
        xy = np.column_stack([np.interp(seconds, self.at_s, self.xy[:, axis]) for axis in (0, 1)])
        xy[(seconds < self.at_s[0]) | (seconds > self.at_s[-1])] = np.nan
        return xy


Nodes = list[int]


def _ways(net: Net, mode: str, start: int, shy: bool = False) -> tuple[Floats, NDArray[np.int32]]:
    limit_s = LONG_S * (SHY_OF_MAIN * SHY_OF_CAMERAS if shy else 1)
    far, before = dijkstra(net.graphs[mode, shy], indices=start, return_predecessors=True, limit=limit_s)
    return far, before


def _to(before: NDArray[np.int32], start: int, goal: int) -> Nodes:
    way = [goal]
    while way[-1] != start and before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    return way[::-1]


def _about(net: Net, mode: str, far: Floats, metres: float, start: int, chance: np.random.Generator) -> int:
    """A place about so far off as the crow flies."""
    off = np.hypot(*(net.xy - net.xy[start]).T)
    off[~np.isfinite(far) | ~net.joined[mode]] = np.inf
    near = np.argsort(np.abs(off - metres), kind="stable")[:60]
    return int(chance.choice(near))


FAR_M = {"foot": 750.0, "bike": 2200.0, "car": 2600.0}
"""About how far from the deed fugitives' homes lie."""


def home(net: Net, mode: str, start: int, chance: np.random.Generator, shy: bool = False) -> list[tuple[str, Nodes]]:
    """Straight home by the way they always take."""
    far, before = _ways(net, mode, start, shy)
    goal = _about(net, mode, far, FAR_M[mode] * float(chance.lognormal(0.0, 0.6)), start, chance)
    return [(mode, _to(before, start, goal))]


def shy(net: Net, mode: str, start: int, chance: np.random.Generator) -> list[tuple[str, Nodes]]:
    """By back streets and past as few cameras as can be."""
    return home(net, mode, start, chance, shy=True)


def loop(net: Net, mode: str, start: int, chance: np.random.Generator) -> list[tuple[str, Nodes]]:
    """Round the quarter, from place to place, and past where it began."""
    legs, here = [], start
    for turn in range(4):
        far, before = _ways(net, mode, here)
        metres = FAR_M[mode] * float(chance.uniform(0.15, 0.4))
        goal = start if turn == 2 and np.isfinite(far[start]) else _about(net, mode, far, metres, here, chance)
        legs.append((mode, _to(before, here, goal)))
        here = goal
    return legs


def back(net: Net, mode: str, start: int, chance: np.random.Generator) -> list[tuple[str, Nodes]]:
    """Off one way, then round and off another."""
    far, before = _ways(net, mode, start)
    turned = _about(net, mode, far, FAR_M[mode] * float(chance.uniform(0.2, 0.5)), start, chance)
    onward, then = _ways(net, mode, turned)
    goal = _about(net, mode, onward, FAR_M[mode], turned, chance)
    away = net.xy[goal] - net.xy[turned]
    if away @ (net.xy[turned] - net.xy[start]) > 0 and np.isfinite(onward[start]):
        last, after = _ways(net, mode, start)
        goal = _about(net, mode, last, FAR_M[mode] * 0.6, start, chance)
        return [(mode, _to(before, start, turned)), (mode, _to(then, turned, start)), (mode, _to(after, start, goal))]
    return [(mode, _to(before, start, turned)), (mode, _to(then, turned, goal))]


def change(net: Net, mode: str, start: int, chance: np.random.Generator) -> list[tuple[str, Nodes]]:
    """Somewhere the vehicle is left and they walk on; who walked is picked up by a car."""
    far, before = _ways(net, mode, start)
    there = _about(net, mode, far, FAR_M[mode] * float(chance.uniform(0.2, 0.6)), start, chance)
    other = "car" if mode == "foot" else "foot"
    first = (mode, _to(before, start, there))
    if not net.joined[other][there]:
        return [first]
    onward, then = _ways(net, other, there)
    goal = _about(net, other, onward, FAR_M[other], there, chance)
    return [first, (other, _to(then, there, goal))]


Way = Callable[[Net, str, int, np.random.Generator], list[tuple[str, Nodes]]]
WAYS: dict[str, Way] = {"home": home, "loop": loop, "shy": shy, "back": back, "change": change}
HASTE = {"foot": (0.6, 1.9), "bike": (0.7, 1.4), "car": (0.7, 1.5)}


def flee(net: Net, how: str, mode: str, xy: Floats, chance: np.random.Generator) -> Flight:
    """One fugitive from the junction nearest to a place, setting out after a while nobody knows."""
    usable = np.flatnonzero(net.joined[mode])
    start = int(usable[np.argmin(np.hypot(*(net.xy[usable] - xy).T))])
    at, places = float(min(chance.exponential(25.0), 150.0)), [net.xy[start]]
    times = [at]
    for leg, nodes in WAYS[how](net, mode, start, chance):
        haste = float(chance.uniform(*HASTE[leg]))
        if len(nodes) < 2:
            continue
        took = np.asarray(net.graphs[leg, False][nodes[:-1], nodes[1:]]).reshape(-1) / haste
        times += (at + np.cumsum(took)).tolist()
        at = times[-1]
        places += list(net.xy[nodes[1:]])
    return Flight(how, np.array(times), np.array(places))
