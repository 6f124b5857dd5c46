"""Trees: along the pavements of wide streets and scattered over parks."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.atlas import Atlas, Ring
from bongsu.world.camera.lens import Lens
from bongsu.world.camera.walls import Canvas
from bongsu.world.scene import unit_hash

_REACH_M = 190.0
_NEAR_M = 13.0
_SPRITES = 6


class Tree(NamedTuple):
    """A tree: its foot in metres, its height, and which of the sprites it shows."""

    x: float
    y: float
    high: float
    sprite: int


def trees_before(atlas: Atlas, lens: Lens) -> list[Tree]:
    """All trees before the camera."""
    return [*_avenues(atlas, lens), *_woods(atlas, lens)]


def plant(trees: list[Tree], lens: Lens, canvas: Canvas) -> None:
    """Draw trees, far ones first; they hide what is behind them."""
    flat = lens.ahead[:2] / np.hypot(*lens.ahead[:2])
    ranked = sorted(((t.x - lens.at[0]) * flat[0] + (t.y - lens.at[1]) * flat[1], t) for t in trees)
    for ahead, tree in reversed(ranked):
        if _NEAR_M < ahead < lens.reach(_REACH_M):
            _draw(tree, lens, canvas)


def _avenues(atlas: Atlas, lens: Lens) -> Iterator[Tree]:
    for street in atlas.streets_near(lens.at, lens.reach(_REACH_M)):
        if street.wide < 12 or not lens.sees(street.line, 40.0):
            continue
        for a, b in itertools.pairwise(street.line):
            long = float(np.hypot(*(b - a)))
            if long < 1:
                continue
            along = (b - a) / long
            left = np.array([-along[1], along[0]])
            far = np.arange(5.0, long, 12.0)[:, None]
            for side in (1, -1):
                spots = a + along * far + left * side * (street.wide / 2 + 1.3)
                for x, y in spots[lens.sees_each(spots, 6.0)].tolist():
                    if not _in_crossing(atlas, x, y):
                        yield _tree(x, y, 6.0)


def _woods(atlas: Atlas, lens: Lens) -> Iterator[Tree]:
    """On a nine-metre grid, each tree moved off its grid point."""
    for park in atlas.parks:
        if not lens.sees(park, 150.0):
            continue
        low = np.maximum(park.min(axis=0), lens.at[:2] - lens.reach(_REACH_M))
        high = np.minimum(park.max(axis=0), lens.at[:2] + lens.reach(_REACH_M))
        ring = park.astype(np.float32)
        axes = (np.arange(math.ceil(low[i] / 9), math.floor(high[i] / 9) + 1) for i in (0, 1))
        grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
        for gx, gy in grid[lens.sees_each(grid * 9.0, 11.0)].tolist():
            if unit_hash(gx, gy) < 0.45:
                continue
            x, y = gx * 9 + 6 * unit_hash(gx, gy, "x") - 3, gy * 9 + 6 * unit_hash(gx, gy, "y") - 3
            if cv2.pointPolygonTest(ring, (x, y), True) > 2.0:
                yield _tree(x, y, 7.0)


def _in_crossing(atlas: Atlas, x: float, y: float) -> bool:
    return any(math.dist(c.at, (x, y)) < c.wide / 2 + 7 for c in atlas.crossings_near(np.array([x, y]), 22.0))


def _tree(x: float, y: float, high: float) -> Tree:
    draw = unit_hash(round(x), round(y))
    return Tree(x, y, high * (0.75 + 0.5 * draw), int(draw * 997) % _SPRITES)


def _draw(tree: Tree, lens: Lens, canvas: Canvas) -> None:
    foot, depth = lens.project(np.array([tree.x, tree.y, 0.0]))
    per_m = lens.focal / float(depth)
    high = tree.high * per_m
    wide = high * 0.8
    left, top = round(float(foot[0]) - wide / 2), round(float(foot[1]) - high)
    w, h = max(2, round(wide)), max(2, round(high))
    if w > 700 or left >= lens.width or left + w <= 0 or top >= lens.height or top + h <= 0:
        return
    sprite = cv2.resize(_sprite(tree.sprite), (w, h), interpolation=cv2.INTER_AREA)
    rows, columns = slice(max(0, top), min(lens.height, top + h)), slice(max(0, left), min(lens.width, left + w))
    part = sprite[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    there = canvas.depth[rows, columns]
    alpha = part[..., 3:] / 255.0 * (there > float(depth))[..., None].astype(np.float64)
    under = canvas.colour[rows, columns]
    under += ((part[..., :3] - under) * alpha).astype(np.float32)
    solid = alpha[..., 0] > 0.5
    there[solid] = float(depth)
    canvas.facing[rows, columns][solid] = 0
    canvas.shine[rows, columns][solid] = 0


@cache
def _sprite(number: int) -> Ring:
    """A tree as a picture with alpha: a trunk and a crown of leaves lit from the upper left."""
    grain = np.random.default_rng(number + 41)
    picture = np.zeros((300, 240, 4), np.uint8)
    cv2.line(picture, (120, 299), (120, 150), (52, 62, 74, 255), 13, cv2.LINE_AA)
    warm = grain.uniform(-12, 22)
    for ring in range(320):
        angle, far = grain.uniform(0, 2 * math.pi), math.sqrt(grain.uniform(0, 1))
        x, y = 120 + 92 * far * math.cos(angle), 118 + 100 * far * math.sin(angle)
        light = 0.62 + 0.5 * ((120 - x) / 240 + (150 - y) / 260) + grain.uniform(-0.1, 0.1) + ring / 2400
        tone = [int(min(255, c * light)) for c in (58, 118 + warm * 0.3, 92 + warm)]
        cv2.circle(picture, (int(x), int(y)), int(grain.uniform(9, 19)), (*tone, 255), -1, cv2.LINE_AA)
    soft: NDArray[np.float64] = cv2.GaussianBlur(picture, (3, 3), 0).astype(np.float32)
    return soft
