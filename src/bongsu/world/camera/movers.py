"""Vehicles and people drawn into a picture, hidden by what stands before them."""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.backdrop import Backdrop
from bongsu.world.camera.furniture import Parked
from bongsu.world.camera.lens import Lens
from bongsu.world.camera.vehicles import SHIFT, Colour, Place, draw_vehicle, tone
from bongsu.world.traffic import Kind, Moment

Image = NDArray[np.uint8]

_REACH_M = 230.0
_CLOTHES: tuple[Colour, ...] = (
    (60, 58, 60),
    (120, 84, 60),
    (72, 70, 150),
    (190, 190, 196),
    (88, 110, 92),
    (150, 140, 170),
    (52, 60, 90),
    (98, 150, 190),
)


def draw(
    frame: Image, still: Backdrop, moment: Moment, kind: NDArray[np.uint8], look: NDArray[np.uint8], ms: int
) -> None:
    """Draw every mover within reach into the frame, far ones first."""
    lens = still.lens
    off = moment.xy - lens.at[:2].astype(np.float32)
    flat = (lens.ahead[:2] / np.hypot(*lens.ahead[:2])).astype(np.float32)
    ahead, right = off @ flat, off @ lens.right[:2].astype(np.float32)
    slope = np.float32(lens.width / 2 / lens.focal)
    seen = (ahead > 1.2) & (ahead < lens.reach(_REACH_M)) & (np.abs(right) < slope * ahead + 7)
    cos, sin = math.cos(lens.tilt_rad), math.sin(lens.tilt_rad)
    rows = np.flatnonzero(seen)
    rows = rows[~_is_hidden(still, moment.xy[rows], ahead[rows])]
    for row in rows[np.argsort(-ahead[rows])].tolist():
        x, y = moment.xy[row].tolist()
        east, north = moment.towards[row].tolist()
        place = Place(x, y, math.atan2(north, east), int(kind[row]), int(look[row]))
        box = _person(frame, lens, place, ms, row) if place.kind == Kind.PERSON else draw_vehicle(frame, lens, place)
        if box is not None:
            slack = 0.4 if place.kind == Kind.PERSON else 2.4
            _hide(frame, still, box, float(ahead[row]) * cos + float(lens.at[2] - 1) * sin - slack)


