"""The compiled loops that give particles their ways: along a search's tree, or junction by junction."""

from __future__ import annotations

import numpy as np
from numba import njit

from bongsu.city.pursuit.paths import trace
from bongsu.city.roads.kernels import FAR, STATE_MASK
from bongsu.city.roads.streets import Bools, Floats, Ints, Longs

MOST = 700
"""No particle goes over more arcs than these."""


@njit(cache=True, nogil=True)
def along_tree(
    label: Ints, rows: Ints, off: Ints, turn: Ints, price_ms: Ints, root: Ints, goal: Ints, way: Ints, count: Ints
) -> None:  # fmt: skip
    """Write the states from the roots of a search to each goal into `way[i, :count[i]]`, in the order driven."""
    back = np.empty(way.shape[1], np.int32)
    for i in range(len(goal)):
        n = trace(label, rows, off, turn, price_ms, root, goal[i], back)
        count[i] = n
        for k in range(n):
            way[i, k] = back[n - 1 - k]


@njit(cache=True, nogil=True)
def wander(  # noqa: C901
    rows: Ints,
    turn: Ints,
    arc_of: Ints,
    shape: Floats,
    lies: Longs,
    rank: Ints,
    out_rad: Floats,
    in_rad: Floats,
    from_xy: Floats,
    pulls: Floats,
    start: Ints,
    left_ms: Floats,
    luck: Floats,
    out: Bools,
    way: Ints,
    count: Ints,
) -> None:
    """Let each particle turn by chance: roads of higher class, straight on and away from where it began draw it.

    `rank` by link; `pulls` are those three draws; `left_ms[i]` is how much top-speed time it has; `luck` (N, MOST) in
    [0, 1); `out` by arc: it leaves the city. Back only where there is nothing else.
    """
    for i in range(len(start)):
        state, left, n = start[i], left_ms[i], 0
        while n < way.shape[1]:
            way[i, n] = state
            n += 1
            left -= rows[state, 1]
            arc = arc_of[state]
            if left <= 0 or out[arc]:
                break
            link = arc >> 1
            at = lies[link] if arc & 1 else lies[link + 1] - 1
            outward = np.arctan2(shape[at, 1] - from_xy[1], shape[at, 0] - from_xy[0])
            total, onto = 0.0, -1
            for twice in range(2):
                drawn, run = luck[i, n - 1] * total, 0.0
                for k in range(rows[state, 0], rows[state + 1, 0]):
                    t = turn[k] & STATE_MASK
                    if rows[t, 1] == FAR:
                        continue
                    a = arc_of[t]
                    pull = pulls[0] * rank[a >> 1] + pulls[1] * np.cos(out_rad[a] - in_rad[arc])
                    weight = np.exp(pull + pulls[2] * np.cos(out_rad[a] - outward))
                    if a == arc ^ 1:
                        weight = 1e-6
                    run += weight
                    if twice == 1 and run >= drawn:
                        onto = t
                        break
                total = run
            if onto < 0:
                break
            state = onto
        count[i] = n
