"""The road graph that traffic drives and walks on."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from bongsu.core.asset import Road
from bongsu.core.geo import Plane, Point
from bongsu.world.scene import width_m

SPEED_MPS = {
    "motorway": 19.0,
    "trunk": 15.0,
    "primary": 12.5,
    "secondary": 11.0,
    "tertiary": 8.5,
    "unclassified": 7.0,
    "residential": 5.5,
    "living_street": 4.0,
    "service": 3.8,
}
_ON_FOOT_ONLY = frozenset({"pedestrian", "footway", "path", "steps", "cycleway"})


@dataclass(frozen=True, slots=True)
class Graph:
    """Directed edges between spots: `time` holds seconds, `width` metres (negative: one way), `xy` metres.

    Only the largest part within which every spot reaches every other is kept in `inside`.
    """

    xy: NDArray[np.float64]
    time: csr_array
    edges: dict[tuple[int, int], tuple[float, float]]
    inside: NDArray[np.intp]

    def paths_from(self, hubs: NDArray[np.intp]) -> NDArray[np.int32]:
        """For each hub, the predecessor of every spot on the fastest way from the hub."""
        _, before = dijkstra(self.time, indices=hubs, return_predecessors=True)
        found: NDArray[np.int32] = before
        return found


def drive(roads: Iterable[Road], plane: Plane) -> Graph:
    """The graph of vehicles; edges hold (speed m/s, width m with a minus for one-way roads)."""
    return _graph([road for road in roads if road.road_class.removesuffix("_link") in SPEED_MPS], plane, False)


def walk(roads: Iterable[Road], plane: Plane) -> Graph:
    """The graph of people: every road but motorways, both ways."""
    fit = [r for r in roads if r.road_class in _ON_FOOT_ONLY or r.road_class in SPEED_MPS]
    return _graph([r for r in fit if r.road_class not in ("motorway", "trunk")], plane, True)


def _graph(roads: list[Road], plane: Plane, on_foot: bool) -> Graph:
    spots: dict[tuple[float, float], int] = {}
    edges: dict[tuple[int, int], tuple[float, float]] = {}
    for road in roads:
        speed = 1.3 if on_foot else SPEED_MPS[road.road_class.removesuffix("_link")]
        wide = width_m(road) * (-1 if road.oneway and not on_foot else 1)
        refs = [spots.setdefault(spot, len(spots)) for spot in road.line]
        for a, b in itertools.pairwise(refs):
            if a == b:
                continue
            if on_foot or road.oneway >= 0:
                edges[a, b] = (speed, wide)
            if on_foot or road.oneway <= 0:
                edges[b, a] = (speed, wide)
    xy = np.array([plane.to_xy(Point(lon, lat)) for lon, lat in spots], dtype=np.float64).reshape(-1, 2)
    ends = np.array(list(edges), dtype=np.intp).reshape(-1, 2)
    pace = np.array([speed for speed, _ in edges.values()], dtype=np.float64)
    seconds = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T) / pace + 1e-3
    time = csr_array((seconds, (ends[:, 0], ends[:, 1])), shape=(len(xy), len(xy)))
    return Graph(xy, time, edges, _largest(time))


def _largest(time: csr_array) -> NDArray[np.intp]:
    if time.shape[0] == 0:
        return np.zeros(0, np.intp)
    _, labels = connected_components(time, directed=True, connection="strong")
    return np.flatnonzero(labels == np.bincount(labels).argmax()).astype(np.intp)
