"""The archive's folders: `<property>/<day>/part-….parquet`, a day being the city's own (Korea, no summer time)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DAY_MS = 86_400_000
KOREA_MS = 9 * 3_600_000
OPEN, SEALED = ".parquet", ".sealed"
SEALED_FOLDER = "sealed"
PART = "part-"
UNFINISHED = ".tmp"

_EPOCH = date(1970, 1, 1)
_numbers = itertools.count()


def days_of(time_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """The day of each Unix millisecond, as days since 1970-01-01 in Korea."""
    return (time_ms + KOREA_MS) // DAY_MS


def day_of(time_ms: int) -> int:
    """The day of one Unix millisecond."""
    return (time_ms + KOREA_MS) // DAY_MS


def begin_ms(day: int) -> int:
    """Where a day begins, in Unix milliseconds."""
    return day * DAY_MS - KOREA_MS


def name_of(day: int) -> str:
    """A day as its folder is named: 2026-11-22."""
    return (_EPOCH + timedelta(days=day)).isoformat()


def days_in(folder: Path) -> Iterator[tuple[int, Path]]:
    """The days that have a folder, ascending; what is not named as a day is not ours and is left alone."""
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in found:
        try:
            day = date.fromisoformat(path.name)
        except ValueError:
            continue
        yield (day - _EPOCH).days, path


def parts_in(folder: Path, ending: str) -> list[Path]:
    """The parts of one day in the order they were written: only whole ones, a half one has another name."""
    return sorted(folder.glob(f"{PART}*{ending}")) if folder.is_dir() else []


def new_part(folder: Path, now_ms: int, ending: str) -> Path:
    """A part's name that nobody has, and that sorts behind those before it."""
    while True:
        path = folder / f"{PART}{now_ms:013d}-{next(_numbers) % 1_000_000:06d}{ending}"
        if not path.exists():
            return path
