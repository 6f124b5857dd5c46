"""Fire and smoke: tongues of flame that flicker, smoke that rises, spreads and drifts off, and their glow at night."""

from __future__ import annotations

import math
from functools import cache
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.lamps import shine
from bongsu.world.camera.lighting import Shot
from bongsu.world.camera.movers import hide
from bongsu.world.scene import unit_hash

Image = NDArray[np.uint8]

_PUFFS, _TONGUES = 34, 44
_RISE_S = 9.0
_SMOKE_MPS = 2.6
_WIND = (0.9, 0.35)
"""Metres per second east and north: what smoke drifts with."""

_FIRE = ((40, 90, 255), (50, 160, 255), (120, 220, 255))
_GLOW = np.array([0.22, 0.55, 1.0], np.float32)


class Burns(Protocol):
    """A fire to be seen: its middle in metres, how high it burns, how wide, and how much flame and smoke, 0–1."""

    @property
    def x(self) -> float:
        """Metres east."""

    @property
    def y(self) -> float:
        """Metres north."""

    @property
    def height_m(self) -> float:
        """How high above ground."""

    @property
    def radius_m(self) -> float:
        """How wide."""

    @property
    def flame(self) -> float:
        """How much of it burns."""

    @property
    def smoke(self) -> float:
        """How thick its smoke is."""


def draw(frame: Image, shot: Shot, fire: Burns, ms: int) -> None:
    """Draw one fire with its smoke; what stands before it hides it."""
    base, depth = shot.lens.project(np.array([fire.x, fire.y, fire.height_m]))
    far = float(depth)
    if far < 2.0:
        return
    size = shot.lens.focal / far
    if fire.smoke > 0.02:
        _smoke(frame, shot, fire, far, ms)
    if fire.flame > 0.02:
        before = frame.copy() if size * fire.radius_m > 4 else frame
        _flames(frame, base.tolist(), size, fire, ms)
        box = np.array([base - size * 7 * fire.radius_m, base + size * 3 * fire.radius_m])
        if before is not frame:
            hide(frame, shot, box, far - 1.5 * fire.radius_m - 2)
        flicker = 0.8 + 0.2 * math.sin(ms / 90) * math.sin(ms / 37)
        glow = size * fire.radius_m * (2.2 + 2.0 * shot.light.lamps) * math.sqrt(fire.flame)
        much = (25 + 120 * shot.light.lamps) * fire.flame * flicker
        shine(frame, base[0], base[1] - size * fire.radius_m, min(150.0, glow), much, _GLOW)


