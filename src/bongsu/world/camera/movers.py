"""Vehicles and people drawn into a picture, hidden by what stands before them."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.backdrop import HAZE, Backdrop, haze_at
from bongsu.world.camera.lens import Lens
from bongsu.world.traffic import Kind, Moment

Image = NDArray[np.uint8]
Colour = tuple[float, float, float]
Spot = tuple[float, float, float]

_HAZE_B, _HAZE_G, _HAZE_R = HAZE.tolist()
_REACH_M = 230.0
_SHIFT = 3
_PAINTS: tuple[Colour, ...] = (
    (228, 230, 230),
    (236, 238, 238),
    (60, 58, 56),
    (96, 94, 92),
    (160, 162, 164),
    (70, 64, 130),
    (128, 86, 52),
    (44, 44, 48),
)
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
_GLASS: Colour = (66, 56, 48)


class Build(NamedTuple):
    """A vehicle's boxes: length, width, and for each box its span along the length and its heights, in metres."""

    long: float
    wide: float
    boxes: tuple[tuple[float, float, float, float, bool], ...]


_BUILDS = {
    Kind.CAR: Build(4.5, 1.82, ((0.0, 1.0, 0.28, 0.88, False), (0.2, 0.86, 0.88, 1.42, True))),
    Kind.VAN: Build(5.0, 1.95, ((0.0, 1.0, 0.3, 1.05, False), (0.04, 0.88, 1.05, 1.95, True))),
    Kind.TRUCK: Build(5.8, 1.95, ((0.0, 0.68, 0.6, 2.3, False), (0.72, 1.0, 0.4, 2.0, False))),
    Kind.BUS: Build(11.0, 2.5, ((0.0, 1.0, 0.35, 1.3, False), (0.0, 1.0, 1.3, 2.6, True), (0.0, 1.0, 2.6, 3.1, False))),
    Kind.PATROL: Build(
        4.8, 1.88, ((0.0, 1.0, 0.28, 0.9, False), (0.2, 0.86, 0.9, 1.45, True), (0.48, 0.56, 1.45, 1.6, False))
    ),
}
_FACES = ((0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (4, 5, 6, 7))
"""Corners of the right side, front, left side, back and top of a box."""

_SHADES = (0.86, 0.78, 0.74, 0.7, 1.06)


def draw(
    frame: Image, still: Backdrop, moment: Moment, kind: NDArray[np.uint8], look: NDArray[np.uint8], ms: int
) -> None:
    """Draw every mover within reach into the frame, far ones first."""
    lens = still.lens
    off = moment.xy - lens.at[:2].astype(np.float32)
    flat = (lens.ahead[:2] / np.hypot(*lens.ahead[:2])).astype(np.float32)
    ahead, right = off @ flat, off @ lens.right[:2].astype(np.float32)
    slope = np.float32(lens.width / 2 / lens.focal)
    seen = (ahead > 1.2) & (ahead < _REACH_M) & (np.abs(right) < slope * ahead + 7)
    rows = np.flatnonzero(seen)
    rows = rows[~_is_hidden(still, moment.xy[rows], ahead[rows])]
    for row in rows[np.argsort(-ahead[rows])].tolist():
        x, y = moment.xy[row].tolist()
        east, north = moment.towards[row].tolist()
        place = _Place(x, y, math.atan2(north, east), int(kind[row]), int(look[row]))
        box = _person(frame, lens, place, ms, row) if place.kind == Kind.PERSON else _vehicle(frame, lens, place)
        if box is not None:
            _hide(frame, still, box, float(ahead[row]))


def _is_hidden(still: Backdrop, xy: NDArray[np.float32], ahead: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether something stands well before a mover's middle and before both its flanks."""
    lens = still.lens
    hidden = np.ones(len(xy), np.bool_)
    for side, up in ((0.0, 1.0), (2.2, 1.2), (-2.2, 1.2), (0.0, 0.1)):
        spot = np.column_stack([xy + lens.right[:2] * side, np.full(len(xy), up)])
        pixels, _ = lens.project(spot)
        px = np.clip(pixels[:, 0], 0, lens.width - 1).astype(np.intp)
        py = np.clip(pixels[:, 1], 0, lens.height - 1).astype(np.intp)
        hidden &= still.depth[py, px] < ahead - 6.5
    return hidden


class _Place(NamedTuple):
    x: float
    y: float
    angle: float
    kind: int
    look: int


def _vehicle(frame: Image, lens: Lens, place: _Place) -> NDArray[np.float64] | None:
    build = _BUILDS[Kind(place.kind)]
    paint = _PAINTS[place.look % len(_PAINTS)]
    if place.kind == Kind.PATROL:
        paint = (236, 236, 236)
    if place.kind == Kind.BUS:
        paint = ((60, 150, 70), (190, 110, 40), (60, 70, 200))[place.look % 3]
    corners = [_corners(place, build, box) for box in build.boxes]
    pixels, depth = lens.project(np.array(corners))
    if float(depth.min()) < 0.8:
        return None
    far = float(depth.mean())
    eye: Spot = (float(lens.at[0]), float(lens.at[1]), float(lens.at[2]))
    _shadow(frame, lens, place, build)
    for nth, box in enumerate(build.boxes):
        colour = (220, 60, 30) if place.kind == Kind.PATROL and nth == 2 else _GLASS if box[4] else paint
        _draw_box(frame, pixels[nth], corners[nth], eye, colour, far, paint)
    if far < 90:
        _lamps(frame, lens, place, build)
    low, high = pixels.reshape(-1, 2).min(axis=0), pixels.reshape(-1, 2).max(axis=0)
    return np.array([low, high])


def _corners(place: _Place, build: Build, box: tuple[float, float, float, float, bool]) -> list[Spot]:
    """The eight corners of a box: right-rear, right-front, left-front, left-rear below, then above."""
    start, end, low, high, narrow = box
    rear, front = (start - 0.5) * build.long, (end - 0.5) * build.long
    half = build.wide / 2 - (0.1 if narrow else 0.0)
    lean = 0.35 if narrow and build.long < 5.5 else 0.0
    cos, sin = math.cos(place.angle), math.sin(place.angle)

    def at(along: float, left: float, up: float) -> Spot:
        return place.x + along * cos - left * sin, place.y + along * sin + left * cos, up

    inner = half - lean / 3
    return [
        at(rear, -half, low),
        at(front, -half, low),
        at(front, half, low),
        at(rear, half, low),
        at(rear + lean, -inner, high),
        at(front - lean * 1.6, -inner, high),
        at(front - lean * 1.6, inner, high),
        at(rear + lean, inner, high),
    ]


def _draw_box(
    frame: Image,
    pixels: NDArray[np.float64],
    corners: list[Spot],
    eye: Spot,
    colour: Colour,
    far: float,
    roof: Colour,
) -> None:
    for face, shade in zip(_FACES, _SHADES, strict=True):
        a, b, c, d = (corners[i] for i in face)
        if not _faces(a, b, c, d, eye):
            continue
        paint = roof if shade > 1 else colour
        quad = np.rint(pixels[list(face)] * 2**_SHIFT).astype(np.int32)
        cv2.fillConvexPoly(frame, quad, _tone(paint, shade, far), cv2.LINE_AA, _SHIFT)


def _faces(a: Spot, b: Spot, c: Spot, d: Spot, eye: Spot) -> bool:
    """Whether a face of a box, its corners anticlockwise from outside, is turned towards the eye."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = d[0] - a[0], d[1] - a[1], d[2] - a[2]
    wx, wy, wz = (eye[i] - (a[i] + c[i]) / 2 for i in range(3))
    return wx * (uy * vz - uz * vy) + wy * (uz * vx - ux * vz) + wz * (ux * vy - uy * vx) > 0


def _lamps(frame: Image, lens: Lens, place: _Place, build: Build) -> None:
    """White lamps in front, red behind, whichever end faces the camera; dark wheels on the sides."""
    cos, sin = math.cos(place.angle), math.sin(place.angle)
    to_us = (lens.at[0] - place.x) * cos + (lens.at[1] - place.y) * sin
    end = build.long / 2 * (1 if to_us > 0 else -1)
    spots = [(end, side, 0.68) for side in (build.wide * 0.36, -build.wide * 0.36)]
    left = -(lens.at[0] - place.x) * sin + (lens.at[1] - place.y) * cos
    near = build.wide / 2 * (1 if left > 0 else -1)
    spots += [(build.long * part, near, 0.32) for part in (0.31, -0.31)]
    points = np.array([(place.x + a * cos - s * sin, place.y + a * sin + s * cos, z) for a, s, z in spots])
    pixels, depth = lens.project(points)
    if float(depth.min()) < 0.8:
        return
    size = lens.focal / float(depth.mean())
    lamp = (236, 248, 250) if to_us > 0 else (40, 40, 200)
    for nth, (px, py) in enumerate(np.rint(pixels * 2**_SHIFT).astype(int).tolist()):
        radius = size * (0.1 if nth < 2 else 0.33) * 2**_SHIFT
        cv2.circle(frame, (px, py), max(4, int(radius)), lamp if nth < 2 else (34, 34, 36), -1, cv2.LINE_AA, _SHIFT)


def _shadow(frame: Image, lens: Lens, place: _Place, build: Build) -> None:
    box = (-0.04, 1.04, 0.0, 0.0, False)
    pixels, depth = lens.project(np.array(_corners(place, build, box)[:4]))
    if float(depth.min()) > 0.8:
        quad = np.rint(pixels * 2**_SHIFT).astype(np.int32)
        cv2.fillConvexPoly(frame, quad, _tone((52, 50, 48), 1.0, float(depth.mean())), cv2.LINE_AA, _SHIFT)


def _person(frame: Image, lens: Lens, place: _Place, ms: int, row: int) -> NDArray[np.float64] | None:
    """Somebody walking: two swinging legs, a coat, a head."""
    tall = 1.55 + (place.look % 32) / 100
    pixels, depth = lens.project(np.array([[place.x, place.y, 0.0], [place.x, place.y, tall]]))
    far = float(depth[0])
    if float(depth.min()) < 1.0:
        return None
    (fx, fy), (hx, hy) = pixels.tolist()
    high = math.hypot(fx - hx, fy - hy)
    scale = 2**_SHIFT
    swing = math.sin(ms / 1000 * 5.6 + row) * high * 0.11

    def spot(part: float, side: float = 0.0) -> tuple[int, int]:
        return int((fx + (hx - fx) * part + side) * scale), int((fy + (hy - fy) * part) * scale)

    coat = _tone(_CLOTHES[place.look % len(_CLOTHES)], 0.95, far)
    legs = _tone(_CLOTHES[place.look // 8 % 3], 0.7, far)
    thick = max(1, round(high * 0.085))
    cv2.ellipse(
        frame,
        (spot(0)[0], spot(0)[1]),
        (int(high * 0.17 * scale), int(high * 0.045 * scale)),
        0,
        0,
        360,
        _tone((70, 68, 66), 1, far),
        -1,
        cv2.LINE_AA,
        _SHIFT,
    )
    for side in (swing, -swing):
        cv2.line(frame, spot(0.5), spot(0.0, side), legs, thick, cv2.LINE_AA, _SHIFT)
    cv2.line(frame, spot(0.5), spot(0.78), coat, max(1, round(high * 0.22)), cv2.LINE_AA, _SHIFT)
    cv2.circle(
        frame,
        spot(0.93),
        max(scale // 2, int(high * 0.075 * scale)),
        _tone((96, 110, 140), 1, far),
        -1,
        cv2.LINE_AA,
        _SHIFT,
    )
    cv2.circle(
        frame,
        spot(0.955),
        max(scale // 2, int(high * 0.07 * scale)),
        _tone((34, 34, 38), 1, far),
        -1,
        cv2.LINE_AA,
        _SHIFT,
    )
    half = high * 0.3 + 2
    return np.array([[min(fx, hx) - half, hy - 2], [max(fx, hx) + half, fy + high * 0.1 + 2]])


def _hide(frame: Image, still: Backdrop, box: NDArray[np.float64], depth: float) -> None:
    """Put back what stands before a mover."""
    left, top = np.floor(box[0]).astype(int).tolist()
    right, bottom = np.ceil(box[1]).astype(int).tolist()
    rows = slice(max(0, top - 2), min(still.lens.height, bottom + 3))
    columns = slice(max(0, left - 2), min(still.lens.width, right + 3))
    before = still.depth[rows, columns] < depth - 1.2
    if before.any():
        frame[rows, columns][before] = still.image[rows, columns][before]


def _tone(colour: Colour, shade: float, far: float) -> Colour:
    veil = haze_at(far)
    bare = (1 - veil) * shade
    b, g, r = colour
    return (
        min(255.0, b * bare + _HAZE_B * veil),
        min(255.0, g * bare + _HAZE_G * veil),
        min(255.0, r * bare + _HAZE_R * veil),
    )
