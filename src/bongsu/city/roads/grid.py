"""Which links lie near a place: pieces of road of at most 150 m in square cells, asked for many places at once."""

from __future__ import annotations

import msgspec
import numpy as np
from numba import njit

from bongsu.city.roads.streets import Bools, Floats, Ints, Longs, Streets

CELL_M = 150.0


class Grid(msgspec.Struct, frozen=True, eq=False):
    """P pieces sorted by cell: `piece` (P, 6) x0 y0 x1 y1, metres along its link at its start, and its direction (rad);
    `link` by piece; those of cell (i, j) are `first[i * tall + j]` to the next."""

    low: Floats
    wide: int
    tall: int
    first: Longs
    piece: Floats
    link: Ints


class Near(msgspec.Struct, frozen=True, eq=False):
    """For each of n places its k nearest links, nearest first; `link` -1 where there are fewer.

    `along_m` from the link's start, `off_m` from the place, `rad` the link's direction there, `xy` the point on it.
    """

    link: Ints
    along_m: Floats
    off_m: Floats
    rad: Floats
    xy: Floats


def grid_of(streets: Streets) -> Grid:
    """The index over all links."""
    piece, link = _pieces(streets)
    middle = (piece[:, 0:2] + piece[:, 2:4]) / 2
    low = middle.min(axis=0) - CELL_M
    wide, tall = (((middle.max(axis=0) - low) / CELL_M).astype(np.int64) + 2).tolist()
    cell = ((middle - low) / CELL_M).astype(np.int64)
    number = cell[:, 0] * tall + cell[:, 1]
    order = np.argsort(number, kind="stable")
    first = np.searchsorted(number[order], np.arange(wide * tall + 1))
    return Grid(low, wide, tall, first, np.ascontiguousarray(piece[order]), link[order])


def near(grid: Grid, streets: Streets, xy: Floats, within_m: float, most: int, usable: Bools) -> Near:
    """The nearest links that have an arc in `usable`, for places in metres on the streets' plane, (n, 2)."""
    either = usable[0::2] | usable[1::2]
    link, told = _near(
        grid.low,
        grid.wide,
        grid.tall,
        grid.first,
        grid.piece,
        grid.link,
        np.ascontiguousarray(xy),
        within_m,
        most,
        either,
    )
    return Near(link, np.minimum(told[..., 0], streets.length_m[link]), told[..., 1], told[..., 2], told[..., 3:5])


def _pieces(streets: Streets) -> tuple[Floats, Ints]:
    """Every stretch between two points, cut to at most a cell's length."""
    links = len(streets.length_m)
    owner = np.repeat(np.arange(links), np.diff(streets.lies))
    inside = np.flatnonzero(owner[:-1] == owner[1:])
    start, step = streets.shape[inside], streets.shape[inside + 1] - streets.shape[inside]
    length = np.hypot(step[:, 0], step[:, 1])
    run = np.concatenate(([0.0], np.cumsum(length)))[:-1]
    link = owner[inside]
    run -= run[np.searchsorted(link, link)]
    cuts = np.maximum(np.ceil(length / CELL_M), 1).astype(np.int64)
    row = np.repeat(np.arange(len(inside)), cuts)
    turn = (np.arange(len(row)) - np.repeat(np.cumsum(cuts) - cuts, cuts)) / cuts[row]
    begin = start[row] + step[row] * turn[:, None]
    end = begin + step[row] / cuts[row][:, None]
    along = run[row] + length[row] * turn
    rad = np.arctan2(step[row, 1], step[row, 0])
    return np.column_stack((begin, end, along, rad)), link[row].astype(np.int32)


@njit(cache=True, nogil=True)
def _near(  # noqa: C901
    low: Floats,
    wide: int,
    tall: int,
    first: Longs,
    piece: Floats,
    link: Ints,
    xy: Floats,
    within_m: float,
    most: int,
    either: Bools,
) -> tuple[Ints, Floats]:
    found = np.full((len(xy), most), -1, np.int32)
    told = np.full((len(xy), most, 5), np.inf)
    reach = within_m + CELL_M / 2
    for p in range(len(xy)):
        x, y = xy[p, 0], xy[p, 1]
        i0 = max(int(np.floor((x - reach - low[0]) / CELL_M)), 0)
        i1 = min(int(np.floor((x + reach - low[0]) / CELL_M)), wide - 1)
        j0 = max(int(np.floor((y - reach - low[1]) / CELL_M)), 0)
        j1 = min(int(np.floor((y + reach - low[1]) / CELL_M)), tall - 1)
        for i in range(i0, i1 + 1):
            if j1 < j0:
                break
            for k in range(first[i * tall + j0], first[i * tall + j1 + 1]):
                if not either[link[k]]:
                    continue
                x0, y0 = piece[k, 0], piece[k, 1]
                dx, dy = piece[k, 2] - x0, piece[k, 3] - y0
                square = dx * dx + dy * dy
                part = 0.0
                if square > 0:
                    part = min(max(((x - x0) * dx + (y - y0) * dy) / square, 0.0), 1.0)
                px, py = x0 + part * dx, y0 + part * dy
                off = np.hypot(x - px, y - py)
                if off > within_m or off >= told[p, most - 1, 1]:
                    continue
                at = most - 1
                for c in range(most):
                    if found[p, c] == link[k]:
                        at = c
                        break
                if found[p, at] == link[k] and told[p, at, 1] <= off:
                    continue
                while at > 0 and told[p, at - 1, 1] > off:
                    found[p, at] = found[p, at - 1]
                    for f in range(5):
                        told[p, at, f] = told[p, at - 1, f]
                    at -= 1
                found[p, at] = link[k]
                told[p, at, 0] = piece[k, 4] + part * np.sqrt(square)
                told[p, at, 1] = off
                told[p, at, 2] = piece[k, 5]
                told[p, at, 3], told[p, at, 4] = px, py
    return found, told
