"""The inner loops of map matching: bounded distances over the streets, and the likeliest chain of candidates."""

from __future__ import annotations

import numpy as np
from numba import njit

from bongsu.city.roads.streets import Bools, Floats, Ints, Longs

NOWHERE = -1e18


@njit(cache=True, nogil=True)
def distances(  # noqa: C901
    first: Longs,
    leaving: Ints,
    head: Ints,
    length: Floats,
    start: int,
    back_m: float,
    bound_m: float,
    far: Floats,
    queue: Ints,
    came: Bools,
    by: Ints,
) -> int:
    """Metres from the end of an arc to every junction within a bound, in `far`; how many, listed in `queue`.

    Turning back on the arc itself costs `back_m` more. `by[j]` is the arc one comes to junction j by, -1 for the arc
    itself; `came[j]` tells whether j waits in the queue. The caller wipes `far` for the junctions listed.
    """
    origin = head[start]
    far[origin], by[origin] = 0.0, -1
    queue[0], count = origin, 1
    waiting = np.empty(256, np.int32)
    waiting[0], low, high = origin, 0, 1
    came[origin] = True
    while low < high:
        j = waiting[low % len(waiting)]
        low += 1
        came[j] = False
        for k in range(first[j], first[j + 1]):
            arc = leaving[k]
            reached = far[j] + length[arc >> 1]
            if j == origin and by[j] == -1 and arc == start ^ 1:
                reached += back_m
            t = head[arc]
            if reached > bound_m or reached >= far[t]:
                continue
            if far[t] == np.inf:
                queue[count] = t
                count += 1
            far[t], by[t] = reached, arc
            if not came[t]:
                came[t] = True
                if high - low == len(waiting):
                    wider = np.empty(2 * len(waiting), np.int32)
                    for i in range(high - low):
                        wider[i] = waiting[(low + i) % len(waiting)]
                    high, low = high - low, 0
                    waiting = wider
                waiting[high % len(waiting)] = t
                high += 1
    return count


@njit(cache=True, nogil=True)
def likeliest(  # noqa: C901
    first: Longs,
    leaving: Ints,
    head: Ints,
    tail: Ints,
    length: Floats,
    arc: Ints,
    along: Floats,
    off: Floats,
    place: Floats,
    at_s: Floats,
    sigma_m: float,
    beta_m: float,
    back_m: float,
    slack_m: float,
    top_mps: float,
) -> tuple[Ints, Bools]:
    """The likeliest candidate of each fix: columns (T, C) of arcs (-1: none), metres along, metres off.

    Answers the chosen column by fix (-1: the fix fits nothing and is passed over) and whether a new chain begins there.
    """
    fixes, most = arc.shape
    score = np.full((fixes, most), NOWHERE)
    parent = np.full((fixes, most), -1, np.int32)
    before = np.full(fixes, -1, np.int32)
    begins = np.zeros(fixes, np.bool_)
    far = np.full(len(first) - 1, np.inf)
    by, queue = np.empty(len(first) - 1, np.int32), np.empty(len(first) - 1, np.int32)
    came = np.zeros(len(first) - 1, np.bool_)
    last, missed = -1, 0
    for t in range(fixes):
        if arc[t, 0] < 0:
            continue
        alive = False
        if last >= 0:
            x, y = place[t, 0] - place[last, 0], place[t, 1] - place[last, 1]
            hop = np.hypot(x, y)
            seconds = max(at_s[t] - at_s[last], 0.0)
            if hop <= top_mps * seconds + slack_m:
                bound = 2.0 * hop + slack_m
                for i in range(most):
                    if arc[last, i] < 0 or score[last, i] <= NOWHERE:
                        continue
                    a = arc[last, i]
                    left = length[a >> 1] - along[last, i]
                    count = distances(first, leaving, head, length, a, back_m, bound, far, queue, came, by)
                    for c in range(most):
                        b = arc[t, c]
                        if b < 0:
                            break
                        way = left + far[tail[b]] + along[t, c]
                        if b == a ^ 1 and far[tail[b]] == 0.0:
                            way += back_m
                        if a == b and along[t, c] >= along[last, i] - slack_m / 4:
                            way = min(way, abs(along[t, c] - along[last, i]))
                        if way > bound:
                            continue
                        told = score[last, i] - abs(way - hop) / beta_m
                        if told > score[t, c]:
                            score[t, c], parent[t, c] = told, i
                            alive = True
                    for k in range(count):
                        far[queue[k]] = np.inf
        if not alive:
            missed += 1
            if last >= 0 and missed <= 5 and at_s[t] - at_s[last] <= 60.0:
                continue
            begins[t] = True
        before[t] = -1 if begins[t] else last
        for c in range(most):
            if arc[t, c] < 0:
                break
            if begins[t]:
                score[t, c] = 0.0
            if score[t, c] > NOWHERE:
                score[t, c] -= 0.5 * (off[t, c] / sigma_m) ** 2
        last, missed = t, 0
    chosen = np.full(fixes, -1, np.int32)
    t = last
    column = -1
    while t >= 0:
        if column < 0:
            column = int(np.argmax(score[t]))
        chosen[t] = column
        column = int(parent[t, column])
        if begins[t]:
            column = -1
            t = _chain_before(t, begins, before)
        else:
            t = before[t]
    return chosen, begins


@njit(cache=True, nogil=True)
def _chain_before(t: int, begins: Bools, before: Ints) -> int:
    """The last fix of the chain before the one that begins at t; -1 where it is the first."""
    for u in range(t - 1, -1, -1):
        if begins[u] or before[u] >= 0:
            return u
    return -1


@njit(cache=True, nogil=True)
def chain(
    first: Longs,
    leaving: Ints,
    head: Ints,
    tail: Ints,
    length: Floats,
    arcs: Ints,
    along: Floats,
    back_m: float,
    slack_m: float,
    bound_m: Floats,
) -> Ints:
    """The arcs driven through a chain of chosen candidates (fixes in order), junction to junction without a gap."""
    way = np.empty(64, np.int32)
    way[0], count = arcs[0], 1
    far = np.full(len(first) - 1, np.inf)
    by, queue = np.empty(len(first) - 1, np.int32), np.empty(len(first) - 1, np.int32)
    came = np.zeros(len(first) - 1, np.bool_)
    for t in range(1, len(arcs)):
        a, b = arcs[t - 1], arcs[t]
        if a == b and along[t] >= along[t - 1] - slack_m / 4:
            continue
        listed = distances(first, leaving, head, length, a, back_m, bound_m[t], far, queue, came, by)
        between = np.empty(listed + 1, np.int32)
        n, j = 0, tail[b]
        while by[j] >= 0 and n < listed and j != head[a]:
            between[n] = by[j]
            j = tail[by[j]]
            n += 1
        for k in range(listed):
            far[queue[k]] = np.inf
        while count + n + 1 > len(way):
            wider = np.empty(2 * len(way), np.int32)
            wider[:count] = way[:count]
            way = wider
        for k in range(n):
            way[count] = between[n - 1 - k]
            count += 1
        way[count] = b
        count += 1
    return way[:count]
