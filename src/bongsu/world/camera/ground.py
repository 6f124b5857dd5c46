"""The ground as seen from above: paving, asphalt, lane marks, crossings, water and grass, in plain light."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.atlas import Atlas, Crossing, Ring, Street
from bongsu.world.camera.lens import Lens

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

_PAVING, _SIDEWALK, _ASPHALT = (150, 156, 160), (164, 170, 176), (86, 84, 82)
_ALLEY, _WATER, _GRASS = (104, 104, 105), (128, 112, 84), (74, 118, 104)
_WHITE, _YELLOW = (222, 226, 228), (70, 176, 222)
_KERB = (186, 190, 192)
_SHIFT = 4


class Sheet(NamedTuple):
    """A piece of ground before the camera: so many metres ahead and to either side, at so many pixels a metre."""

    ahead_m: float
    side_m: float
    per_m: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of its picture."""
        return int(self.ahead_m * self.per_m), int(2 * self.side_m * self.per_m)


FAR_M, NEAR_M = 460.0, 70.0
FINEST_PER_M = 11.0
SHEET_PIXELS = 1_100_000


def sheets(lens: Lens, pixels: int = SHEET_PIXELS) -> tuple[Sheet, Sheet]:
    """A far and a near piece of ground, as wide as the lens sees and as fine as their size allows."""
    slope = lens.width / 2 / lens.focal

    def sheet(ahead_m: float) -> Sheet:
        side = ahead_m * slope + 8.0
        return Sheet(ahead_m, side, min(FINEST_PER_M, math.sqrt(pixels / (2 * side * ahead_m))))

    return sheet(FAR_M), sheet(lens.reach(NEAR_M, 300.0))


def paint(atlas: Atlas, lens: Lens, into: Image) -> None:
    """Paint the ground below the horizon, far sheet first."""
    grain = np.random.default_rng(int(abs(lens.at[0]) * 10) % 2**31)
    for sheet in sheets(lens):
        onto_picture(_draw(atlas, lens, sheet, grain), lens, sheet, into)


def onto_picture(seen: Image, lens: Lens, sheet: Sheet, into: Image) -> None:
    """Lay a sheet of ground into a picture; what lies beside it stays."""
    high, wide = seen.shape[:2]
    to_metres = np.array(
        [[1 / sheet.per_m, 0, -wide / 2 / sheet.per_m], [0, -1 / sheet.per_m, high / sheet.per_m], [0, 0, 1]]
    )
    size = (lens.width, lens.height)
    cv2.warpPerspective(seen, lens.ground_to_pixel() @ to_metres, size, dst=into, borderMode=cv2.BORDER_TRANSPARENT)


class Board:
    """A canvas that takes metres of the scene and knows where it lies before the camera."""

    SHIFT = _SHIFT

    def __init__(self, lens: Lens, sheet: Sheet, image: Image) -> None:
        self.per_m = sheet.per_m
        self.reach = math.hypot(sheet.ahead_m, sheet.side_m)
        high, wide = sheet.shape
        self.image = image
        flat = np.array([math.sin(lens.heading_rad), math.cos(lens.heading_rad)])
        scale = sheet.per_m * 2**_SHIFT
        self._turn = np.stack([lens.right[:2], -flat], axis=1) * scale
        self._move = np.array([wide / 2, high]) * 2**_SHIFT - lens.at[:2] @ self._turn

    def pixels(self, line: Ring) -> NDArray[np.int32]:
        """Where metres lie on the canvas, in OpenCV's fixed-point coordinates."""
        spots: NDArray[np.int32] = np.rint(line @ self._turn + self._move).astype(np.int32)
        return spots

    def shows(self, line: Ring, margin_m: float) -> bool:
        """Whether any of a line may lie on this canvas."""
        spots = line @ self._turn + self._move
        low, high = spots.min(axis=0), spots.max(axis=0)
        margin = margin_m * self.per_m * 2**_SHIFT
        rows, columns = self.image.shape[0] << _SHIFT, self.image.shape[1] << _SHIFT
        return bool(high[0] > -margin and low[0] < columns + margin and high[1] > -margin and low[1] < rows + margin)

    def fill(self, ring: Ring, colour: Colour | int) -> None:
        """Fill a ring."""
        cv2.fillPoly(self.image, [self.pixels(ring)], colour, cv2.LINE_AA, _SHIFT)

    def stroke(self, lines: Sequence[Ring], wide_m: float, colour: Colour) -> None:
        """Draw lines of one width; finer than a pixel is not worth the paint."""
        thick = round(wide_m * self.per_m)
        if thick >= 1:
            cv2.polylines(self.image, [self.pixels(line) for line in lines], False, colour, thick, cv2.LINE_AA, _SHIFT)

    def stripes(self, ends: Ring, wide_m: float, colour: Colour) -> None:
        """Paint many short straight bars with square ends, given as (n, 2, 2) metres."""
        if wide_m * self.per_m < 0.3 or not len(ends):
            return
        along = ends[:, 1] - ends[:, 0]
        long = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)[:, None]
        off = np.stack([-along[:, 1], along[:, 0]], axis=1) / long * wide_m / 2
        quads = np.stack([ends[:, 0] - off, ends[:, 1] - off, ends[:, 1] + off, ends[:, 0] + off], axis=1)
        cv2.fillPoly(self.image, list(self.pixels(quads)), colour, cv2.LINE_AA, _SHIFT)


