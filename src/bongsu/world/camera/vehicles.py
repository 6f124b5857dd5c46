"""Vehicles as shaded boxes: body, cabin, lamps, wheels and the shadow beneath."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.backdrop import HAZE, haze_at
from bongsu.world.camera.lens import Lens
from bongsu.world.traffic import Kind

Image = NDArray[np.uint8]
Colour = tuple[float, float, float]
Spot = tuple[float, float, float]

SHIFT = 3
"""Bits below the pixel in OpenCV's fixed-point coordinates: motion must not jump by whole pixels."""

_HAZE_B, _HAZE_G, _HAZE_R = HAZE.tolist()
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
_GLASS: Colour = (66, 56, 48)
_TYRE: Colour = (34, 34, 36)


class Build(NamedTuple):
    """A vehicle's boxes: length, width, and for each box its span along the length and its heights, in metres."""

    long: float
    wide: float
    boxes: tuple[tuple[float, float, float, float, bool], ...]


_BUILDS = {
    Kind.CAR: Build(4.5, 1.82, ((0.0, 1.0, 0.28, 0.88, False), (0.2, 0.86, 0.88, 1.42, True))),
    Kind.VAN: Build(5.0, 1.95, ((0.0, 1.0, 0.3, 1.05, False), (0.04, 0.88, 1.05, 1.95, True))),
    Kind.TRUCK: Build(
        5.8,
        1.95,
        (
            (0.0, 0.68, 0.6, 2.3, False),
            (0.72, 1.0, 0.4, 1.2, False),
            (0.73, 0.99, 1.2, 1.75, True),
            (0.72, 1.0, 1.75, 2.0, False),
        ),
    ),
    Kind.BUS: Build(11.0, 2.5, ((0.0, 1.0, 0.35, 1.3, False), (0.0, 1.0, 1.3, 2.6, True), (0.0, 1.0, 2.6, 3.1, False))),
    Kind.PATROL: Build(
        4.8, 1.88, ((0.0, 1.0, 0.28, 0.9, False), (0.2, 0.86, 0.9, 1.45, True), (0.48, 0.56, 1.45, 1.6, False))
    ),
}
_FACES = ((0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (4, 5, 6, 7))
"""Corners of the right side, front, left side, back and top of a box."""

_SHADES = (0.86, 0.78, 0.74, 0.7, 1.06)


class Place(NamedTuple):
    """Where a mover is, the direction it faces (radians, maths), what it is, and what settles its looks."""

    x: float
    y: float
    angle: float
    kind: int
    look: int


def draw_vehicle(frame: Image, lens: Lens, place: Place) -> NDArray[np.float64] | None:
    """Draw one vehicle; returns the pixels it may cover (low, high), None when it is too near to be drawn."""
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


def _corners(place: Place, build: Build, box: tuple[float, float, float, float, bool]) -> list[Spot]:
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
        quad = np.rint(pixels[list(face)] * 2**SHIFT).astype(np.int32)
        cv2.fillConvexPoly(frame, quad, tone(paint, shade, far), cv2.LINE_AA, SHIFT)


def _faces(a: Spot, b: Spot, c: Spot, d: Spot, eye: Spot) -> bool:
    """Whether a face of a box, its corners anticlockwise from outside, is turned towards the eye."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = d[0] - a[0], d[1] - a[1], d[2] - a[2]
    wx, wy, wz = (eye[i] - (a[i] + c[i]) / 2 for i in range(3))
    return wx * (uy * vz - uz * vy) + wy * (uz * vx - ux * vz) + wz * (ux * vy - uy * vx) > 0


def _lamps(frame: Image, lens: Lens, place: Place, build: Build) -> None:
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
    slant = abs(left) / math.hypot(left, to_us)
    for nth, (px, py) in enumerate(np.rint(pixels * 2**SHIFT).astype(int).tolist()):
        tall = max(6, int(size * (0.1 if nth < 2 else 0.32) * 2**SHIFT))
        axes = (tall, tall) if nth < 2 else (int(tall * slant), tall)
        cv2.ellipse(frame, (px, py), axes, 0, 0, 360, lamp if nth < 2 else _TYRE, -1, cv2.LINE_AA, SHIFT)


def _shadow(frame: Image, lens: Lens, place: Place, build: Build) -> None:
    box = (-0.04, 1.04, 0.0, 0.0, False)
    pixels, depth = lens.project(np.array(_corners(place, build, box)[:4]))
    if float(depth.min()) > 0.8:
        quad = np.rint(pixels * 2**SHIFT).astype(np.int32)
        cv2.fillConvexPoly(frame, quad, tone((52, 50, 48), 1.0, float(depth.mean())), cv2.LINE_AA, SHIFT)


def tone(colour: Colour, shade: float, far: float) -> Colour:
    """A colour in a given light, seen through so many metres of haze."""
    veil = haze_at(far)
    bare = (1 - veil) * shade
    b, g, r = colour
    return (
        min(255.0, b * bare + _HAZE_B * veil),
        min(255.0, g * bare + _HAZE_G * veil),
        min(255.0, r * bare + _HAZE_R * veil),
    )
