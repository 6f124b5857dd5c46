"""Long work in short steps: who builds a city while the platform serves hands in a pause to take between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Breathe = Callable[[], None]
"""Called between steps of a millisecond or so; it may pause."""

AT_ONCE = 500

T = TypeVar("T")


def in_steps(rows: Sequence[T], breathe: Breathe, at_once: int = AT_ONCE) -> Iterator[T]:
    """The rows one by one, with a pause after every so many."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % at_once == 0:
            breathe()
