"""Long work in short steps: who builds a city while the platform serves hands in a pause to take between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Breathe = Callable[[], None]
"""Called between steps of a millisecond or so; it may pause."""

AT_ONCE = 500

Floats = NDArray[np.float64]
T = TypeVar("T")


def in_steps(rows: Sequence[T], breathe: Breathe, at_once: int = AT_ONCE) -> Iterator[T]:
    """The rows one by one, with a pause after every so many."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % at_once == 0:
            breathe()


def columns(rows: Sequence[T], of: Callable[[T], tuple[float, ...]], width: int, breathe: Breathe) -> Floats:
    """What `of` says of each row, (n, width): filled block by block, because numpy reads a list in one go."""
    filled = np.empty((len(rows), width))
    for start in range(0, len(rows), AT_ONCE):
        block = rows[start : start + AT_ONCE]
        filled[start : start + len(block)] = [of(row) for row in block]
        breathe()
    return filled
