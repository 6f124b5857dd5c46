"""What stands along the streets: utility poles with their wires, and parked cars."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.atlas import Atlas, Ring, Street
from bongsu.world.camera.ground import beside
from bongsu.world.camera.lens import Lens
from bongsu.world.camera.walls import Canvas
from bongsu.world.scene import unit_hash

_REACH_M = 120.0
_EVERY_M = 34.0
_POLE_M = 9.5
_WIRES_M = (9.0, 8.3, 7.2, 6.9)
_CONCRETE = np.array([128, 134, 138], np.float32)
_WIRE = np.array([52, 50, 48], np.float32)


class Parked(NamedTuple):
    """A parked car: its middle in metres, its direction (radians, maths), and a number that settles its looks."""

    x: float
    y: float
    angle: float
    look: int


def string_wires(atlas: Atlas, lens: Lens, canvas: Canvas) -> None:
    """Draw the poles of side streets and the wires between them (전봇대)."""
    for street in atlas.streets_near(lens.at, lens.reach(_REACH_M)):
        if not 2.5 < street.wide < 8 or not lens.sees(street.line, 40.0):
            continue
        feet = along(beside(street.line, street.wide / 2 + 0.35), _EVERY_M, unit_hash(*street.line[0]) * 20)
        reach = lens.reach(_REACH_M)
        seen = lens.sees_each(np.array(feet).reshape(-1, 2), 36.0).tolist()
        near = [f for f, in_cone in zip(feet, seen, strict=True) if in_cone and math.dist(f, lens.at[:2]) < reach]
        for foot in near:
            if math.dist(foot, lens.at[:2]) > 4.0:
                _stroke(lens, canvas, np.array([[*foot, 0.0], [*foot, _POLE_M]]), 0.3, _CONCRETE)
        for here, there in itertools.pairwise(near):
            if math.dist(here, there) < _EVERY_M * 1.2:
                for high in _WIRES_M:
                    _stroke(lens, canvas, _sag(here, there, high), 0.025, _WIRE)


def parked_cars(atlas: Atlas, lens: Lens) -> Iterator[Parked]:
    """Cars at the edges of narrow two-way streets; a third of the room is free."""
    for street in atlas.streets_near(lens.at, lens.reach(_REACH_M)):
        if not 5.5 <= street.wide < 8 or not lens.sees(street.line, 40.0):
            continue
        for side in (1.0, -1.0):
            yield from _row(street, side, lens)


def _row(street: Street, side: float, lens: Lens) -> Iterator[Parked]:
    line = beside(street.line, side * (street.wide / 2 + 0.25))
    spots = along(line, 7.5, 11.0)
    for here, there in itertools.pairwise(spots):
        if not lens.sees(np.array([here]), 4.0):
            continue
        draw = unit_hash(round(here[0]), round(here[1]), side)
        if draw < 0.24 and 6.0 < math.dist(here, lens.at[:2]) < lens.reach(_REACH_M):
            angle = math.atan2(there[1] - here[1], there[0] - here[0])
            yield Parked(here[0], here[1], angle, int(draw * 9973) % 256)


def along(line: Ring, every_m: float, first_m: float) -> list[tuple[float, float]]:
    """Places on a line, the first after `first_m` metres and then one every so many."""
    steps = np.diff(line, axis=0)
    gone = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    at = np.arange(min(first_m, gone[-1] / 2), gone[-1], every_m)
    return list(zip(np.interp(at, gone, line[:, 0]).tolist(), np.interp(at, gone, line[:, 1]).tolist(), strict=True))


def _sag(here: tuple[float, float], there: tuple[float, float], high: float) -> NDArray[np.float64]:
    part = np.linspace(0, 1, 9)
    x, y = (here[i] + (there[i] - here[i]) * part for i in (0, 1))
    return np.stack([x, y, high - 2.4 * part * (1 - part)], axis=1)


def _stroke(
    lens: Lens, canvas: Canvas, points: NDArray[np.float64], wide_m: float, colour: NDArray[np.float32]
) -> None:
    """Draw a line piece by piece where nothing nearer stands; thinner than a pixel, it is drawn fainter."""
    pixels, depth = lens.project(points)
    for nth in range(len(points) - 1):
        far = float(depth[nth : nth + 2].mean())
        if float(depth[nth : nth + 2].min()) < 0.8:
            continue
        wide = wide_m * lens.focal / far
        low = np.floor(pixels[nth : nth + 2].min(axis=0) - wide - 2).astype(int)
        high = np.ceil(pixels[nth : nth + 2].max(axis=0) + wide + 2).astype(int)
        left, top = max(0, low[0]), max(0, low[1])
        right, bottom = min(lens.width, high[0]), min(lens.height, high[1])
        if left >= right or top >= bottom:
            continue
        mask = np.zeros((bottom - top, right - left), np.uint8)
        ends = np.rint((pixels[nth : nth + 2] - (left, top)) * 8).astype(int).tolist()
        cv2.line(mask, ends[0], ends[1], 255, max(1, round(wide)), cv2.LINE_AA, 3)
        there = canvas.depth[top:bottom, left:right]
        alpha = mask.astype(np.float32) / 255 * min(1.0, wide) * (there > far)
        under = canvas.colour[top:bottom, left:right]
        under += (colour - under) * alpha[..., None]
        if wide >= 2:
            there[alpha > 0.5] = far
