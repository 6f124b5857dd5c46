"""Buildings as shaded boxes with windows: each wall is met by the rays of the pixels it may cover."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.atlas import Block
from bongsu.world.camera.lens import Lens

STOREY_M = 3.1
Floats = NDArray[np.float32] | NDArray[np.float64]

_PAINTS = np.array(
    [
        [172, 184, 190],
        [120, 140, 168],
        [98, 112, 146],
        [188, 196, 200],
        [150, 160, 166],
        [142, 164, 184],
        [110, 128, 140],
        [168, 178, 196],
    ],
    np.float32,
)
_TOWER = np.array([206, 208, 206], np.float32)
_GLASS = np.array([98, 84, 72], np.float32)
_SIGNS = np.array(
    [[60, 60, 190], [170, 110, 40], [70, 150, 60], [40, 160, 220], [190, 190, 190], [120, 60, 140]],
    np.float32,
)


SIGN = 255
"""A shop's sign in `Canvas.shine`; less is a window behind which somebody is up:
the higher the brighter, odd numbers in the light of a tube, even ones of a bulb."""


class Canvas(NamedTuple):
    """A picture in plain light as floats, the depth of what is drawn in metres, and the rays of its pixels.

    `facing` is the outward direction of walls (east, north; ±127), 0, 0 for all that lies flat; `shine` is what shines
    at night by itself, 0 for nothing.
    """

    colour: NDArray[np.float32]
    depth: NDArray[np.float32]
    rays: NDArray[np.float32]
    facing: NDArray[np.int8]
    shine: NDArray[np.uint8]


def raise_walls(blocks: list[Block], lens: Lens, canvas: Canvas) -> None:
    """Draw all buildings, nearest first, each pixel keeping what is nearest."""
    blocks = sorted(blocks, key=lambda block: float(((block.ring - lens.at[:2]) ** 2).sum(axis=1).min()))
    for block in blocks:
        _cover(block, lens, canvas)
        starts, ends = block.ring, np.roll(block.ring, -1, axis=0)
        for a, b in zip(starts, ends, strict=True):
            _raise(a, b, block, lens, canvas)


def _raise(a: NDArray[np.float64], b: NDArray[np.float64], block: Block, lens: Lens, canvas: Canvas) -> None:
    """Draw one wall where it faces the camera and nothing nearer stands before it."""
    along = b - a
    long = float(np.hypot(*along))
    if long < 0.3:
        return
    along = along / long
    outward = np.array([along[1], -along[0]])
    gap = float((a - lens.at[:2]) @ outward)
    if gap > -0.05:
        return
    box = _box(a, b, block.high, lens)
    if box is None:
        return
    nearest = float(np.hypot(*(_closest(a, b, lens.at[:2]) - lens.at[:2]))) * 0.5
    if nearest > 20 and float(canvas.depth[box][::3, ::3].max()) < nearest:
        return
    rays = canvas.rays[box]
    east, north = np.float32(outward[0]), np.float32(outward[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = np.float32(gap) / (rays[..., 0] * east + rays[..., 1] * north)
        u = depth * (rays[..., 1] * east - rays[..., 0] * north) + np.float32((lens.at[:2] - a) @ along)
        z = depth * rays[..., 2] + np.float32(lens.at[2])
        hit = (depth > 0.3) & (u >= 0) & (u <= long) & (z >= 0) & (z <= block.high)
    hit &= depth < canvas.depth[box]
    if hit.any():
        facade = _facade(u[hit], z[hit], depth[hit], block, long, lens.focal)
        canvas.colour[box][hit], canvas.shine[box][hit] = facade
        canvas.depth[box][hit] = depth[hit]
        canvas.facing[box][hit] = np.rint(outward * 127).astype(np.int8)


def _cover(block: Block, lens: Lens, canvas: Canvas) -> None:
    """Draw the flat roof of a building that the camera looks down on."""
    if block.high >= lens.at[2] - 0.2:
        return
    corners = np.column_stack([block.ring, np.full(len(block.ring), block.high)])
    pixels, depth = lens.project(corners)
    if float(depth.min()) < 0.5:
        return
    mask = np.zeros(canvas.depth.shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(pixels).astype(np.int32)], 1)
    rows, columns = np.nonzero(mask)
    away = np.float32(lens.at[2] - block.high) / np.maximum(-canvas.rays[rows, columns, 2], np.float32(1e-3))
    nearer = away < canvas.depth[rows, columns]
    rows, columns = rows[nearer], columns[nearer]
    canvas.colour[rows, columns] = (112, 132, 116) if block.look % 2 else (138, 142, 146)
    canvas.depth[rows, columns] = away[nearer]
    canvas.facing[rows, columns] = 0
    canvas.shine[rows, columns] = 0


def _closest(a: NDArray[np.float64], b: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """The point of a wall's foot that is nearest to a place."""
    part = float(np.clip((at - a) @ (b - a) / ((b - a) @ (b - a)), 0.0, 1.0))
    return a + (b - a) * part


