"""Where a picture is painted over: every pixel a zone touches, in luma and colour, before anybody encodes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bongsu.core.export import Ring

BLACK_Y, GREY = 16, 128
SIDE_AT_LEAST = 16

Mask = NDArray[np.bool_]


def covered(rings: Sequence[Ring], height: int, width: int, *, grow: int) -> Mask:
    """Which pixels any of the rings touches, corners being shares of width and height, and `grow` pixels around them.

    No sliver is too thin: a pixel is in when its centre is inside a ring (even-odd) or an edge passes through it.
    """
    found = np.zeros((height, width), bool)
    for ring in rings:
        corners = np.asarray(ring, np.float64) * (width, height)
        found |= _inside(corners, height, width) | _outline(corners, height, width)
    return _grown(found, grow)


def halved(mask: Mask) -> Mask:
    """The mask of a colour plane of half the size: in where any of its four pixels is."""
    height, width = mask.shape
    padded = np.zeros((height + height % 2, width + width % 2), bool)
    padded[:height, :width] = mask
    return np.asarray(padded.reshape(padded.shape[0] // 2, 2, -1, 2).any(axis=(1, 3)), dtype=bool)


def fitted(width: int, height: int, at_most: int) -> tuple[int, int]:
    """The size of a picture scaled down to a width, its shape kept; both sides are even."""
    share = min(1.0, at_most / width)
    wide, high = (max(SIDE_AT_LEAST, round(side * share / 2) * 2) for side in (width, height))
    return wide, high


def _inside(corners: NDArray[np.float64], height: int, width: int) -> Mask:
    across, down = np.arange(width) + 0.5, (np.arange(height) + 0.5)[:, None]
    inside = np.zeros((height, width), bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:
            crosses = (down < max(y0, y1)) & (down >= min(y0, y1))
            inside ^= crosses & (across < x0 + _way(down, y0, y1) * (x1 - x0))
    return inside


def _outline(corners: NDArray[np.float64], height: int, width: int) -> Mask:
    """The pixels an edge passes through: in every row it crosses, from where it comes in to where it goes out."""
    steps = np.zeros((height, width + 1), np.int32)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        rows = np.arange(_pixel(min(y0, y1), height), _pixel(max(y0, y1), height) + 1)
        ends = np.array([x0 + _way(rows, y0, y1) * (x1 - x0), x0 + _way(rows + 1.0, y0, y1) * (x1 - x0)])
        if y0 == y1:
            ends = np.array([[x0], [x1]])
        begins = np.clip(np.floor(ends.min(axis=0)), 0, width - 1).astype(int)
        lasts = np.clip(np.floor(ends.max(axis=0)), 0, width - 1).astype(int)
        np.add.at(steps, (rows, begins), 1)
        np.add.at(steps, (rows, lasts + 1), -1)
    return np.asarray(np.cumsum(steps, axis=1)[:, :width] > 0, dtype=bool)


def _way(at: NDArray[Any], y0: float, y1: float) -> NDArray[np.float64]:
    """How far along an edge each height is, as a share of it, 0 to 1; edges may be as flat as numbers go."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return np.clip((at - y0) / (y1 - y0), 0.0, 1.0)


def _pixel(place: float, side: int) -> int:
    return min(max(int(np.floor(place)), 0), side - 1)


def _grown(mask: Mask, by: int) -> Mask:
    for _ in range(by):
        for axis in (0, 1):
            wider = mask.copy()
            lower, upper = [slice(None)] * 2, [slice(None)] * 2
            lower[axis], upper[axis] = slice(None, -1), slice(1, None)
            wider[tuple(lower)] |= mask[tuple(upper)]
            wider[tuple(upper)] |= mask[tuple(lower)]
            mask = wider
    return mask
