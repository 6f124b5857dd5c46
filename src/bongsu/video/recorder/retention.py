"""Which hours of recordings go, and in which order; what is under legal hold stays, whatever its age."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from bongsu.core.recording import Held, Keep
from bongsu.video.recorder.shelf import HOUR_US

DAY_US = 24 * HOUR_US


class Stock(msgspec.Struct, frozen=True):
    """One camera's hour on the shelf."""

    camera: str
    hour: int
    keep: Keep

    @property
    def from_us(self) -> int:
        """Its first moment."""
        return self.hour * HOUR_US

    @property
    def to_us(self) -> int:
        """The first moment after it."""
        return self.from_us + HOUR_US


def overdue(stock: Iterable[Stock], held: Sequence[Held], by_us: int) -> list[Stock]:
    """The hours whose first moment is, at `by_us`, as old as it may become: no moment is ever kept longer."""
    old = (one for one in stock if one.from_us + one.keep.days * DAY_US <= by_us)
    return [one for one in old if not is_held(one, held)]


def to_shed(stock: Iterable[Stock], held: Sequence[Held]) -> list[Stock]:
    """What may go when the disk is nearly full, in that order: the lowest priority first, of it the oldest."""
    free = (one for one in stock if not is_held(one, held))
    return sorted(free, key=lambda one: (one.keep.priority, one.hour, one.camera))


def is_held(one: Stock, held: Sequence[Held]) -> bool:
    """Tell whether any moment of it is under legal hold."""
    return any(
        hold.camera == one.camera and hold.from_ms * 1000 < one.to_us and hold.to_ms * 1000 > one.from_us
        for hold in held
    )