def _box(a: NDArray[np.float64], b: NDArray[np.float64], high: float, lens: Lens) -> tuple[slice, slice] | None:
    """The pixels a wall may cover; its part behind the camera is cut off first."""
    ahead = lens.ahead[:2]
    da, db = float((a - lens.at[:2]) @ ahead), float((b - lens.at[:2]) @ ahead)
    if max(da, db) < 0.2:
        return None
    if da < 0.2:
        a = a + (b - a) * (0.2 - da) / (db - da)
    if db < 0.2:
        b = b + (a - b) * (0.2 - db) / (da - db)
    corners = np.array([[*a, 0.0], [*b, 0.0], [*a, high], [*b, high]])
    pixels, depth = lens.project(corners)
    if depth.max() <= 0.05:
        return None
    left, top = np.floor(pixels.min(axis=0)).astype(int)
    right, bottom = np.ceil(pixels.max(axis=0)).astype(int) + 1
    if (depth <= 0.05).any():
        left, top, right, bottom = 0, 0, lens.width, lens.height
    rows = slice(max(0, top), min(lens.height, bottom))
    columns = slice(max(0, left), min(lens.width, right))
    return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else None


def _facade(
    u: Floats, z: Floats, depth: Floats, block: Block, long: float, focal: float
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """The colour of a wall at `u` metres along and `z` up (paint, windows, signs, dirt at the foot), and its shine."""
    tower = block.high > 32
    base = _TOWER if tower else _PAINTS[block.look % len(_PAINTS)]
    colour = np.tile(base, (len(u), 1))
    fine = np.clip(1.25 - depth / (focal * 0.16), 0.25, 1.0)[:, None]
    pitch = (3.6, 2.7, 3.1, 2.3)[block.look % 4] if not tower else 4.2
    columns = max(1, round(long / pitch))
    cell = (u / long * columns) % 1.0
    floor = z / STOREY_M
    up = floor % 1.0
    opening = (np.abs(cell - 0.5) < 0.31) & (np.abs(up - 0.55) < 0.25) & (z < block.high - 0.9)
    if long < 4:
        opening &= False
    number = np.floor(u / long * columns) * 7 + np.floor(floor) * 13 + block.look
    colour = np.where(opening[:, None], colour + (_GLASS + (number % 5)[:, None] * 9 - colour) * fine, colour)
    shine = np.where(opening & (number % 11 < 3), 60 + number * 37 % 70 * 2 + (number % 3 == 0), 0).astype(np.uint8)
    ledge = (up < 0.06) & ~opening
    colour = np.where(ledge[:, None], colour * (1 - 0.16 * fine), colour)
    if not tower and block.look % 3 == 0 and block.high > 7:
        colour = _shop_fronts(colour, u, z, block.look)
        _open_shops(shine, u, z)
    foot = np.clip(0.82 + z / 9, 0.82, 1.0)[:, None]
    return np.asarray(colour * foot, dtype=np.float32), shine


def _open_shops(shine: NDArray[np.uint8], u: Floats, z: Floats) -> None:
    """Two shops in three are lit behind their glass, every sign is."""
    shine[(z > 2.75) & (z < 3.75) & (u % 5.5 > 0.35)] = SIGN
    front = (z > 0.35) & (z <= 2.6) & (u % 5.5 > 0.5) & (np.floor(u / 5.5) % 3 < 2)
    glow = 90 + 60 * np.clip(2.6 - np.abs(z - 2.2) * 1.4, 0, 1.4)
    shine[front] = (glow // 2 * 2 + np.floor(u / 5.5) % 2)[front].astype(np.uint8)


def _shop_fronts(colour: NDArray[np.float32], u: Floats, z: Floats, look: int) -> NDArray[np.float32]:
    """A glazed ground floor under a band of signs, each shop its own colour."""
    shop = np.floor(u / 5.5).astype(np.int64)
    sign = (z > 2.75) & (z < 3.75) & (u % 5.5 > 0.35)
    front = (z > 0.35) & (z <= 2.6) & (u % 5.5 > 0.5)
    colour = np.where(sign[:, None], _SIGNS[(shop * 5 + look) % len(_SIGNS)], colour)
    return np.asarray(np.where(front[:, None], _GLASS * 0.8, colour), dtype=np.float32)
