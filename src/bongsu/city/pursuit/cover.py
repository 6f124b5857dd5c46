"""The K cameras of each slot that most probably see the fugitive: lazy-greedy maximum coverage."""

from __future__ import annotations

import msgspec
import numpy as np
from numba import njit

from bongsu.city.pursuit.sights import Cells
from bongsu.city.roads.streets import Floats, Ints, Longs

NOTICED = 0.8
"""Who passes a watched camera is noticed this often: what is covered once is worth covering again, a little."""


class Watch(msgspec.Struct, frozen=True, eq=False):
    """The cells chosen, best first: `slot`, `camera`, and the probability `gain` each added."""

    slot: Ints
    camera: Ints
    gain: Floats

    @property
    def probability(self) -> float:
        """Of being seen at all, by the mixture."""
        return float(self.gain.sum())


def cover(cells: Cells, slots: int, most: int, weight: Floats, noticed: float = NOTICED) -> Watch:
    """Choose up to `most` cameras for each slot so that as much weight as possible is seen at least once.

    `weight` by particle sums to 1. Greedy over a submodular gain under a limit for each slot: at least half of the
    best there is (Fisher, Nemhauser and Wolsey, 1978), for a single slot 1 - 1/e of it.
    """
    chosen, gain = _greedy(cells.slot, cells.first, cells.particle, weight.copy(), slots, most, noticed)
    return Watch(cells.slot[chosen], cells.camera[chosen], gain)


@njit(cache=True, nogil=True)
def _greedy(  # noqa: C901
    slot: Ints, first: Longs, particle: Ints, unseen: Floats, slots: int, most: int, noticed: float
) -> tuple[Longs, Floats]:  # fmt: skip
    cells = len(slot)
    bound = np.zeros(cells)
    for c in range(cells):
        for k in range(first[c], first[c + 1]):
            bound[c] += unseen[particle[k]]
    # A heap of cells by what they would add at most; gains only shrink, so a fresh top is the best.
    heap = np.argsort(-bound, kind="mergesort")
    free = np.full(slots, most)
    chosen, gain = np.empty(slots * most, np.int64), np.empty(slots * most)
    n, size = 0, cells
    while size > 0 and n < slots * most:
        c = heap[0]
        if free[slot[c]] > 0:
            fresh = 0.0
            for k in range(first[c], first[c + 1]):
                fresh += unseen[particle[k]]
            stale = fresh < bound[c]
            bound[c] = fresh
            if not stale:
                if fresh <= 0.0:
                    break
                chosen[n], gain[n] = c, noticed * fresh
                n += 1
                free[slot[c]] -= 1
                for k in range(first[c], first[c + 1]):
                    unseen[particle[k]] *= 1.0 - noticed
                bound[c] = -1.0
        else:
            bound[c] = -1.0
        if bound[c] < 0.0:
            size -= 1
            heap[0] = heap[size]
        i = 0
        while True:
            j = 2 * i + 1
            if j >= size:
                break
            if j + 1 < size and _before(bound, heap[j + 1], heap[j]):
                j += 1
            if not _before(bound, heap[j], heap[i]):
                break
            heap[i], heap[j] = heap[j], heap[i]
            i = j
    return chosen[:n], gain[:n]


@njit(cache=True, nogil=True)
def _before(bound: Floats, one: int, other: int) -> bool:
    """More gain first, then the earlier slot and camera."""
    return bound[one] > bound[other] or (bound[one] == bound[other] and one < other)