def _flames(frame: Image, base: list[float], size: float, fire: Burns, ms: int) -> None:
    """Tongues of three heats that run into each other, the hottest last and lowest."""
    wide, tall = size * fire.radius_m, size * fire.radius_m * 2.6 * math.sqrt(fire.flame)
    reach, high = math.ceil(wide * 1.6) + 4, math.ceil(tall * 1.3) + 4
    sheet = np.zeros((high + reach, 2 * reach, 3), np.uint8)
    if sheet.size > 1_500_000:
        return
    for heat, colour in enumerate(_FIRE):
        for nth in range(_TONGUES // 3):
            phase = (ms / 1000 * (1.1 + 0.9 * unit_hash(nth, heat, "s")) + unit_hash(nth, heat, "p")) % 1.0
            aside = (unit_hash(nth, heat, "x") - 0.5) * 2 * (1 - 0.35 * heat) * (1 - 0.6 * phase)
            x = reach + wide * (aside + 0.16 * math.sin(ms / 160 + nth * 2.1) * phase)
            y = high - tall * phase * (1 - 0.28 * heat) * (1.15 - abs(aside) * 0.7)
            thin = (1 - phase) * (0.34 - 0.07 * heat)
            axes = (max(1, int(wide * thin)), max(1, int(wide * thin * 2.3)))
            cv2.ellipse(sheet, (int(x), int(y)), axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
    blur = max(1, int(wide * 0.16)) * 2 + 1
    soft = np.asarray(cv2.GaussianBlur(sheet, (blur, blur * 2 - 1), 0), dtype=np.uint8)
    _add(frame, soft, int(base[0]) - reach, int(base[1]) - high)


def _add(frame: Image, sheet: Image, left: int, top: int) -> None:
    """Lay flames over a picture: where they are bright, nothing behind them is seen."""
    rows = slice(max(0, top), max(0, min(frame.shape[0], top + sheet.shape[0])))
    columns = slice(max(0, left), max(0, min(frame.shape[1], left + sheet.shape[1])))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    part = sheet[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left].astype(np.float32)
    cover = np.clip(part.max(axis=2, keepdims=True) / 170, 0, 1) * np.float32(0.94)
    under = frame[rows, columns].astype(np.float32)
    frame[rows, columns] = np.clip(under * (1 - cover) + part * 1.12, 0, 255).astype(np.uint8)


def _smoke(frame: Image, shot: Shot, fire: Burns, far: float, ms: int) -> None:
    """Puffs from the fire upwards, each wider, thinner and further down the wind than the one before."""
    grey = 255 * (0.1 + 0.22 * min(1.0, shot.light.ambient))
    for nth in range(_PUFFS):
        age = (ms / 1000 / _RISE_S + nth / _PUFFS) % 1.0
        drift = age * _RISE_S
        wobble = (unit_hash(nth, "w") - 0.5) * fire.radius_m * (1 + 2 * age)
        up = fire.height_m + fire.radius_m + _SMOKE_MPS * drift * (0.8 + 0.4 * unit_hash(nth, "u"))
        place = np.array([fire.x + _WIND[0] * drift + wobble, fire.y + _WIND[1] * drift + wobble * 0.4, up])
        pixel, depth = shot.lens.project(place)
        if float(depth) < 2.0:
            continue
        radius = fire.radius_m * (0.75 + 2.4 * age) * shot.lens.focal / float(depth)
        thick = fire.smoke * min(1.0, age * 6) * (1 - age) * 0.8
        lit = grey * (0.6 + 0.4 * unit_hash(nth, "g") + 1.1 * age)
        _puff(frame, shot, pixel.tolist(), radius, thick, lit, float(depth), nth)


def _puff(
    frame: Image, shot: Shot, at: list[float], radius: float, thick: float, grey: float, far: float, nth: int
) -> None:
    reach = int(radius)
    if reach < 1 or reach > 260:
        return
    left, top = int(at[0]) - reach, int(at[1]) - reach
    rows = slice(max(0, top), max(0, min(frame.shape[0], top + 2 * reach)))
    columns = slice(max(0, left), max(0, min(frame.shape[1], left + 2 * reach)))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    sprite = cv2.resize(_cloud(nth % 4), (2 * reach, 2 * reach), interpolation=cv2.INTER_LINEAR)
    alpha = sprite[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] * np.float32(thick)
    alpha = np.where(shot.depth[rows, columns] > far - 3.0, alpha, 0)[..., None].astype(np.float32)
    under = frame[rows, columns].astype(np.float32)
    frame[rows, columns] = (under + (np.float32(grey) - under) * alpha).astype(np.uint8)


@cache
def _cloud(number: int) -> NDArray[np.float32]:
    """A ragged round cloud, 0–1."""
    grain = np.random.default_rng(500 + number)
    rough = cv2.resize(grain.uniform(0.35, 1, (9, 9)).astype(np.float32), (96, 96), interpolation=cv2.INTER_CUBIC)
    finer = cv2.resize(grain.uniform(0.6, 1, (24, 24)).astype(np.float32), (96, 96), interpolation=cv2.INTER_CUBIC)
    ys, xs = np.mgrid[-1:1:96j, -1:1:96j]
    round_ = np.clip(1.15 - (xs * xs + ys * ys) * 1.15, 0, 1)
    return np.asarray(np.clip(rough * finer * round_ * 1.3, 0, 1), dtype=np.float32)
