"""One frame of one camera: the lit backdrop, what moves and burns, what falls, the on-screen clock, the barcode."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.core.clock import KST
from bongsu.world import barcode
from bongsu.world.camera import blaze, falling, movers
from bongsu.world.camera.backdrop import HEIGHT, WIDTH
from bongsu.world.camera.blaze import Burns
from bongsu.world.camera.lighting import Shot
from bongsu.world.camera.movers import Movers
from bongsu.world.scene import Eye

Image = NDArray[np.uint8]

CAPTION_TOP = barcode.TOP - 22
"""The camera's own caption stands at the foot of the picture: consoles write theirs at its head."""

_NOISE = (5, 9, 15)
"""How many grey levels the sensor's grain spans, by steps of gain: day, dusk, night."""

_FONT, _SIZE = cv2.FONT_HERSHEY_SIMPLEX, 0.45


def compose(eye: Eye, shot: Shot, things: Movers, blazes: Sequence[Burns], ms: int, clock_ms: int) -> Image:
    """The camera's picture at a Unix time in ms, as planar YUV 4:2:0 (540×640); the clock in it shows `clock_ms`."""
    frame = shot.image.copy()
    movers.draw(frame, shot, things, ms)
    for fire in blazes:
        blaze.draw(frame, shot, fire, ms)
    planes = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420), dtype=np.uint8)
    luma = planes[:HEIGHT]
    falling.fall(luma, shot.light.weather, ms, shot.light.dim)
    _add_noise(luma, shot.light.noise, ms, barcode.camera_number(eye.id))
    _write(luma, eye.id, (8, CAPTION_TOP))
    _write(luma, clock_text(clock_ms), (WIDTH - 208, CAPTION_TOP))
    barcode.draw(luma, barcode.camera_number(eye.id), ms)
    if shot.grey:
        planes[HEIGHT:] = 128
    _grey_strip(planes)
    return planes


def clock_text(ms: int) -> str:
    """The time as a camera writes it into its picture, in Korean time to the hundredth."""
    when = datetime.fromtimestamp(ms // 1000, KST)
    return f"{when:%Y-%m-%d %H:%M:%S}.{ms % 1000 // 10:02}"


def _add_noise(luma: Image, gain: int, ms: int, number: int) -> None:
    """The sensor's grain, another every frame and on every camera, the same for the same moment."""
    grain = _grain(gain)
    down, along = (ms // 7 + number) % 64, (ms // 11 + number // 64) % 64
    cv2.add(luma, grain[down : down + HEIGHT, along : along + WIDTH], dst=luma)
    if gain:
        cv2.subtract(luma, _lift(_NOISE[gain] // 2), dst=luma)


@cache
def _lift(steps: int) -> Image:
    return np.full((HEIGHT, WIDTH), steps, np.uint8)


@cache
def _grain(gain: int) -> Image:
    """Grain of so much gain: finer by day, in clots at night, as sensors that smooth it leave it."""
    rng = np.random.default_rng(360 + gain)
    size = (HEIGHT + 64, WIDTH + 64)
    if gain == 0:
        return rng.integers(0, _NOISE[0], size, dtype=np.uint8)
    clots = cv2.GaussianBlur(rng.normal(0, 1, size).astype(np.float32), (3, 3), 0.7)
    scaled = clots / clots.std() * _NOISE[gain] / 5 + _NOISE[gain] / 2
    return np.asarray(np.clip(scaled, 0, 2 * _NOISE[gain]), dtype=np.uint8)


def _write(luma: Image, text: str, at: tuple[int, int]) -> None:
    """Lay a line of text into the picture, its upper left corner at `at`."""
    letters, where = _label(text)
    left, top = at
    high, wide = letters.shape
    np.copyto(luma[top : top + high, left : left + wide], letters[:, : WIDTH - left], where=where[:, : WIDTH - left])


@lru_cache(maxsize=1024)
def _label(text: str) -> tuple[Image, NDArray[np.bool_]]:
    """White letters with a dark rim, and where they cover; one camera's clock serves all of that beat."""
    (wide, high), below = cv2.getTextSize(text, _FONT, _SIZE, 3)
    letters = np.zeros((high + below + 4, wide + 4), np.uint8)
    cv2.putText(letters, text, (2, high + 2), _FONT, _SIZE, 255, 3, cv2.LINE_AA)
    where = letters > 90
    letters[...] = 24
    cv2.putText(letters, text, (2, high + 2), _FONT, _SIZE, 240, 1, cv2.LINE_AA)
    return letters, where


def _grey_strip(planes: Image) -> None:
    """No colour under the barcode, so that it reads the same through every decoder."""
    quarter = HEIGHT // 4
    first = barcode.TOP // 4
    planes[HEIGHT + first : HEIGHT + quarter] = 128
    planes[HEIGHT + quarter + first : HEIGHT + 2 * quarter] = 128
