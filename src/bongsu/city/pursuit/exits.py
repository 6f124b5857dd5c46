"""Where the city ends: roads that leave the map, marked for the neighbour with how probable and how soon."""

from __future__ import annotations

import msgspec
import numpy as np
from scipy.spatial import ConvexHull

from bongsu.city.pursuit.paths import Paths
from bongsu.city.roads import classes
from bongsu.city.roads.streets import Floats, Ints, Longs, Streets

BESIDE_EDGE_M = 400.0
LEAST_RANK = 1


class Exits(msgspec.Struct, frozen=True, eq=False):
    """E arcs that lead out, `arc` (E,)."""

    arc: Ints


class Leaving(msgspec.Struct, frozen=True, eq=False):
    """Of the exits that are reached: `arc`, `probability`, and the ms of the first and the median particle."""

    arc: Ints
    probability: Floats
    first_ms: Longs
    median_ms: Longs


def exits_of(streets: Streets) -> Exits:
    """Roads cars may take that end nowhere near the outline of the map: there the map was cut, not the road."""
    rank = classes.RANK[streets.kind[streets.road]]
    degree = np.bincount(np.concatenate((streets.tail, streets.head)), minlength=len(streets.node_key)) // 2
    arcs = np.flatnonzero((degree[streets.head] == 1) & np.repeat(rank >= LEAST_RANK, 2))
    if len(arcs) == 0:
        return Exits(np.empty(0, np.int32))
    link = arcs >> 1
    ends = streets.shape[np.where(arcs & 1, streets.lies[link], streets.lies[link + 1] - 1)]
    hull = ConvexHull(streets.shape).equations
    near = (ends @ hull[:, :2].T + hull[:, 2]).max(axis=1) > -BESIDE_EDGE_M
    return Exits(arcs[near].astype(np.int32))


def leaving_of(exits: Exits, paths: Paths, weight: Floats) -> Leaving:
    """Which exits particles take up to the horizon, most probable first."""
    owner = np.repeat(np.arange(len(paths)), np.diff(paths.first))
    last = np.zeros(len(paths.arc), bool)
    last[paths.first[1:][np.diff(paths.first) > 0] - 1] = True
    rows = np.flatnonzero(last & np.isin(paths.arc, exits.arc) & (paths.high >= 1.0))
    arc, which = np.unique(paths.arc[rows], return_inverse=True)
    probability: Floats = np.bincount(which, weight[owner[rows]], minlength=len(arc)).astype(np.float64)
    out = [np.sort(paths.out_ms[rows][which == n]) for n in range(len(arc))]
    order = np.lexsort((arc, -probability))
    order = order[probability[order] > 0]
    first = np.array([out[n][0] for n in order], np.int64)
    median = np.array([out[n][len(out[n]) // 2] for n in order], np.int64)
    return Leaving(arc[order], probability[order], first, median)
