"""The ways particles take through the streets, as rows of arcs with their times."""

from __future__ import annotations

import msgspec
import numpy as np
from numba import njit

from bongsu.city.roads.kernels import STATE_BITS, STATE_MASK
from bongsu.city.roads.streets import Floats, Ints, Longs, Streets


class Paths(msgspec.Struct, frozen=True, eq=False):
    """N particles: particle p goes rows `first[p]:first[p + 1]`: on `arc` from `low` to `high` (0 to 1 along the arc),
    from `in_ms` to `out_ms` after the report's moment. Before its first row and after its last it is off the street.

    `kind` by particle: a row of mixture.KINDS.
    """

    first: Longs
    arc: Ints
    low: Floats
    high: Floats
    in_ms: Longs
    out_ms: Longs
    kind: Ints

    def __len__(self) -> int:
        return len(self.kind)


def only(paths: Paths, kept: Longs) -> Paths:
    """Some of the particles, in the order asked for; one may be asked for more than once."""
    count = np.diff(paths.first)[kept]
    first = np.concatenate(([0], np.cumsum(count)))
    rows = np.repeat(paths.first[kept] - first[:-1], count) + np.arange(first[-1])
    return Paths(
        first, paths.arc[rows], paths.low[rows], paths.high[rows], paths.in_ms[rows], paths.out_ms[rows],
        paths.kind[kept],
    )  # fmt: skip


def joined(one: Paths, other: Paths) -> Paths:
    """The particles of both."""
    columns = [
        np.concatenate((getattr(one, name), getattr(other, name)))
        for name in ("arc", "low", "high", "in_ms", "out_ms", "kind")
    ]
    return Paths(np.concatenate((one.first, one.first[-1] + other.first[1:])), *columns)


def places_at(paths: Paths, streets: Streets, particle: int, at_ms: Longs) -> Floats:
    """Where one particle is at each moment, (n, 2) metres; nan while it is off the street."""
    rows = slice(paths.first[particle], paths.first[particle + 1])
    into, out, low = paths.in_ms[rows], paths.out_ms[rows], paths.low[rows]
    xy = np.full((len(at_ms), 2), np.nan)
    there = np.flatnonzero((at_ms >= into[0]) & (at_ms <= out[-1])) if len(into) else np.empty(0, np.int64)
    row = np.searchsorted(into, at_ms[there], side="right") - 1
    turn = np.minimum((at_ms[there] - into[row]) / np.maximum(out[row] - into[row], 1), 1.0)
    part, arc = low[row] + turn * (paths.high[rows][row] - low[row]), paths.arc[rows][row]
    xy[there] = _on_links(
        streets.shape, streets.lies, arc >> 1, np.where(arc & 1, 1 - part, part) * streets.length_m[arc >> 1]
    )
    return xy


def place_on(streets: Streets, arc: int, part: float) -> Floats:
    """The place `part` of the way along an arc, metres."""
    line = streets.shape[streets.lies[arc >> 1] : streets.lies[(arc >> 1) + 1]]
    run = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    asked = (1 - part if arc & 1 else part) * run[-1]
    return np.array([np.interp(asked, run, line[:, 0]), np.interp(asked, run, line[:, 1])])


def with_start(paths: Paths, since_ms: int) -> Paths:
    """The same ways, begun at another moment."""
    return msgspec.structs.replace(paths, in_ms=paths.in_ms + since_ms, out_ms=paths.out_ms + since_ms)


def standing(paths: Paths, streets: Streets, at_ms: int) -> Floats:
    """Where every particle is at one moment, (N, 2) metres; nan for those off the street."""
    owner = np.repeat(np.arange(len(paths)), np.diff(paths.first))
    rows = np.flatnonzero((paths.in_ms <= at_ms) & (at_ms < paths.out_ms))
    turn = (at_ms - paths.in_ms[rows]) / (paths.out_ms[rows] - paths.in_ms[rows])
    part = paths.low[rows] + turn * (paths.high[rows] - paths.low[rows])
    there = np.full((len(paths), 2), np.nan)
    link = paths.arc[rows] >> 1
    along = np.where(paths.arc[rows] & 1, 1 - part, part) * streets.length_m[link]
    there[owner[rows]] = _on_links(streets.shape, streets.lies, link, along)
    return there


@njit(cache=True, nogil=True)
def _on_links(shape: Floats, lies: Longs, link: Ints, along_m: Floats) -> Floats:
    xy = np.empty((len(link), 2))
    for i in range(len(link)):
        left = along_m[i]
        last = lies[link[i] + 1] - 1
        for k in range(lies[link[i]], last):
            dx, dy = shape[k + 1, 0] - shape[k, 0], shape[k + 1, 1] - shape[k, 1]
            long = np.hypot(dx, dy)
            if left <= long or k == last - 1:
                turn = min(left / long, 1.0) if long > 0 else 0.0
                xy[i, 0], xy[i, 1] = shape[k, 0] + turn * dx, shape[k, 1] + turn * dy
                break
            left -= long
    return xy


@njit(cache=True, nogil=True)
def trace(
    label: Ints, rows: Ints, off: Ints, turn: Ints, price_ms: Ints, root: Ints, goal: int, way: Ints
) -> int:  # fmt: skip
    """The states from a root of a search to one it labelled, written into `way` backwards; how many, 0: no way.

    `off`, `turn`, `price_ms` are the turns behind; `rows` the search's own.
    """
    state, n = goal, 0
    while n < len(way):
        way[n] = state
        n += 1
        for k in range(len(root)):
            if root[k] == state:
                return n
        before = -1
        for k in range(off[state], off[state + 1]):
            t, ms = turn[k] & STATE_MASK, price_ms[turn[k] >> STATE_BITS]
            if label[t] < label[state] and label[t] + rows[t, 1] + ms == label[state]:
                before = t
                break
        if before < 0:
            return 0
        state = before
    return 0
