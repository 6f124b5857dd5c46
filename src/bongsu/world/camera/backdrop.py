"""Everything in a camera's picture that stands still, painted once: sky, ground, buildings, trees and haze."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera import furniture, green, ground, walls
from bongsu.world.camera.atlas import Atlas, Block
from bongsu.world.camera.lens import Lens, through
from bongsu.world.camera.walls import Canvas
from bongsu.world.scene import Eye, Scene

WIDTH, HEIGHT = 640, 360
FINER = 1.5
"""The backdrop is painted this much larger and averaged down, so that edges and windows are smooth."""

HAZE = np.array([214, 208, 200], np.float32)
_ZENITH = np.array([222, 178, 128], np.float32)
_CLOUD = np.array([246, 244, 240], np.float32)
_HAZE_M = 520.0
_SEEN_M = 430.0
_FAR = np.float32(1e6)


class Backdrop(NamedTuple):
    """The still picture (BGR), the depth in metres of what stands in it, and the lens it was taken with."""

    image: NDArray[np.uint8]
    depth: NDArray[np.float32]
    lens: Lens


def paint(eye: Eye, scene: Scene, atlas: Atlas) -> Backdrop:
    """Paint what a camera sees when nothing moves; takes some tenths of a second."""
    lens = through(eye, scene.plane, int(WIDTH * FINER), int(HEIGHT * FINER))
    picture = _sky(lens)
    ground.paint(atlas, lens, picture)
    rays = lens.rays()
    canvas = Canvas(picture.astype(np.float32), np.full(picture.shape[:2], _FAR), rays)
    walls.raise_walls(_in_view(atlas, lens), lens, canvas)
    furniture.string_wires(atlas, lens, canvas)
    green.plant(atlas, lens, canvas)
    _veil(canvas, lens)
    smooth = cv2.resize(canvas.colour, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    depth = cv2.resize(canvas.depth, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    image = np.clip(smooth, 0, 255).astype(np.uint8)
    return Backdrop(image, np.asarray(depth, dtype=np.float32), through(eye, scene.plane, WIDTH, HEIGHT))


def haze_at(depth: float) -> float:
    """How much of the haze's colour lies over a thing so many metres away (0–1)."""
    return float(1 - np.exp(-depth / _HAZE_M))


def _sky(lens: Lens) -> NDArray[np.uint8]:
    """From blue overhead to haze at the horizon, with thin clouds; below the horizon bare ground in haze."""
    high, wide = lens.height // 4, lens.width // 4
    horizon = lens.horizon() / 4
    rise = np.clip((horizon - np.arange(high)) / (lens.focal / 4 * 0.55), 0, 1)[:, None, None] ** 0.7
    sky = np.broadcast_to(HAZE + (_ZENITH - HAZE) * rise, (high, wide, 3)).copy()
    grain = np.random.default_rng(int(lens.heading_rad * 1000))
    puffs = cv2.resize(grain.uniform(0, 1, (7, 9)).astype(np.float32), (wide, high))
    wisps = cv2.resize(grain.uniform(0, 1, (26, 16)).astype(np.float32), (wide, high))
    cloud = np.clip(puffs * 0.7 + wisps * 0.4 - 0.52, 0, 0.5)[..., None] * 1.4 * rise
    sky += (_CLOUD - sky) * cloud
    sky[np.arange(high) > horizon] = HAZE * 0.86
    small = np.clip(sky, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(small, (lens.width, lens.height)), dtype=np.uint8)


def _in_view(atlas: Atlas, lens: Lens) -> list[Block]:
    """Buildings with at least one corner in the cone before the camera (widened, for those that straddle it)."""
    slope = lens.width / 2 / lens.focal
    seen: list[Block] = []
    for block in atlas.blocks_near(lens.at, _SEEN_M):
        off = block.ring - lens.at[:2]
        right, ahead = off @ lens.right[:2], off @ (lens.ahead[:2] / np.hypot(*lens.ahead[:2]))
        if (ahead > 0).any() and (right < slope * ahead + 12).any() and (-right < slope * ahead + 12).any():
            seen.append(block)
    return seen


def _veil(canvas: Canvas, lens: Lens) -> None:
    """Lay haze over the distance; bare ground's depth follows from the rays."""
    depth = canvas.depth.copy()
    rise = canvas.rays[..., 2]
    bare = (depth >= _FAR) & (rise < -1e-4)
    depth[bare] = np.float32(lens.at[2]) / -rise[bare]
    veil = 1 - np.exp(-depth / np.float32(_HAZE_M))
    veil[(depth >= _FAR)] = 0
    canvas.colour[...] += (HAZE - canvas.colour) * veil[..., None]
