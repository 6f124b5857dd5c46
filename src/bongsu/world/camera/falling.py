"""Rain and snow before the lens: sheets of streaks and flakes painted once, drawn past at every frame."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera.backdrop import HEIGHT, WIDTH
from bongsu.world.sky import Weather

Image = NDArray[np.uint8]

_TALL = 2 * HEIGHT
_RAIN_PX_S = 2100
_FLAKES_PX_S = (70, 130, 240)


def fall(luma: Image, weather: Weather, ms: int, bright: float) -> None:
    """Let it fall through a picture's brightness plane at a Unix time in ms; `bright` is how light it is out there."""
    if weather is Weather.RAIN:
        for layer in range(2):
            _pass(luma, _streaks(layer), int(ms * _RAIN_PX_S * (1 + 0.3 * layer) / 1000), 0, 0.35 + 0.65 * bright)
    elif weather is Weather.SNOW:
        for layer, speed in enumerate(_FLAKES_PX_S):
            aside = int(14 * np.sin(ms / 1700 + layer)) + ms // (40 - 10 * layer)
            _pass(luma, _flakes(layer), int(ms * speed / 1000), aside, 0.4 + 0.6 * bright)


def _pass(luma: Image, sheet: Image, down: int, aside: int, much: float) -> None:
    """Lay the part of a sheet that is before the lens now over a picture."""
    top, left = (_TALL - HEIGHT) - down % (_TALL - HEIGHT), aside % WIDTH
    part = sheet[top : top + HEIGHT, left : left + WIDTH]
    cv2.scaleAdd(part, much, luma, dst=luma) if much >= 0.99 else cv2.addWeighted(part, much, luma, 1.0, 0.0, dst=luma)


@cache
def _streaks(layer: int) -> Image:
    """A sheet of rain that repeats below and beside itself."""
    grain = np.random.default_rng(70 + layer)
    sheet = np.zeros((HEIGHT, 2 * WIDTH), np.uint8)
    long = 16 + 12 * layer
    for _ in range(260 - 80 * layer):
        x, y = int(grain.integers(0, WIDTH)), int(grain.integers(0, HEIGHT))
        bright = int(grain.integers(18, 46))
        for shift in (0, WIDTH):
            for lift in (0, -HEIGHT):
                cv2.line(sheet, (x + shift, y + lift), (x + shift - long // 7, y + lift + long), bright, 1, cv2.LINE_AA)
    return np.concatenate([sheet, sheet])


@cache
def _flakes(layer: int) -> Image:
    """A sheet of snow; the nearest layer is large and out of focus."""
    grain = np.random.default_rng(80 + layer)
    sheet = np.zeros((HEIGHT, 2 * WIDTH), np.uint8)
    radius = (1, 2, 5)[layer]
    for _ in (range(420), range(170), range(26))[layer]:
        x, y = int(grain.integers(0, WIDTH)), int(grain.integers(0, HEIGHT))
        bright = int(grain.integers(60, 150)) // (1, 1, 2)[layer]
        for shift in (0, WIDTH):
            for lift in (0, -HEIGHT, HEIGHT):
                cv2.circle(sheet, (x + shift, y + lift), radius, bright, -1, cv2.LINE_AA)
    soft = cv2.GaussianBlur(sheet, (2 * radius + 1, 2 * radius + 1), 0)
    return np.concatenate([soft, soft])
