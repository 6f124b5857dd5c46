"""Trips under way as columns: the ways they go, when each arc is entered, and where each has got to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bongsu.world.streets import Streets


class UnderWay(NamedTuple):
    """Trips under way: row i goes over `arcs[start[i] : start[i] + many[i]]`, each entered at `enters` (Unix s).

    One more entry of `enters` than arcs says when the trip is over; `here` is the arc of the moment.
    """

    person: NDArray[np.int32]
    mode: NDArray[np.uint8]
    start: NDArray[np.int64]
    many: NDArray[np.int64]
    here: NDArray[np.int64]
    arcs: NDArray[np.int32]
    enters: NDArray[np.float64]

    @property
    def ends(self) -> NDArray[np.float64]:
        """When each trip is over."""
        over: NDArray[np.float64] = self.enters[self.start + self.many]
        return over


def nobody() -> UnderWay:
    """No trip at all."""
    none = np.zeros(0, np.int64)
    return UnderWay(none.astype(np.int32), none.astype(np.uint8), none, none, none, none.astype(np.int32), np.zeros(0))


def paths(
    streets: Streets, slots: NDArray[np.uint8], start: NDArray[np.int64], hub: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The arcs from each junction to its hub, one trip after the other, and how many each has."""
    rows, at = np.arange(len(start)), start
    steps: list[tuple[NDArray[np.int64], NDArray[np.int32]]] = []
    many = np.zeros(len(start), np.int64)
    while True:
        slot = slots[hub[rows], at]
        goes = slot != 255
        rows, at = rows[goes], at[goes]
        if not len(rows):
            break
        arc = streets.first[at] + slot[goes]
        steps.append((rows, arc.astype(np.int32)))
        many[rows] += 1
        at = streets.head[arc]
    begins = np.cumsum(many) - many
    arcs = np.zeros(int(many.sum()), np.int32)
    for nth, (going, arc32) in enumerate(steps):
        arcs[begins[going] + nth] = arc32
    return arcs, many


def turned(
    streets: Streets, arcs: NDArray[np.int32], many: NDArray[np.int64], homeward: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """The same ways, gone from the hub home where a trip is homeward."""
    trip = np.repeat(np.arange(len(many)), many)
    begins = np.cumsum(many) - many
    nth = np.arange(len(arcs)) - begins[trip]
    back = homeward[trip]
    place = np.where(back, begins[trip] + many[trip] - 1 - nth, np.arange(len(arcs)))
    return np.where(back, streets.opposite[arcs[place]], arcs[place]).astype(np.int32)


def only(out: UnderWay, kept: NDArray[np.bool_]) -> UnderWay:
    """The trips marked; arcs and times of the others are dropped."""
    trip = np.repeat(kept, out.many)
    whole = np.repeat(kept, out.many + 1)
    many = out.many[kept]
    start = np.cumsum(many + 1) - (many + 1)
    here = start + (out.here - out.start)[kept]
    return UnderWay(out.person[kept], out.mode[kept], start, many, here, out.arcs[trip], out.enters[whole])


def joined(one: UnderWay, other: UnderWay) -> UnderWay:
    """Both lots of trips."""
    shift = len(one.enters)
    return UnderWay(
        np.concatenate([one.person, other.person]),
        np.concatenate([one.mode, other.mode]),
        np.concatenate([one.start, other.start + shift]),
        np.concatenate([one.many, other.many]),
        np.concatenate([one.here, other.here + shift]),
        np.concatenate([one.arcs, other.arcs]),
        np.concatenate([one.enters, other.enters]),
    )


def advanced(out: UnderWay, at_s: float) -> UnderWay:
    """Everybody on the arc of the moment, whether time went on or back."""
    here, last = out.here.copy(), out.start + out.many - 1
    rows = np.arange(len(here))
    while len(rows):
        rows = rows[(here[rows] < last[rows]) & (out.enters[here[rows] + 1] <= at_s)]
        here[rows] += 1
    rows = np.arange(len(here))
    while len(rows):
        rows = rows[(here[rows] > out.start[rows]) & (out.enters[here[rows]] > at_s)]
        here[rows] -= 1
    return out._replace(here=here)
