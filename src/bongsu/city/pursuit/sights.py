"""Which camera would see which particle in which slot."""

from __future__ import annotations

import msgspec
import numpy as np
from numba import njit

from bongsu.city.pursuit.paths import Paths
from bongsu.city.pursuit.views import Views
from bongsu.city.roads.streets import Bools, Floats, Ints, Longs


class Slots(msgspec.Struct, frozen=True):
    """Watching from `from_ms` on, `count` slots of `each_ms`."""

    from_ms: int = 120_000
    count: int = 10
    each_ms: int = 30_000

    @property
    def to_ms(self) -> int:
        """When the last slot ends."""
        return self.from_ms + self.count * self.each_ms


class Passes(msgspec.Struct, frozen=True, eq=False):
    """A particle passing a camera: rows of `particle`, `camera`, `in_ms`, `out_ms`."""

    particle: Ints
    camera: Ints
    in_ms: Longs
    out_ms: Longs


class Cells(msgspec.Struct, frozen=True, eq=False):
    """Cells of `slot` and `camera`, sorted; cell c is seen by particles `particle[first[c]:first[c + 1]]`."""

    slot: Ints
    camera: Ints
    first: Longs
    particle: Ints
    particles: int


def passes_of(paths: Paths, views: Views) -> Passes:
    """Every time a particle is on a stretch that a camera sees."""
    columns = _passes(
        paths.first, paths.arc, paths.low, paths.high, paths.in_ms, paths.out_ms, views.first, views.camera,
        views.low, views.high,
    )  # fmt: skip
    return Passes(*columns)


def cells_of(passes: Passes, slots: Slots, particles: int, usable: Bools | None = None) -> Cells:
    """Passes by slot and camera; only cameras in `usable`, (C,), where given."""
    begin = np.maximum((passes.in_ms - slots.from_ms) // slots.each_ms, 0)
    end = np.minimum((passes.out_ms - slots.from_ms) // slots.each_ms, slots.count - 1)
    count = np.maximum(end - begin + 1, 0)
    count[(passes.out_ms < slots.from_ms) | (passes.in_ms >= slots.to_ms)] = 0
    if usable is not None:
        count[~usable[passes.camera]] = 0
    row = np.repeat(np.arange(len(count)), count)
    slot = begin[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    key = (slot << 32) | passes.camera[row].astype(np.int64)
    both = _distinct(key, passes, row)
    cell, first = np.unique(both[:, 0], return_index=True)
    return Cells(
        (cell >> 32).astype(np.int32), (cell & 0xFFFFFFFF).astype(np.int32),
        np.append(first, len(both)), both[:, 1].astype(np.int32), particles,
    )  # fmt: skip


def _distinct(key: Longs, passes: Passes, row: Longs) -> Longs:
    """Each particle once in each cell."""
    particle = passes.particle[row].astype(np.int64)
    order = np.lexsort((particle, key))
    both = np.column_stack((key[order], particle[order]))
    new = np.ones(len(both), bool)
    new[1:] = (np.diff(both, axis=0) != 0).any(axis=1)
    kept: Longs = both[new]
    return kept


@njit(cache=True, nogil=True)
def _passes(
    first: Longs, arc: Ints, low: Floats, high: Floats, in_ms: Longs, out_ms: Longs, at: Longs, camera: Ints,
    view_low: Floats, view_high: Floats,
) -> tuple[Ints, Ints, Longs, Longs]:  # fmt: skip
    found = 0
    for row in range(len(arc)):
        link = arc[row] >> 1
        found += at[link + 1] - at[link]
    who, eye = np.empty(found, np.int32), np.empty(found, np.int32)
    came, went = np.empty(found, np.int64), np.empty(found, np.int64)
    n = 0
    for p in range(len(first) - 1):
        for row in range(first[p], first[p + 1]):
            link, back = arc[row] >> 1, arc[row] & 1
            for k in range(at[link], at[link + 1]):
                begin = 1 - view_high[k] if back else view_low[k]
                end = 1 - view_low[k] if back else view_high[k]
                begin, end = max(begin, low[row]), min(end, high[row])
                if begin > end or high[row] <= low[row]:
                    continue
                took = (out_ms[row] - in_ms[row]) / (high[row] - low[row])
                who[n], eye[n] = p, camera[k]
                came[n] = in_ms[row] + np.int64((begin - low[row]) * took)
                went[n] = in_ms[row] + np.int64((end - low[row]) * took)
                n += 1
    return who[:n], eye[:n], came[:n], went[:n]
