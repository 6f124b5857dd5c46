"""How fast traffic goes past the detectors that stand in the road (차량검지기): each tells one way of one street."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from bongsu.city.roads.snap import snap
from bongsu.city.ways import Ways
from bongsu.core.asking import Reading, Spot
from bongsu.core.geo import Point

PROPERTY = "speed"
WITHIN_M = 40.0
"""Farther from any street it stands somewhere else than the register says, and is of no street."""


class Detectors:
    """Where each stands on the streets, and what it told last that they were told of."""

    def __init__(self) -> None:
        self._ways: Ways | None = None
        self._arc: dict[str, int] = {}
        self._told_ms: dict[str, int] = {}

    def tell(self, ways: Ways, spots: Sequence[Spot]) -> int:
        """Bring what is new onto the streets; how many arcs were told of.

        Detectors of one arc (a lane each) count as their mean. A speed of zero is a minute without a car, not a jam.
        """
        if self._ways is not ways:
            self._ways, self._arc, self._told_ms = ways, {}, {}
        told = {spot.device: (spot, reading) for spot in spots if (reading := _speed(spot)) is not None}
        fresh = [(spot, one) for spot, one in told.values() if one.time_ms > self._told_ms.get(spot.device, 0)]
        self._place(ways, [spot for spot, _ in fresh])
        by_arc: dict[int, list[Reading]] = defaultdict(list)
        for spot, reading in fresh:
            self._told_ms[spot.device] = reading.time_ms
            if (arc := self._arc[spot.device]) >= 0 and reading.result > 0:
                by_arc[arc].append(reading)
        if not by_arc:
            return 0
        mps = np.array([np.mean([one.result for one in lanes]) for lanes in by_arc.values()])
        at_ms = np.array([max(one.time_ms for one in lanes) for lanes in by_arc.values()], np.int64)
        return ways.live.hear(np.array(list(by_arc)), mps, at_ms).taken

    def _place(self, ways: Ways, spots: Iterable[Spot]) -> None:
        """Find the arc of each that has none yet, -1 where it stands at no street or looks along none."""
        new = [spot for spot in spots if spot.device not in self._arc]
        places = [Point(spot.lon or 0.0, spot.lat or 0.0) for spot in new]
        headings = [spot.heading_deg for spot in new]
        found = snap(ways.network("car"), ways.grid, places, headings, WITHIN_M)
        for spot, at in zip(new, found, strict=True):
            self._arc[spot.device] = at.arc if at is not None and spot.heading_deg is not None else -1


def _speed(spot: Spot) -> Reading | None:
    return next((one for one in spot.readings if one.observed_property == PROPERTY), None)
