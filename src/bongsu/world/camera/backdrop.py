"""Everything in a camera's picture that stands still, painted once in plain light: ground, buildings, trees, poles."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera import furniture, green, ground, walls
from bongsu.world.camera.atlas import Atlas, Block
from bongsu.world.camera.furniture import Parked
from bongsu.world.camera.green import Tree
from bongsu.world.camera.lamps import Lamp, lamps_before, pools
from bongsu.world.camera.lens import Lens, through
from bongsu.world.camera.shadows import REACH_M
from bongsu.world.camera.walls import Canvas
from bongsu.world.scene import Eye, Scene

WIDTH, HEIGHT = 640, 360
FINER = 1.5
"""The backdrop is painted this much larger and averaged down, so that edges and windows are smooth."""

FAR = np.float32(1e6)
"""The depth of bare ground and sky: nothing stands there."""

_SEEN_M = 430.0
_PAVING = (150, 156, 160)


@dataclass(frozen=True)
class Backdrop:
    """What stands still, in plain light (BGR), with all that light needs to know of it.

    `depth` is in metres (FAR for bare ground and sky), `facing` and `shine` as in `Canvas`, `lamplight` what street
    lamps give (a quarter of the size), `rays` the direction of each pixel.
    """

    image: NDArray[np.uint8]
    depth: NDArray[np.float32]
    facing: NDArray[np.int8]
    shine: NDArray[np.uint8]
    lamplight: NDArray[np.float32]
    rays: NDArray[np.float32]
    lens: Lens
    blocks: list[Block]
    trees: list[Tree]
    lamps: list[Lamp]
    parked: list[Parked]

    @property
    def ground(self) -> NDArray[np.bool_]:
        """The pixels of bare ground."""
        bare: NDArray[np.bool_] = (self.depth >= FAR) & (self.rays[..., 2] < -1e-4)
        return bare

    @property
    def distance(self) -> NDArray[np.float32]:
        """Metres along the lens to whatever each pixel shows; bare ground's follows from the rays, the sky is FAR."""
        depth = self.depth.copy()
        bare = self.ground
        depth[bare] = np.float32(self.lens.at[2]) / -self.rays[..., 2][bare]
        return depth


def paint(eye: Eye, scene: Scene, atlas: Atlas) -> Backdrop:
    """Paint what a camera sees when nothing moves; takes some tenths of a second."""
    lens = through(eye, scene.plane, int(WIDTH * FINER), int(HEIGHT * FINER))
    plain = np.full((lens.height, lens.width, 3), _PAVING, np.uint8)
    ground.paint(atlas, lens, plain)
    size = plain.shape[:2]
    canvas = Canvas(
        plain.astype(np.float32),
        np.full(size, FAR),
        lens.rays(),
        np.zeros((*size, 2), np.int8),
        np.zeros(size, np.uint8),
    )
    walls.raise_walls(_in_view(atlas, lens), lens, canvas)
    furniture.string_wires(atlas, lens, canvas)
    trees = green.trees_before(atlas, lens)
    green.plant(trees, lens, canvas)
    return _smaller(canvas, through(eye, scene.plane, WIDTH, HEIGHT), atlas, trees)


def _smaller(canvas: Canvas, lens: Lens, atlas: Atlas, trees: list[Tree]) -> Backdrop:
    size = (lens.width, lens.height)
    smooth = cv2.resize(canvas.colour, size, interpolation=cv2.INTER_AREA)
    rows = (np.arange(lens.height) * FINER + FINER / 2).astype(np.intp)[:, None]
    columns = (np.arange(lens.width) * FINER + FINER / 2).astype(np.intp)[None, :]
    depth = canvas.depth[rows, columns]
    rays = lens.rays()
    lamps = lamps_before(atlas, lens)
    return Backdrop(
        image=np.clip(smooth, 0, 255).astype(np.uint8),
        depth=depth,
        facing=canvas.facing[rows, columns],
        shine=canvas.shine[rows, columns],
        lamplight=pools(lamps, depth, rays, lens),
        rays=rays,
        lens=lens,
        blocks=atlas.blocks_near(lens.at, REACH_M),
        trees=trees,
        lamps=lamps,
        parked=list(furniture.parked_cars(atlas, lens)),
    )


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
