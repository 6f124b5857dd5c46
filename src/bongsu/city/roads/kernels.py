"""The searches as compiled loops: a bucket queue over compressed rows, in whole milliseconds.

Buckets are 1024 ms wide and used round (Dial, 1969, with wide buckets as in Meyer and Sanders' delta-stepping): a
state may be looked at again within its bucket and is final when the bucket is empty. What else was measured stands in
docs/adr/0014.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from bongsu.city.roads.streets import Ints

FAR = np.int32(2**31 - 1)
"""Not reached; as a weight: closed."""
SHIFT = 10
"""A bucket is 2**SHIFT milliseconds."""
STATE_BITS = 24
STATE_MASK = (1 << STATE_BITS) - 1
"""A turn is one number: the state turned to below, the row of its price above. Half the memory, two thirds the time."""


@njit(cache=True, nogil=True)
def spread(  # noqa: C901
    rows: Ints,
    turn: Ints,
    price_ms: Ints,
    seed: Ints,
    seed_ms: Ints,
    limit_ms: int,
    stops: Ints,
    label: Ints,
    touched: Ints,
    worst_ms: int,
) -> int:
    """Label states outwards from the seeds in ms, up to `limit_ms`, until all `stops` are final; how many labelled.

    `rows[s]` is (first turn, ms of its arc, FAR where closed); `turn[k]` holds a state and the row of its price in
    `price_ms`; no arc and turn together take more than `worst_ms`. `label` must be FAR everywhere. The states labelled
    are `touched[:answer]`; with an empty `touched` they are not listed. With stops, labels in and beyond the bucket of
    the last of them may not be final.
    """
    buckets, told = 2, len(touched) > 0
    widest = worst_ms
    for i in range(len(seed)):
        widest = max(widest, seed_ms[i])
    while buckets < (widest >> SHIFT) + 2:
        buckets *= 2
    mask = buckets - 1
    head = np.full(buckets, -1, np.int32)
    pool = np.empty((1024 + 4 * len(seed), 2), np.int32)
    free, top, live, count, done = -1, 0, 0, 0, 0
    for i in range(len(seed)):
        s, d = seed[i], seed_ms[i]
        if d > limit_ms or d >= label[s]:
            continue
        if label[s] == FAR and told:
            touched[count] = s
            count += 1
        label[s] = d
        q = (d >> SHIFT) & mask
        pool[top, 0], pool[top, 1] = s, head[q]
        head[q] = top
        top += 1
        live += 1
    b = 0
    while live > 0:
        i = head[b & mask]
        if i < 0:
            b += 1
            while done < len(stops) and (label[stops[done]] >> SHIFT) < b:
                done += 1
            if len(stops) > 0 and done == len(stops):
                break
            continue
        s = pool[i, 0]
        head[b & mask] = pool[i, 1]
        pool[i, 1] = free
        free = i
        live -= 1
        d = label[s]
        if d >> SHIFT != b or rows[s, 1] == FAR:
            continue
        d += rows[s, 1]
        for k in range(rows[s, 0], rows[s + 1, 0]):
            t, reached = turn[k] & STATE_MASK, d + price_ms[turn[k] >> STATE_BITS]
            if reached >= label[t] or reached > limit_ms:
                continue
            if told and label[t] == FAR:
                touched[count] = t
                count += 1
            label[t] = reached
            if free >= 0:
                j = free
                free = pool[j, 1]
            else:
                if top == len(pool):
                    wider = np.empty((2 * top, 2), np.int32)
                    wider[:top] = pool
                    pool = wider
                j = top
                top += 1
            q = (reached >> SHIFT) & mask
            pool[j, 0], pool[j, 1] = t, head[q]
            head[q] = j
            live += 1
    return count


@njit(cache=True, nogil=True)
def follow(  # noqa: C901
    rows: Ints, turn: Ints, price_ms: Ints, label: Ints, state: int, goal: Ints, goal_ms: Ints, arc: Ints
) -> Ints:
    """The states from one whose end is labelled by a search backwards to where that search began, itself first.

    `goal` are the arcs the goal lies on, `goal_ms` the part of each that is driven to it. Empty when not reached.
    """
    way = np.empty(64, np.int32)
    way[0] = state
    count = 1
    if label[state] == FAR:
        return way[:0]
    while True:
        left, onward = label[state], -1
        for k in range(rows[state, 0], rows[state + 1, 0]):
            t, ms = turn[k] & STATE_MASK, price_ms[turn[k] >> STATE_BITS]
            for g in range(len(goal)):
                if goal[g] == arc[t] and ms + goal_ms[g] == left:
                    onward = -2 - t
            if onward < -1:
                break
            if rows[t, 1] != FAR and label[t] != FAR and ms + rows[t, 1] + label[t] == left:
                onward = t
                break
        if onward == -1:
            return way[:0]
        if count == len(way):
            wider = np.empty(2 * count, np.int32)
            wider[:count] = way
            way = wider
        if onward < 0:
            way[count] = -2 - onward
            return way[: count + 1]
        way[count] = onward
        count += 1
        state = onward
