"""One frame of one camera: the still backdrop, what moves, the on-screen clock, and the barcode."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.core.clock import KST
from bongsu.world import barcode
from bongsu.world.camera import movers
from bongsu.world.camera.backdrop import HEIGHT, WIDTH, Backdrop
from bongsu.world.scene import Eye
from bongsu.world.traffic import Traffic

Image = NDArray[np.uint8]

CAPTION_TOP = barcode.TOP - 22
"""The camera's own caption stands at the foot of the picture: consoles write theirs at its head."""

_NOISE = 5
_FONT, _SIZE = cv2.FONT_HERSHEY_SIMPLEX, 0.45
_grain = np.random.default_rng(360).integers(0, _NOISE, (HEIGHT + 64, WIDTH + 64), dtype=np.uint8)


def compose(eye: Eye, still: Backdrop, traffic: Traffic, ms: int) -> Image:
    """The camera's picture at a Unix time in ms, as planar YUV 4:2:0 (540×640)."""
    frame = still.image.copy()
    movers.draw(frame, still, traffic.at(ms), traffic.kind, traffic.look, ms)
    planes = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420), dtype=np.uint8)
    luma = planes[:HEIGHT]
    _add_noise(luma, ms)
    _write(luma, eye.id, (8, CAPTION_TOP))
    _write(luma, clock_text(ms), (WIDTH - 208, CAPTION_TOP))
    barcode.draw(luma, barcode.camera_number(eye.id), ms)
    _grey_strip(planes)
    return planes


def clock_text(ms: int) -> str:
    """The time as a camera writes it into its picture, in Korean time to the hundredth."""
    when = datetime.fromtimestamp(ms // 1000, KST)
    return f"{when:%Y-%m-%d %H:%M:%S}.{ms % 1000 // 10:02}"


def _add_noise(luma: Image, ms: int) -> None:
    """The sensor's grain, another every frame."""
    down, along = ms // 7 % 64, ms // 11 % 64
    cv2.add(luma, _grain[down : down + HEIGHT, along : along + WIDTH], dst=luma)


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
