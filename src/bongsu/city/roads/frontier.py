"""How far one can be by now, and which cameras lie on the way there."""

from __future__ import annotations

import msgspec
import numpy as np
from numba import njit
from numpy.typing import NDArray

from bongsu.city.roads.ends import seeds_ahead, starts_of
from bongsu.city.roads.grid import Grid, near
from bongsu.city.roads.kernels import FAR, spread
from bongsu.city.roads.pace import Pace
from bongsu.city.roads.search import NONE
from bongsu.city.roads.snap import Spot
from bongsu.city.roads.streets import Floats, Ints, Longs, Streets

BESIDE_M = 40.0
LINKS_OF_A_CAMERA = 4


class Scratch:
    """What a bounded search writes on, kept between searches: one for each network and thread."""

    def __init__(self, states: int) -> None:
        self.label: Ints = np.full(states, FAR, np.int32)
        self.touched: Ints = np.empty(states, np.int32)


class Frontier(msgspec.Struct, frozen=True, eq=False):
    """The arcs one can be on within `limit_ms`: entered at `part` (0 to 1) after `ms`, left behind up to `until`.

    `until` < 1: the time runs out on this arc; together these are the edge of the reachable. An arc with a memory of
    turn rules stands once for each, at its own time.
    """

    arc: Ints
    ms: Ints
    part: Floats
    until: Floats
    limit_ms: int


class Posts(msgspec.Struct, frozen=True, eq=False):
    """Cameras by link: those of link l are `camera[first[l]:first[l + 1]]`, `part` of the way along it."""

    first: Longs
    camera: Ints
    part: Floats
    cameras: int


def posts_of(streets: Streets, grid: Grid, xy: Floats, within_m: float = BESIDE_M) -> Posts:
    """Cameras at (n, 2) metres put on up to four links beside each."""
    found = near(grid, streets, xy, within_m, LINKS_OF_A_CAMERA, np.ones(streets.arcs, bool))
    camera, column = np.nonzero(found.link >= 0)
    link = found.link[camera, column]
    order = np.argsort(link, kind="stable")
    first = np.searchsorted(link[order], np.arange(len(streets.length_m) + 1))
    part = found.along_m[camera, column] / streets.length_m[link]
    return Posts(first, camera[order].astype(np.int32), part[order], len(xy))


def frontier_of(pace: Pace, spot: Spot, limit_ms: int, scratch: Scratch) -> Frontier:
    """Everything within `limit_ms` of a spot; its cost is that of what is reached, not that of the city."""
    starts = starts_of(pace, spot)
    seed, seed_ms = seeds_ahead(pace, starts)
    turns, label, touched = pace.network.ahead, scratch.label, scratch.touched
    count = spread(pace.ahead, turns.turn, turns.price_ms, seed, seed_ms, limit_ms, NONE, label, touched, pace.worst_ms)
    own = np.array([(one.arc, one.behind_ms, one.first_ms) for one in starts], np.int32).reshape(-1, 3)
    arc, ms, part, until = _reached(
        scratch.label, scratch.touched[:count], pace.network.arc, pace.ahead, pace.open_ms, own, limit_ms
    )
    return Frontier(arc, ms, part, until, limit_ms)


def cameras_on(frontier: Frontier, pace: Pace, posts: Posts) -> tuple[Ints, Ints]:
    """The cameras one can have come by, and the ms after which each can first have seen: rows and times."""
    first_ms = np.full(posts.cameras, FAR, np.int32)
    seen = _passed(
        frontier.arc,
        frontier.ms,
        frontier.part,
        frontier.until,
        pace.open_ms,
        posts.first,
        posts.camera,
        posts.part,
        first_ms,
    )
    return seen, first_ms[seen]


def edge_of(frontier: Frontier) -> NDArray[np.intp]:
    """The rows of the frontier on which the time runs out."""
    return np.flatnonzero(frontier.until < 1)


@njit(cache=True, nogil=True)
def _reached(
    label: Ints, touched: Ints, arc_of: Ints, rows: Ints, open_ms: Ints, own: Ints, limit_ms: int
) -> tuple[Ints, Ints, Floats, Floats]:
    """The columns of a frontier; the scratch is wiped on the way. Closed arcs are reached but not entered."""
    most = len(touched) + len(own)
    arc, ms = np.empty(most, np.int32), np.empty(most, np.int32)
    part, until = np.zeros(most), np.empty(most)
    n = 0
    for i in range(len(own)):
        whole = open_ms[own[i, 0]]
        if own[i, 2] > limit_ms:
            continue
        arc[n], ms[n], part[n] = own[i, 0], own[i, 2], own[i, 1] / whole
        until[n] = min(1.0, (own[i, 1] + limit_ms - own[i, 2]) / whole)
        n += 1
    for i in range(len(touched)):
        state = touched[i]
        reached = label[state]
        label[state] = FAR
        if rows[state, 1] == FAR:
            continue
        arc[n], ms[n] = arc_of[state], reached
        until[n] = min(1.0, (limit_ms - reached) / open_ms[arc_of[state]])
        n += 1
    return arc[:n], ms[:n], part[:n], until[:n]


@njit(cache=True, nogil=True)
def _passed(
    arc: Ints,
    ms: Ints,
    part: Floats,
    until: Floats,
    open_ms: Ints,
    first: Longs,
    camera: Ints,
    along: Floats,
    first_ms: Ints,
) -> Ints:
    seen = np.empty(len(first_ms), np.int32)
    n = 0
    for i in range(len(arc)):
        link = arc[i] >> 1
        for k in range(first[link], first[link + 1]):
            at = 1.0 - along[k] if arc[i] & 1 else along[k]
            if at < part[i] or at > until[i]:
                continue
            when = ms[i] + np.int32(np.rint((at - part[i]) * open_ms[arc[i]]))
            if first_ms[camera[k]] == FAR:
                seen[n] = camera[k]
                n += 1
            if when < first_ms[camera[k]]:
                first_ms[camera[k]] = when
    return seen[:n]
