"""Vehicles as shaded boxes: body, cabin, lamps, wheels, and the shadow they cast."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.backdrop import FAR
from bongsu.world.camera.lamps import shine
from bongsu.world.camera.light import Colour, Light
from bongsu.world.camera.lighting import Shot
from bongsu.world.traffic import Kind

Image = NDArray[np.uint8]
Spot = tuple[float, float, float]

SHIFT = 3
"""Bits below the pixel in OpenCV's fixed-point coordinates: motion must not jump by whole pixels."""

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
SHADOW_TO_M = 140.0
_TYRE: Colour = (34, 34, 36)
_HEAD = np.array([0.92, 0.98, 1.0], np.float32)
_TAIL = np.array([0.15, 0.12, 1.0], np.float32)
_GREY = np.ones(3, np.float32)


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
    Kind.ENGINE: Build(
        8.2,
        2.5,
        (
            (0.0, 0.72, 0.5, 2.9, False),
            (0.74, 1.0, 0.5, 1.5, False),
            (0.75, 1.0, 1.5, 2.5, True),
            (0.8, 0.9, 2.5, 2.75, False),
        ),
    ),
    Kind.AMBULANCE: Build(
        5.6,
        2.0,
        (
            (0.0, 1.0, 0.35, 1.2, False),
            (0.05, 0.82, 1.2, 2.4, False),
            (0.82, 0.96, 1.2, 1.9, True),
            (0.7, 0.8, 2.4, 2.6, False),
        ),
    ),
}
_LIVERY: dict[int, Colour] = {Kind.PATROL: (236, 236, 236), Kind.ENGINE: (36, 34, 196), Kind.AMBULANCE: (232, 234, 238)}
_BEACONS: tuple[Colour, Colour] = ((250, 90, 40), (50, 40, 250))
"""Blue, then red: what flashes on top of whoever is called out."""
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


