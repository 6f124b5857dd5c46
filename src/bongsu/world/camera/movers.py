"""Vehicles and people drawn into a picture, hidden by what stands before them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.furniture import Parked
from bongsu.world.camera.lens import Lens
from bongsu.world.camera.light import Colour, Light
from bongsu.world.camera.lighting import Shot
from bongsu.world.camera.vehicles import SHIFT, Place, darken, draw_vehicle
from bongsu.world.sky import Weather
from bongsu.world.traffic import Kind

Image = NDArray[np.uint8]

REACH_M = 230.0
SHADOW_FROM_PX = 13.0
"""A person smaller than this on the picture has no shadow that anybody sees."""

_UMBRELLAS = frozenset({Weather.RAIN})


class Movers(Protocol):
    """Whoever moves there, as columns: metres, unit directions, `traffic.Kind`, look, and a lasting number."""

    @property
    def xy(self) -> NDArray[np.float32]:
        """Metres east and north."""

    @property
    def towards(self) -> NDArray[np.float32]:
        """Unit directions."""

    @property
    def kind(self) -> NDArray[np.uint8]:
        """What it is."""

    @property
    def look(self) -> NDArray[np.uint8]:
        """What settles paint and clothes."""

    @property
    def row(self) -> NDArray[np.int64]:
        """Its number."""


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


def draw(frame: Image, shot: Shot, things: Movers, ms: int) -> None:
    """Draw every mover within reach into the frame, far ones first."""
    lens = shot.lens
    off = things.xy - lens.at[:2].astype(np.float32)
    flat = (lens.ahead[:2] / np.hypot(*lens.ahead[:2])).astype(np.float32)
    ahead, right = off @ flat, off @ lens.right[:2].astype(np.float32)
    slope = np.float32(lens.width / 2 / lens.focal)
    seen = (ahead > 1.2) & (ahead < lens.reach(REACH_M)) & (np.abs(right) < slope * ahead + 7)
    cos, sin = math.cos(lens.tilt_rad), math.sin(lens.tilt_rad)
    rows = np.flatnonzero(seen)
    rows = rows[~_is_hidden(shot, things.xy[rows], ahead[rows])]
    for row in rows[np.argsort(-ahead[rows])].tolist():
        x, y = things.xy[row].tolist()
        east, north = things.towards[row].tolist()
        place = Place(x, y, math.atan2(north, east), int(things.kind[row]), int(things.look[row]))
        on_foot = place.kind == Kind.PERSON
        box = _person(frame, shot, place, ms, int(things.row[row])) if on_foot else draw_vehicle(frame, shot, place, ms)
        if box is not None:
            slack = 0.4 if on_foot else 2.4
            hide(frame, shot, box, float(ahead[row]) * cos + float(lens.at[2] - 1) * sin - slack)


def park(shot: Shot, cars: Iterable[Parked]) -> None:
    """Draw parked cars into a lit backdrop for good, with their depth, so that people walk behind them."""
    lens = shot.lens
    flat = lens.ahead[:2] / np.hypot(*lens.ahead[:2])
    ranked = sorted(((c.x - lens.at[0]) * flat[0] + (c.y - lens.at[1]) * flat[1], c) for c in cars)
    cos, sin = math.cos(lens.tilt_rad), math.sin(lens.tilt_rad)
    asleep = replace(shot, light=replace(shot.light, lamps=0.0))
    for ahead, car in reversed(ranked):
        before = shot.image.copy()
        kind = (Kind.CAR, Kind.CAR, Kind.CAR, Kind.VAN, Kind.TRUCK)[car.look % 5]
        box = draw_vehicle(shot.image, asleep, Place(car.x, car.y, car.angle, kind, car.look // 5), 0)
        if box is None:
            continue
        far = float(ahead * cos + (lens.at[2] - 1) * sin)
        hide(shot.image, replace(shot, image=before), box, far - 2.4)
        window = _window(box, lens)
        shot.depth[window][(shot.image[window] != before[window]).any(axis=2)] = far


def _is_hidden(still: Shot, xy: NDArray[np.float32], ahead: NDArray[np.float32]) -> NDArray[np.bool_]:
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


def _person(frame: Image, shot: Shot, place: Place, ms: int, row: int) -> NDArray[np.float64] | None:
    """Somebody walking: two swinging legs, a coat, a head, a shadow; returns the pixels they may cover."""
    lens, light = shot.lens, shot.light
    tall = 1.55 + (place.look % 32) / 100
    pixels, depth = lens.project(np.array([[place.x, place.y, 0.0], [place.x, place.y, tall]]))
    if float(depth.min()) < 1.0:
        return None
    (fx, fy), (hx, hy) = pixels.tolist()
    lit = shot.shade_at(fx, fy)
    cast = light.casts and lit > light.ambient + 0.5 * light.direct
    if math.hypot(fx - hx, fy - hy) > SHADOW_FROM_PX:
        _person_shadow(frame, shot, place, tall, lit, cast)
    figure = _Figure(frame, light, (fx, fy, hx, hy), float(depth[0]), lit)
    swing = math.sin(ms / 1000 * 5.6 + row) * 0.11
    coat = _CLOTHES[place.look % len(_CLOTHES)]
    trousers = _CLOTHES[place.look // 8 % 3]
    figure.limb(0.5, 0.0, swing, 0.085, tuple(0.7 * c for c in trousers))
    figure.limb(0.5, 0.0, -swing, 0.085, tuple(0.7 * c for c in trousers))
    figure.limb(0.5, 0.78, 0.0, 0.22, coat)
    figure.blob(0.93, 0.075, 0.075, (96, 110, 140))
    figure.blob(0.955, 0.07, 0.07, (34, 34, 38))
    if light.weather in _UMBRELLAS and place.look % 5 < 4:
        figure.blob(1.08, 0.27, 0.1, _CLOTHES[place.look // 3 % len(_CLOTHES)])
    half = figure.high * 0.3 + 2
    return np.array(
        [[min(fx, hx) - half, hy - figure.high * 0.25 - 2], [max(fx, hx) + half, fy + figure.high * 0.1 + 2]]
    )


def _person_shadow(frame: Image, shot: Shot, place: Place, tall: float, lit: float, cast: bool) -> None:
    fall = shot.light.fall if cast else (0.0, 0.0)
    reach = min(tall, 8.0 / max(1.0, math.hypot(*fall)))
    foot = np.array([(0.22, 0.0), (0.0, 0.22), (-0.22, 0.0), (0.0, -0.22)])
    ends = np.concatenate([foot, foot * 0.7 + np.array(fall) * reach]) + np.array([place.x, place.y])
    darken(frame, shot, np.column_stack([ends, np.zeros(len(ends))]), shot.light.ambient / max(lit, 0.05) * 0.9)


class _Figure:
    """A body drawn in parts of its own height, from the foot (0) to the crown (1)."""

    def __init__(
        self, frame: Image, light: Light, ends: tuple[float, float, float, float], far: float, lit: float
    ) -> None:
        fx, fy, hx, hy = ends
        self.high = math.hypot(fx - hx, fy - hy)
        self._frame, self._foot, self._crown = frame, (fx, fy), (hx, hy)
        self._light, self._far, self._lit = light, far, lit

    def limb(self, start: float, end: float, side: float, thick: float, colour: tuple[float, ...]) -> None:
        paint = self._light.tone((colour[0], colour[1], colour[2]), 0.95 * self._lit, self._far)
        width = max(1, round(self.high * thick))
        cv2.line(self._frame, self._at(start), self._at(end, side), paint, width, cv2.LINE_AA, SHIFT)

    def blob(self, at: float, wide: float, tall: float, colour: Colour) -> None:
        axes = (max(4, int(self.high * wide * 2**SHIFT)), max(4, int(self.high * tall * 2**SHIFT)))
        paint = self._light.tone(colour, self._lit, self._far)
        cv2.ellipse(self._frame, self._at(at), axes, 0, 0, 360, paint, -1, cv2.LINE_AA, SHIFT)

    def _at(self, part: float, side: float = 0.0) -> tuple[int, int]:
        (fx, fy), (hx, hy) = self._foot, self._crown
        x = fx + (hx - fx) * part + side * self.high
        return int(x * 2**SHIFT), int((fy + (hy - fy) * part) * 2**SHIFT)


def hide(frame: Image, still: Shot, box: NDArray[np.float64], nearer_than: float) -> None:
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
