"""How wide a camera's picture is, from the many ways registers state it."""

from __future__ import annotations

import math
import re
from functools import lru_cache

WIDTHS = (
    (0.31e6, 640),
    (0.41e6, 720),
    (0.92e6, 1280),
    (1.0e6, 1280),
    (1.3e6, 1280),
    (2.0e6, 1920),
    (2.1e6, 1920),
    (3.0e6, 2048),
    (3.1e6, 2048),
    (4.0e6, 2560),
    (5.0e6, 2592),
    (6.0e6, 3072),
    (8.0e6, 3840),
    (8.3e6, 3840),
    (12.0e6, 4000),
)
"""Pixels of the picture → columns of the sensors sold under that name (VGA, D1, 720p, 1080p, QXGA, 1440p, 4K …)."""

NAMED_WIDTHS = (("8k", 7680), ("4k", 3840), ("uhd", 3840), ("qhd", 2560), ("fhd", 1920), ("fullhd", 1920), ("hd", 1280))


@lru_cache(4096)
def picture_width(text: str) -> int | None:
    """Columns of the picture from 카메라화소수, None if it does not say.

    Reads "200" (만 화소), "200만", "2,000,000", "2M", "1920x1080", "1080p" and "FHD".
    """
    bare = re.sub(r"[\s,]", "", text).lower()
    if found := re.search(r"(\d{3,5})[x×*](\d{3,5})", bare):
        return max(int(found[1]), int(found[2]))
    if found := re.search(r"(\d{3,4})[pi](?![a-z])", bare):
        return round(int(found[1]) * 16 / 9)
    for name, width in NAMED_WIDTHS:
        if name in bare:
            return width
    pixels = _pixels(bare)
    return _width_of(pixels) if pixels is not None else None


def _pixels(bare: str) -> float | None:
    found = re.match(r"(\d+(?:\.\d+)?)(만|m|백만)?", bare)
    if not found:
        return None
    value, unit = float(found[1]), found[2]
    if unit == "만":
        return value * 1e4
    if unit in ("m", "백만") or value < 30:
        return value * 1e6
    return value * 1e4 if value < 10_000 else value


def _width_of(pixels: float) -> int | None:
    if not 0.05e6 <= pixels <= 110e6:
        return None
    close, width = min(WIDTHS, key=lambda known: abs(math.log(known[0] / pixels)))
    if abs(math.log(close / pixels)) < math.log(1.06):
        return width
    return round(math.sqrt(pixels * 16 / 9))