def draw_vehicle(frame: Image, shot: Shot, place: Place, ms: int) -> NDArray[np.float64] | None:
    """Draw one vehicle; returns the pixels it may cover (low, high), None when it is too near to be drawn."""
    lens, light = shot.lens, shot.light
    build = _BUILDS[Kind(place.kind)]
    corners = [_corners(place, build, box) for box in build.boxes]
    pixels, depth = lens.project(np.array(corners))
    if float(depth.min()) < 0.8:
        return None
    far = float(depth.mean())
    lit = shot.shade_at(*lens.project(np.array([place.x, place.y, 0.0]))[0].tolist())
    if far < SHADOW_TO_M:
        _shadow(frame, shot, place, build, lit)
    paint = _paint(place)
    look = _Look(frame, light, (float(lens.at[0]), float(lens.at[1]), float(lens.at[2])), far, lit)
    for nth, box in enumerate(build.boxes):
        colour, shade = (_GLASS if box[4] else paint), lit
        if place.kind in _LIVERY and nth == len(build.boxes) - 1:
            colour, shade = _BEACONS[ms // 180 % 2], 1.0
        look.box(pixels[nth], corners[nth], colour, paint, shade)
    if far < 90 or light.lamps > 0.3:
        _lamps(frame, shot, place, build, lit)
    low, high = pixels.reshape(-1, 2).min(axis=0), pixels.reshape(-1, 2).max(axis=0)
    return np.array([low, high])


def _paint(place: Place) -> Colour:
    if place.kind in _LIVERY:
        return _LIVERY[place.kind]
    if place.kind == Kind.BUS:
        return ((60, 150, 70), (190, 110, 40), (60, 70, 200))[place.look % 3]
    return _PAINTS[place.look % len(_PAINTS)]


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


class _Look(NamedTuple):
    """How a vehicle's boxes are looked at: by whom, from how far, in which light."""

    frame: Image
    light: Light
    eye: Spot
    far: float
    lit: float

    def box(self, pixels: NDArray[np.float64], corners: list[Spot], colour: Colour, roof: Colour, shade: float) -> None:
        """Draw the faces of one box that are turned towards the eye."""
        for face, steep in zip(_FACES, _SHADES, strict=True):
            a, b, c, d = (corners[i] for i in face)
            if not _faces(a, b, c, d, self.eye):
                continue
            paint = roof if steep > 1 else colour
            quad = np.rint(pixels[list(face)] * 2**SHIFT).astype(np.int32)
            tone = self.light.tone(paint, steep * shade, self.far)
            cv2.fillConvexPoly(self.frame, quad, tone, cv2.LINE_AA, SHIFT)


def _faces(a: Spot, b: Spot, c: Spot, d: Spot, eye: Spot) -> bool:
    """Whether a face of a box, its corners anticlockwise from outside, is turned towards the eye."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = d[0] - a[0], d[1] - a[1], d[2] - a[2]
    wx, wy, wz = (eye[i] - (a[i] + c[i]) / 2 for i in range(3))
    return wx * (uy * vz - uz * vy) + wy * (uz * vx - ux * vz) + wz * (ux * vy - uy * vx) > 0


def _lamps(frame: Image, shot: Shot, place: Place, build: Build, lit: float) -> None:
    """White lamps in front, red behind, whichever end faces the camera; dark wheels on the sides."""
    lens = shot.lens
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
    tyre = shot.light.tone(_TYRE, lit, float(depth.mean()))
    slant = abs(left) / math.hypot(left, to_us)
    for nth, (px, py) in enumerate(np.rint(pixels * 2**SHIFT).astype(int).tolist()):
        tall = max(6, int(size * (0.1 if nth < 2 else 0.32) * 2**SHIFT))
        axes = (tall, tall) if nth < 2 else (int(tall * slant), tall)
        cv2.ellipse(frame, (px, py), axes, 0, 0, 360, lamp if nth < 2 else tyre, -1, cv2.LINE_AA, SHIFT)
    if shot.light.lamps > 0.3:
        _shine(frame, shot, pixels[:2], size, to_us / math.hypot(left, to_us))


def _shine(frame: Image, shot: Shot, ends: NDArray[np.float64], size: float, towards: float) -> None:
    """Lamps that are on: a glare that grows as they point at the camera, a red glow from behind."""
    front = towards > 0
    radius = max(1.5, size * (0.16 + 0.75 * max(0.0, towards) ** 6)) if front else max(1.2, size * 0.2)
    tint = _GREY if shot.grey else _HEAD if front else _TAIL
    for px, py in ends.tolist():
        shine(frame, px, py, min(40.0, radius), 190 if front else 120, tint)


def _shadow(frame: Image, shot: Shot, place: Place, build: Build, lit: float) -> None:
    """Under the vehicle always; where the sun gets through, as long and in the direction it falls."""
    light = shot.light
    base = _corners(place, build, (-0.02, 1.02, 0.0, 0.0, False))[:4]
    spots = list(base)
    if light.casts and lit > light.ambient + 0.5 * light.direct:
        high = build.boxes[-1][3] * 0.92
        reach = min(high, 9.0 / max(1.0, math.hypot(*light.fall)))
        spots += [(x + light.fall[0] * reach, y + light.fall[1] * reach, 0.0) for x, y, _ in base]
    darken(frame, shot, np.array(spots), light.ambient / max(lit, 0.05) * 0.82)


def darken(frame: Image, shot: Shot, spots: NDArray[np.float64], left: float) -> None:
    """Darken the bare ground inside the hull of some places to a share of what it was."""
    pixels, depth = shot.lens.project(spots)
    if float(depth.min()) < 0.8:
        return
    hull = cv2.convexHull(pixels.astype(np.float32)).reshape(-1, 2)
    left_, top = np.maximum(np.floor(hull.min(axis=0)).astype(int), 0).tolist()
    right = min(frame.shape[1], int(hull[:, 0].max()) + 2)
    bottom = min(frame.shape[0], int(hull[:, 1].max()) + 2)
    if left_ >= right or top >= bottom:
        return
    keep = max(0.2, min(1.0, left))
    mask = np.full((bottom - top, right - left_), 255, np.uint8)
    quad = np.rint((hull - (left_, top)) * 2**SHIFT).astype(np.int32)
    cv2.fillConvexPoly(mask, quad, int(255 * keep), cv2.LINE_AA, SHIFT)
    mask[shot.depth[top:bottom, left_:right] < FAR] = 255
    under = frame[top:bottom, left_:right]
    cv2.multiply(under, cv2.merge([mask, mask, mask]), dst=under, scale=1 / 255)
