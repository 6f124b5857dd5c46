"""Reading what is not quite as it should be: any bytes to plain values, any value to a text, number or time."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

LONGEST = 64
MOST_MS = 2**53
NOTHING: dict[str, Any] = {}


def loose_json(body: bytes) -> object:
    """What the JSON holds, NaN and Infinity among it, which no standard allows and many devices write; else None."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def loose_msgpack(body: bytes) -> object:
    """What the msgpack holds; else None."""
    try:
        return msgspec.msgpack.decode(body)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError, OverflowError):
        return None


def text(value: object) -> str | None:
    """A text that can name something; a number written where a name belongs is its digits; else None."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < MOST_MS:
        return str(value)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        return None
    # A lone surrogate is no text: it cannot be written down anywhere.
    return value if value.isprintable() else None


def number(value: object) -> float | None:
    """A number, which may be NaN or infinite; true is 1; None where it is none."""
    if isinstance(value, bool | float):
        return float(value)
    if not isinstance(value, int):
        return None
    return float(value) if abs(value) < MOST_MS else math.inf


def time_of(value: object) -> int | None:
    """Unix milliseconds from 1970 on, None where it is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_MS:
        return None
    return value


def iso_ms(value: object) -> int | None:
    """The Unix milliseconds of an ISO 8601 instant, of an interval its end; None where it is none.

    Network servers write nanoseconds; a time without a zone is UTC.
    """
    if not isinstance(value, str) or len(value) > 2 * LONGEST:
        return None
    try:
        at = datetime.fromisoformat(value.rsplit("/", 1)[-1])
        return time_of(int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000))
    except (ValueError, OverflowError):
        return None


def inside(tree: object, *names: str) -> object:
    """What stands there in nested objects, None where nothing does."""
    for name in names:
        if not isinstance(tree, Mapping):
            return None
        tree = tree.get(name)
    return tree
