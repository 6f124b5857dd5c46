"""Where people and vehicles may be in a fixed camera's pictures, told from what moves: rather too much than too little.

No model ships with us. A stretch of pictures is sampled; what nearly always looks the same is the street, everything
that differs from it is masked, and so is, throughout, every place that looked different in some of the samples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bongsu.video.mask.paint import BLACK_Y, GREY, Mask, halved

CELLS_ACROSS = 96
DIFFERS = 6.0
"""Grey levels by which the mean of a cell must differ to count as changed; noise of a cell is under one."""
RESTLESS_SHARE = 0.1
"""A place that differed in more than this share of the samples is masked all the time."""
GROW_CELLS = 2
ALL_SHARE = 0.6
"""Where this much of a picture changes at once (a light goes on, the camera turns), all of it is masked."""

Plane = NDArray[np.uint8]
Grey = NDArray[np.float32]


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
        colour[halved(zones)] = GREY


def _spread(cells: NDArray[np.int32], cell: int, shape: tuple[int, ...]) -> NDArray[np.int32]:
    return np.repeat(np.repeat(cells, cell, axis=0), cell, axis=1)[: shape[0], : shape[1]]
