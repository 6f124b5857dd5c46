"""What single cells say: numbers, counts, yes and no; and what a Korean coordinate can be."""

from __future__ import annotations

import math
import re

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
KOREA_LAT = (33.0, 38.7)
KOREA_LON = (124.5, 132.0)
"""The Republic's bounding box (KOSTAT boundaries: 33.11–38.61 N, 124.61–131.87 E) with a margin of 0.1°."""

YES, NO = frozenset(("y", "yes", "o", "1", "유", "예", "true", "연계")), frozenset(("n", "no", "x", "0", "무", "false"))


def number(text: str) -> float | None:
    """The plain decimal number a cell holds (a degree sign after it is allowed), or None."""
    bare = text.strip().rstrip("°º").strip()
    if not NUMBER.fullmatch(bare) or not bare.isascii():
        return None
    value = float(bare)
    return value if math.isfinite(value) else None


def is_korean_lat(value: float) -> bool:
    """Tell whether a latitude can lie in Korea."""
    return KOREA_LAT[0] <= value <= KOREA_LAT[1]


def is_korean_lon(value: float) -> bool:
    """Tell whether a longitude can lie in Korea."""
    return KOREA_LON[0] <= value <= KOREA_LON[1]


def whole(text: str, least: int, most: int) -> int | None:
    """The whole number at the front of a cell ("3", "3대", "30일", "2.0"), or None when out of range."""
    found = re.match(r"\s*(\d{1,9})(\.0*)?(?![\d.])", text)
    if not found:
        return None
    value = int(found[1])
    return value if least <= value <= most else None


def yes_or_no(text: str) -> bool | None:
    """What a flag says (Y/N, 유/무, O/X), or None when it says neither."""
    bare = text.strip().lower()
    if bare in YES:
        return True
    return False if bare in NO else None
