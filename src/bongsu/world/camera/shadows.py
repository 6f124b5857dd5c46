"""Where buildings and trees keep the sun off the ground."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.atlas import Block
from bongsu.world.camera.green import Tree
from bongsu.world.camera.ground import Board, Sheet, onto_picture, sheets
from bongsu.world.camera.lens import Lens
from bongsu.world.camera.light import Light

SHADOW_PIXELS = 260_000
REACH_M = 330.0


def cast(blocks: list[Block], trees: Iterable[Tree], lens: Lens, light: Light) -> NDArray[np.uint8]:
    """How much of the sun each pixel's ground has: 255 in the open, 0 in a building's shadow."""
    open_ = np.full((lens.height, lens.width), 255, np.uint8)
    if not light.casts:
        return open_
    far, near = sheets(lens, SHADOW_PIXELS)
    for sheet in (far, near):
        onto_picture(_plan(blocks, trees, lens, sheet, light), lens, sheet, open_)
    return open_


def _plan(blocks: list[Block], trees: Iterable[Tree], lens: Lens, sheet: Sheet, light: Light) -> NDArray[np.uint8]:
    board = Board(lens, sheet, np.full(sheet.shape, 255, np.uint8))
    fall = np.array(light.fall)
    for block in blocks:
        reach = fall * block.high
        ends = np.roll(block.ring, -1, axis=0)
        quads = np.stack([block.ring, ends, ends + reach, block.ring + reach], axis=1)
        if board.shows(quads.reshape(-1, 2), 0):
            for quad in board.pixels(quads):
                cv2.fillConvexPoly(board.image, quad, 0, cv2.LINE_AA, board.SHIFT)
            board.fill(block.ring, 0)
            board.fill(block.ring + reach, 0)
    for tree in trees:
        _crown(board, tree, fall)
    size = max(1, round(0.35 * sheet.per_m)) * 2 + 1
    return np.asarray(cv2.blur(board.image, (size, size)), dtype=np.uint8)


def _crown(board: Board, tree: Tree, fall: NDArray[np.float64]) -> None:
    """A crown lets a third of the sun through."""
    middle = np.array([tree.x, tree.y]) + fall * tree.high * 0.62
    turns = np.linspace(0, 2 * np.pi, 9)[:-1]
    round_ = middle + np.column_stack([np.cos(turns), np.sin(turns)]) * tree.high * 0.34
    board.fill(round_, 90)
