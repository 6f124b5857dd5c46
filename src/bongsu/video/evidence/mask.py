"""Where people and vehicles may be in a fixed camera's pictures, told from what moves: rather too much than too little.

No model ships with us. A stretch of pictures is sampled; what nearly always looks the same is the street, everything
that differs from it is masked, and so is, throughout, every place that looked different in some of the samples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bongsu.core.export import Ring

CELLS_ACROSS = 96
DIFFERS = 6.0
"""Grey levels by which the mean of a cell must differ to count as changed; noise of a cell is under one."""
RESTLESS_SHARE = 0.1
"""A place that differed in more than this share of the samples is masked all the time."""
GROW_CELLS = 2
ALL_SHARE = 0.6
"""Where this much of a picture changes at once (a light goes on, the camera turns), all of it is masked."""
BLACK_Y, GREY = 16, 128

Plane = NDArray[np.uint8]
Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]


class Street:
    """What a stretch of pictures nearly always shows, in cells of `cell` pixels."""

    def __init__(self, samples: Sequence[Plane]) -> None:
        self.cell = cell_of(samples[0].shape[1])
        small = np.stack([shrink(sample, self.cell) for sample in samples])
        self._usual: Grey = np.median(small, axis=0)
        changed = np.abs(small - self._usual) > DIFFERS
        self._restless: Mask = changed.mean(axis=0) > RESTLESS_SHARE
        self._last: Grey | None = None

    def moving(self, luma: Plane) -> Mask:
        """The cells to mask in one picture; pictures are shown in order."""
        small = shrink(luma, self.cell)
        before = small if self._last is None else self._last
        self._last = small
        found: Mask = (np.abs(small - self._usual) > DIFFERS) | (np.abs(small - before) > DIFFERS) | self._restless
        if found.mean() > ALL_SHARE:
            return np.ones_like(found)
        around = np.ones((3, 3), bool)
        return np.asarray(ndimage.binary_dilation(found, around, iterations=GROW_CELLS), dtype=bool)


def cell_of(width: int) -> int:
    """The side of a cell in pixels, even so that colour planes have whole cells too."""
    return max(4, round(width / CELLS_ACROSS / 2) * 2)


def shrink(luma: Plane, cell: int) -> Grey:
    """The mean of every cell; cells at the right and lower edge may be narrower."""
    rows, columns = (np.arange(0, side, cell) for side in luma.shape)
    sums = np.add.reduceat(np.add.reduceat(luma.astype(np.float32), rows, axis=0), columns, axis=1)
    counts = np.outer(np.diff(np.append(rows, luma.shape[0])), np.diff(np.append(columns, luma.shape[1])))
    return np.asarray(sums / counts, dtype=np.float32)


def cover(planes: tuple[Plane, Plane, Plane], cells: Mask, cell: int, zones: Mask) -> None:
    """Paint over the masked cells, each blob in one grey, and the zones in black; in place.

    One value for a whole blob: nothing of the pixels under it is left but their mean.
    """
    luma, *colours = planes
    blobs, many = ndimage.label(cells)
    wide = _spread(blobs, cell, luma.shape)
    if many:
        means = ndimage.mean(luma, wide, np.arange(1, many + 1))
        luma[:] = np.concatenate(([0], np.rint(means))).astype(np.uint8)[wide] * (wide > 0) + luma * (wide == 0)
    luma[zones] = BLACK_Y
    for colour in colours:
        colour[_spread(blobs, cell // 2, colour.shape) > 0] = GREY
        colour[_halved(zones, colour.shape)] = GREY


def zone_mask(rings: Sequence[Ring], height: int, width: int) -> Mask:
    """Which pixels lie in any of the rings, their edges included: a pixel is in when any corner of it is."""
    across, down = np.meshgrid(np.arange(width + 1) / width, np.arange(height + 1) / height)
    found = np.zeros((height + 1, width + 1), bool)
    for ring in rings:
        found |= _inside(ring, across, down)
    corners: Mask = found[1:, 1:] | found[1:, :-1] | found[:-1, 1:] | found[:-1, :-1]
    return np.asarray(ndimage.binary_dilation(corners, iterations=1), dtype=bool) if rings else corners


def _inside(ring: Ring, across: NDArray[np.float64], down: NDArray[np.float64]) -> Mask:
    """Even-odd rule."""
    inside = np.zeros(across.shape, bool)
    for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if y0 == y1:
            continue
        crosses = (down < max(y0, y1)) & (down >= min(y0, y1))
        inside ^= crosses & (across < (x1 - x0) * (down - y0) / (y1 - y0) + x0)
    return inside


def _spread(cells: NDArray[np.int32], cell: int, shape: tuple[int, ...]) -> NDArray[np.int32]:
    return np.repeat(np.repeat(cells, cell, axis=0), cell, axis=1)[: shape[0], : shape[1]]


def _halved(zones: Mask, shape: tuple[int, ...]) -> Mask:
    """A full mask for a colour plane of half the size: in where any of its four pixels is."""
    padded = np.zeros((shape[0] * 2, shape[1] * 2), bool)
    padded[: zones.shape[0], : zones.shape[1]] = zones
    return np.asarray(padded.reshape(shape[0], 2, shape[1], 2).any(axis=(1, 3)), dtype=bool)