def park(still: Backdrop, cars: Iterable[Parked]) -> None:
    """Draw parked cars into a backdrop for good, with their depth, so that people walk behind them."""
    lens = still.lens
    flat = lens.ahead[:2] / np.hypot(*lens.ahead[:2])
    ranked = sorted(((c.x - lens.at[0]) * flat[0] + (c.y - lens.at[1]) * flat[1], c) for c in cars)
    cos, sin = math.cos(lens.tilt_rad), math.sin(lens.tilt_rad)
    for ahead, car in reversed(ranked):
        before = still.image.copy()
        kind = (Kind.CAR, Kind.CAR, Kind.CAR, Kind.VAN, Kind.TRUCK)[car.look % 5]
        box = draw_vehicle(still.image, lens, Place(car.x, car.y, car.angle, kind, car.look // 5))
        if box is None:
            continue
        far = float(ahead * cos + (lens.at[2] - 1) * sin)
        under = Backdrop(before, still.depth, lens)
        _hide(still.image, under, box, far - 2.4)
        window = _window(box, lens)
        still.depth[window][(still.image[window] != before[window]).any(axis=2)] = far


def _is_hidden(still: Backdrop, xy: NDArray[np.float32], ahead: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether something stands well before a mover's middle and before its flanks."""
    lens = still.lens
    hidden = np.ones(len(xy), np.bool_)
    for side, up in ((0.0, 1.0), (2.2, 1.2), (-2.2, 1.2), (5.2, 1.5), (-5.2, 1.5)):
        spot = np.column_stack([xy + lens.right[:2] * side, np.full(len(xy), up)])
        pixels, _ = lens.project(spot)
        px = np.clip(pixels[:, 0], 0, lens.width - 1).astype(np.intp)
        py = np.clip(pixels[:, 1], 0, lens.height - 1).astype(np.intp)
        hidden &= still.depth[py, px] < ahead - 6.5
    return hidden


def _person(frame: Image, lens: Lens, place: Place, ms: int, row: int) -> NDArray[np.float64] | None:
    """Somebody walking: two swinging legs, a coat, a head; returns the pixels they may cover."""
    tall = 1.55 + (place.look % 32) / 100
    pixels, depth = lens.project(np.array([[place.x, place.y, 0.0], [place.x, place.y, tall]]))
    if float(depth.min()) < 1.0:
        return None
    (fx, fy), (hx, hy) = pixels.tolist()
    figure = _Figure(frame, fx, fy, hx, hy, float(depth[0]))
    swing = math.sin(ms / 1000 * 5.6 + row) * 0.11
    coat = _CLOTHES[place.look % len(_CLOTHES)]
    trousers = _CLOTHES[place.look // 8 % 3]
    figure.blob(0.0, 0.17, 0.045, (70, 68, 66))
    figure.limb(0.5, 0.0, swing, 0.085, tuple(0.7 * c for c in trousers))
    figure.limb(0.5, 0.0, -swing, 0.085, tuple(0.7 * c for c in trousers))
    figure.limb(0.5, 0.78, 0.0, 0.22, coat)
    figure.blob(0.93, 0.075, 0.075, (96, 110, 140))
    figure.blob(0.955, 0.07, 0.07, (34, 34, 38))
    half = figure.high * 0.3 + 2
    return np.array([[min(fx, hx) - half, hy - 2], [max(fx, hx) + half, fy + figure.high * 0.1 + 2]])


class _Figure:
    """A body drawn in parts of its own height, from the foot (0) to the crown (1)."""

    def __init__(self, frame: Image, fx: float, fy: float, hx: float, hy: float, far: float) -> None:
        self.high = math.hypot(fx - hx, fy - hy)
        self._frame, self._foot, self._crown, self._far = frame, (fx, fy), (hx, hy), far

    def limb(self, start: float, end: float, side: float, thick: float, colour: tuple[float, ...]) -> None:
        paint = tone((colour[0], colour[1], colour[2]), 0.95, self._far)
        width = max(1, round(self.high * thick))
        cv2.line(self._frame, self._at(start), self._at(end, side), paint, width, cv2.LINE_AA, SHIFT)

    def blob(self, at: float, wide: float, tall: float, colour: Colour) -> None:
        axes = (max(4, int(self.high * wide * 2**SHIFT)), max(4, int(self.high * tall * 2**SHIFT)))
        paint = tone(colour, 1.0, self._far)
        cv2.ellipse(self._frame, self._at(at), axes, 0, 0, 360, paint, -1, cv2.LINE_AA, SHIFT)

    def _at(self, part: float, side: float = 0.0) -> tuple[int, int]:
        (fx, fy), (hx, hy) = self._foot, self._crown
        x = fx + (hx - fx) * part + side * self.high
        return int(x * 2**SHIFT), int((fy + (hy - fy) * part) * 2**SHIFT)


def _hide(frame: Image, still: Backdrop, box: NDArray[np.float64], nearer_than: float) -> None:
    """Put back what stands before a mover: whatever is nearer than a depth in metres."""
    window = _window(box, still.lens)
    before = still.depth[window] < nearer_than
    if before.any():
        np.copyto(frame[window], still.image[window], where=before[..., None])


def _window(box: NDArray[np.float64], lens: Lens) -> tuple[slice, slice]:
    """The part of the picture in which something drawn may have left a trace."""
    left, top = np.floor(box[0]).astype(int).tolist()
    right, bottom = np.ceil(box[1]).astype(int).tolist()
    margin = 3 + (bottom - top) // 4
    rows = slice(max(0, top - margin), max(0, min(lens.height, bottom + margin)))
    return rows, slice(max(0, left - margin), max(0, min(lens.width, right + margin)))
