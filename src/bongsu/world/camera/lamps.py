"""Street lamps: where they stand, the pools of light under them, and the glare of their heads."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.atlas import Atlas
from bongsu.world.camera.furniture import along
from bongsu.world.camera.ground import beside
from bongsu.world.camera.lens import Lens
from bongsu.world.camera.light import SODIUM
from bongsu.world.scene import unit_hash

QUARTER = 4
"""Lamplight is computed for every fourth pixel each way: it is soft."""

_REACH_M = 150.0
_FULL = 1.15


class Lamp(NamedTuple):
    """A lamp's head: metres east, north, up; `power` 1 over an avenue."""

    x: float
    y: float
    high: float
    power: float


def lamps_before(atlas: Atlas, lens: Lens) -> list[Lamp]:
    """The lamps of the streets before the camera: tall ones on both sides of wide streets, short ones in lanes."""
    found: list[Lamp] = []
    reach = lens.reach(_REACH_M)
    for street in atlas.streets_near(lens.at, reach):
        if street.wide < 2.5 or not lens.sees(street.line, 45.0):
            continue
        high, every, power = (8.5, 30.0, 1.0) if street.wide >= 8 else (5.0, 32.0, 0.42)
        sides = (1.0, -1.0) if street.wide >= 12 else (1.0,)
        for side in sides:
            first = 4.0 + unit_hash(*street.line[0], side) * 14
            line = beside(street.line, side * (street.wide / 2 - 0.4))
            spots = np.array(along(line, every, first)).reshape(-1, 2)
            near = (np.hypot(*(spots - lens.at[:2]).T) < reach) & lens.sees_each(spots, 25.0)
            found += [Lamp(x, y, high, power) for x, y in spots[near].tolist()]
    return found


def pools(lamps: list[Lamp], depth: NDArray[np.float32], rays: NDArray[np.float32], lens: Lens) -> NDArray[np.float32]:
    """What the lamps give to each fourth pixel's place, 1 and a little right under one."""
    part = slice(QUARTER // 2, None, QUARTER)
    towards, far = rays[part, part], depth[part, part].copy()
    bare = (far > 1e5) & (towards[..., 2] < -1e-3)
    far[bare] = np.float32(lens.at[2]) / -towards[..., 2][bare]
    given = np.zeros(far.shape, np.float32)
    seen = far < 400
    spots = lens.at.astype(np.float32) + towards[seen] * far[seen][:, None]
    total = np.zeros(len(spots), np.float32)
    for lamp in lamps:
        off = spots - np.array([lamp.x, lamp.y, lamp.high], np.float32)
        away = (off * off).sum(axis=1)
        total += np.float32(lamp.power * lamp.high**3) / np.maximum(away, np.float32(2.0)) ** np.float32(1.5)
    given[seen] = np.minimum(total, np.float32(_FULL))
    return given


def glare(image: NDArray[np.uint8], lamps: list[Lamp], depth: NDArray[np.float32], lens: Lens, fog: float) -> None:
    """Light up the heads that nothing hides, each with a halo as wide as the air is thick."""
    for lamp in lamps:
        pixel, far = lens.project(np.array([lamp.x, lamp.y, lamp.high]))
        away = float(far)
        if away < 3.0 or away > 260:
            continue
        x, y = round(float(pixel[0])), round(float(pixel[1]))
        if not (0 <= x < lens.width and 0 <= y < lens.height) or depth[y, x] < away - 1.0:
            continue
        size = lens.focal / away
        shine(image, x, y, max(1.2, 0.22 * size), 250 * (0.6 + 0.4 * lamp.power), SODIUM)
        shine(image, x, y, (0.9 + 5 * fog) * size * (0.5 + lamp.power / 2) + 2, 70 + 60 * fog, SODIUM)


def shine(
    image: NDArray[np.uint8], x: float, y: float, radius: float, bright: float, tint: NDArray[np.float32]
) -> None:
    """Add a soft round light to a picture."""
    reach = max(2, math.ceil(radius * 2.4))
    left, top = int(x) - reach, int(y) - reach
    rows = slice(max(0, top), max(0, min(image.shape[0], top + 2 * reach + 1)))
    columns = slice(max(0, left), max(0, min(image.shape[1], left + 2 * reach + 1)))
    if rows.start >= rows.stop or columns.start >= columns.stop or reach > 400:
        return
    ys = (np.arange(rows.start, rows.stop) - y).astype(np.float32)[:, None]
    xs = (np.arange(columns.start, columns.stop) - x).astype(np.float32)[None, :]
    disc = np.exp(-(xs * xs + ys * ys) / np.float32(radius * radius)) * np.float32(bright)
    image[rows, columns] = cv2.add(image[rows, columns], (disc[..., None] * tint).astype(np.uint8))
