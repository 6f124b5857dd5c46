"""What is known of the streets now: how fast cars go on a link and since when, and what is closed."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.city.roads.streets import Bools, Longs
from bongsu.core.errors import Invalid

NEVER = np.iinfo(np.int64).min
SLOWEST_MPS, FASTEST_MPS = 0.01, 70.0
"""Beyond these it is no car that moves on a road."""


class Heard(msgspec.Struct, frozen=True, eq=False):
    """What became of speeds told: how many were taken, and which rows were refused for which code.

    Codes: "roads.speed" (below 0.01 m/s, not a number, beyond 70 m/s), "roads.arc" (no such arc), "roads.older" (a
    newer word on that arc stands).
    """

    taken: int
    refused: tuple[tuple[int, str], ...]


class Live:
    """Columns by arc: `mps` (not a number: nothing told), `at_ms` and `closed`; `version` grows with every word."""

    def __init__(self, arcs: int) -> None:
        self.mps: NDArray[np.float32] = np.full(arcs, np.nan, np.float32)
        self.at_ms: Longs = np.full(arcs, NEVER, np.int64)
        self.closed: Bools = np.zeros(arcs, bool)
        self.version = 0

    def hear(self, arcs: NDArray[np.integer], mps: NDArray[np.floating], at_ms: Longs) -> Heard:
        """Take cars' speeds on arcs, each of its time; the latest of an arc stands; wrong rows are told, not taken."""
        arcs, mps, at_ms = np.asarray(arcs), np.asarray(mps, np.float64), np.asarray(at_ms, np.int64)
        known = (arcs >= 0) & (arcs < len(self.mps))
        moving = (mps >= SLOWEST_MPS) & (mps <= FASTEST_MPS)
        newer = np.zeros(len(arcs), bool)
        newer[known] = at_ms[known] >= self.at_ms[arcs[known]]
        good = np.flatnonzero(known & moving & newer)
        good = good[np.argsort(at_ms[good], kind="stable")]
        self.mps[arcs[good]], self.at_ms[arcs[good]] = mps[good], at_ms[good]
        self.version += 1
        codes = np.select([~known, ~moving], ["roads.arc", "roads.speed"], "roads.older")
        bad = np.flatnonzero(~(known & moving & newer))
        return Heard(len(good), tuple((int(row), str(codes[row])) for row in bad))

    def close(self, arcs: NDArray[np.integer]) -> None:
        """Nobody drives these arcs from now on. Raises Invalid "roads.arc"."""
        self._set(arcs, True)

    def open(self, arcs: NDArray[np.integer]) -> None:
        """These arcs may be driven again. Raises Invalid "roads.arc"."""
        self._set(arcs, False)

    def _set(self, arcs: NDArray[np.integer], closed: bool) -> None:
        wanted = np.asarray(arcs)
        wrong = wanted[(wanted < 0) | (wanted >= len(self.closed))]
        if len(wrong):
            raise Invalid("roads.arc", arc=int(wrong[0]))
        self.closed[wanted] = closed
        self.version += 1