def _draw(atlas: Atlas, lens: Lens, sheet: Sheet, grain: np.random.Generator) -> Image:
    board = Board(lens, sheet, np.full((*sheet.shape, 3), _PAVING, np.uint8))
    for park in atlas.parks:
        if board.shows(park, 0):
            board.fill(park, _GRASS)
    for water in atlas.waters:
        if board.shows(water, 0):
            board.fill(water, _WATER)
    streets = [s for s in atlas.streets_near(lens.at, board.reach) if board.shows(s.line, s.wide)]
    crossings = atlas.crossings_near(lens.at, board.reach)
    _lay_streets(board, streets)
    _mark_streets(board, streets, [c for c in crossings if board.shows(np.array([c.at]), c.wide + 8)])
    _roughen(board.image, grain)
    return board.image


def _lay_streets(board: Board, streets: Iterable[Street]) -> None:
    for street in streets:
        if street.wide >= 8:
            board.stroke([street.line], street.wide + 7.5, _SIDEWALK)
            board.stroke([street.line], street.wide + 0.7, _KERB)
    for street in streets:
        board.stroke([street.line], street.wide, _ASPHALT if street.wide >= 8 else _ALLEY)


def _mark_streets(board: Board, streets: Iterable[Street], crossings: Iterable[Crossing]) -> None:
    for street in streets:
        if street.wide >= 5.5:
            _mark(board, street)
    for crossing in crossings:
        if crossing.wide < 5.5:
            continue
        spot = np.array([crossing.at])
        colour = _ASPHALT if crossing.wide >= 8 else _ALLEY
        board.stroke([np.concatenate([spot, spot + 0.01])], crossing.wide, colour)
        if crossing.wide >= 12:
            _zebras(board, crossing)


def _mark(board: Board, street: Street) -> None:
    """Yellow along the middle, white between the lanes and along the edges (도로교통법 시행규칙 별표 6)."""
    half = street.wide / 2
    if not street.oneway:
        middle = (-0.15, 0.15) if street.wide >= 12 else (0.0,)
        board.stroke([beside(street.line, off) for off in middle], 0.14, _YELLOW)
    if street.wide >= 8:
        board.stroke([beside(street.line, off) for off in (half - 0.45, 0.45 - half)], 0.13, _WHITE)
    if street.wide >= 12 and board.per_m * 0.15 >= 0.5:
        each = street.wide / round(street.wide / 3.1)
        for off in np.arange(each, half - 1, each).tolist():
            for side in (off, -off):
                board.stripes(_dashes(beside(street.line, side), 3.0, 5.0), 0.15, _WHITE)


def _zebras(board: Board, crossing: Crossing) -> None:
    """Pedestrian crossings over every arm that has room for one, with a stop line before each."""
    start = crossing.wide / 2 + 2.5
    for angle, wide in crossing.arms:
        if wide < 8:
            continue
        ahead = np.array([math.cos(angle), math.sin(angle)])
        left = np.array([-ahead[1], ahead[0]])
        first = np.array(crossing.at) + ahead * start
        board.stripes(np.array([[crossing.at, first + ahead * 4.6]]), wide, _ASPHALT)
        near = first + np.arange(-wide / 2 + 0.5, wide / 2 - 0.3, 0.95)[:, None] * left
        board.stripes(np.stack([near, near + ahead * 4.0], axis=1), 0.5, _WHITE)
        stop = first + ahead * 6.0
        board.stripes(np.array([[stop, stop + left * wide / 2]]), 0.4, _WHITE)


def _roughen(image: Image, grain: np.random.Generator) -> None:
    """Grain, stains and worn patches; nothing outdoors is one flat colour."""
    high, wide = image.shape[:2]
    fine = grain.normal(0, 5.0, (high // 2 + 1, wide // 2 + 1)).astype(np.float32)
    coarse = grain.normal(0, 6.0, (high // 40 + 2, wide // 40 + 2)).astype(np.float32)
    size = (wide, high)
    mottle = cv2.resize(fine, size) + cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    lighter = np.clip(mottle, 0, 40).astype(np.uint8)
    darker = np.clip(-mottle, 0, 40).astype(np.uint8)
    cv2.add(image, cv2.merge([lighter] * 3), dst=image)
    cv2.subtract(image, cv2.merge([darker] * 3), dst=image)


def beside(line: Ring, off: float) -> Ring:
    """A line moved sideways (to its left for a positive distance)."""
    if off == 0:
        return line
    steps = np.diff(line, axis=0)
    steps = np.concatenate([steps[:1], (steps[:-1] + steps[1:]), steps[-1:]])
    long = np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-6)[:, None]
    return np.asarray(line + np.stack([-steps[:, 1], steps[:, 0]], axis=1) / long * off)


def _dashes(line: Ring, on_m: float, off_m: float) -> Ring:
    """The painted parts of a broken line, as (n, 2, 2) metres."""
    steps = np.diff(line, axis=0)
    gone = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    starts = np.arange(0.0, max(0.0, gone[-1] - on_m), on_m + off_m)
    ends = np.stack([starts, starts + on_m], axis=1)
    return np.stack([np.interp(ends, gone, line[:, 0]), np.interp(ends, gone, line[:, 1])], axis=-1)
