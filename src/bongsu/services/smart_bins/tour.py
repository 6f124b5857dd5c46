"""A short round trip over driving times: nearest insertion, then pieces turned round or moved while it helps.

Rosenkrantz, Stearns and Lewis 1977 (nearest insertion); Croes 1958 (2-opt); Or 1976 (or-opt). Times differ by direction
(one-way streets, turns), so that a piece turned round is priced anew and not taken to cost what it did.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.int64]

PIECE = 3
"""The longest piece that is moved as a whole."""


def tour_of(ms: Matrix) -> list[int]:
    """The order in which to visit 1..n-1, from 0 and back to it; `ms[i, j]` is the way from i to j, (n, n), all finite.

    No single piece turned round or moved would make it shorter.
    """
    tour = _inserted(ms)
    while (better := _turned(ms, tour) or _moved(ms, tour)) is not None:
        tour = better
    return tour


def length_of(ms: Matrix, tour: list[int]) -> int:
    """Ms of the whole round trip: from 0 over the tour and back to 0."""
    stops = [0, *tour, 0]
    return int(ms[stops[:-1], stops[1:]].sum())


def _inserted(ms: Matrix) -> list[int]:
    """Begin with the nearest; put in whichever is nearest to the tour, where it lengthens it least."""
    tour: list[int] = [0]
    left = np.arange(1, len(ms))
    near = np.minimum(ms[0, left], ms[left, 0])
    while len(left):
        at = int(np.argmin(near))
        stop = int(left[at])
        froms, tos = np.array(tour), np.array([*tour[1:], 0])
        longer = ms[froms, stop] + ms[stop, tos] - ms[froms, tos]
        tour.insert(int(np.argmin(longer)) + 1, stop)
        left, near = np.delete(left, at), np.delete(near, at)
        near = np.minimum(near, np.minimum(ms[stop, left], ms[left, stop]))
    return tour[1:]


def _turned(ms: Matrix, tour: list[int]) -> list[int] | None:
    """The tour with the piece turned round that saves most; None where none saves anything."""
    stops = np.array([0, *tour, 0])
    ahead = np.concatenate(([0], np.cumsum(ms[stops[:-1], stops[1:]])))
    back = np.concatenate(([0], np.cumsum(ms[stops[1:], stops[:-1]])))
    best, saved = None, 0
    for first in range(1, len(stops) - 2):
        last = np.arange(first + 1, len(stops) - 1)
        before, after = stops[first - 1], stops[last + 1]
        was = ahead[last + 1] - ahead[first - 1]
        now = ms[before, stops[last]] + back[last] - back[first] + ms[stops[first], after]
        at = int(np.argmax(was - now))
        if was[at] - now[at] > saved:
            best, saved = (first, int(last[at])), int(was[at] - now[at])
    if best is None:
        return None
    first, end = best[0] - 1, best[1]
    return [*tour[:first], *tour[first:end][::-1], *tour[end:]]


def _moved(ms: Matrix, tour: list[int]) -> list[int] | None:
    """The tour with a piece of up to PIECE stops put elsewhere, either way round, that saves most; None for none."""
    best, length = None, length_of(ms, tour)
    for many in range(1, min(PIECE, len(tour) - 1) + 1):
        for first in range(len(tour) - many + 1):
            rest, piece = tour[:first] + tour[first + many :], tour[first : first + many]
            froms, tos = np.array([0, *rest]), np.array([*rest, 0])
            base = length_of(ms, rest)
            for way in (piece, piece[::-1]) if many > 1 else (piece,):
                inside = int(ms[way[:-1], way[1:]].sum())
                cost = base + inside + ms[froms, way[0]] + ms[way[-1], tos] - ms[froms, tos]
                at = int(np.argmin(cost))
                if cost[at] < length:
                    best, length = [*rest[:at], *way, *rest[at:]], int(cost[at])
    return best
