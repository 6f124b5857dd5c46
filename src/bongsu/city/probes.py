"""How fast traffic goes, from cars that drive in it: tracks of probe cars matched to the streets.

A crew under way to a case drives with siren and is no measure of the traffic around it; a car that stands may be
parked, so no jam is made of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec
import numpy as np

from bongsu.city.roads.matching import Matched, Roads, match, roads_for
from bongsu.city.roads.streets import Streets
from bongsu.city.shapes import metres
from bongsu.city.ways import Ways
from bongsu.core.dispatch import Crew, vehicle_of
from bongsu.core.errors import BongsuError

PROBES = frozenset({"car", "patrol"})
FIXES, LEAST = 8, 3
SPAN_MS = 10_000
SLOWEST_MPS = 1.0
AT_ONCE = 200
"""Tracks matched in one look; the others wait for the next."""


class Track(msgspec.Struct):
    """The last fixes of one car, and whether any is new since it was matched."""

    fixes: deque[Crew]
    fresh: bool = False


class Probes:
    """Tracks of the cars that drive in the city; `hear`, then `tell` the streets what they say of speeds."""

    def __init__(self) -> None:
        self._tracks: dict[str, Track] = {}
        self._roads: tuple[Ways, Roads] | None = None

    def hear(self, crews: Iterable[Crew], sent: frozenset[str]) -> None:
        """Take in the newest fix of each; a crew that is sent to a case, or whose fix leaps, is forgotten."""
        for crew in crews:
            if vehicle_of(crew.unit) not in PROBES or crew.unit.id in sent or crew.jumped:
                self._tracks.pop(crew.unit.id, None)
                continue
            track = self._tracks.setdefault(crew.unit.id, Track(deque(maxlen=FIXES)))
            if not track.fixes or crew.at_ms > track.fixes[-1].at_ms:
                track.fixes.append(crew)
                track.fresh = True

    def tell(self, ways: Ways) -> int:
        """Bring the speeds of fresh tracks onto the streets; how many arcs were told of."""
        fresh = [one for one in self._tracks.values() if one.fresh and _is_long(one.fixes)][:AT_ONCE]
        told: list[tuple[int, float, int]] = []
        for track in fresh:
            track.fresh = False
            told += speeds_of(self._matchable(ways), list(track.fixes))
        if not told:
            return 0
        arcs, mps, at_ms = (np.array(column) for column in zip(*told, strict=True))
        return ways.live.hear(arcs.astype(np.int64), mps, at_ms.astype(np.int64)).taken

    def _matchable(self, ways: Ways) -> Roads:
        if self._roads is None or self._roads[0] is not ways:
            self._roads = ways, roads_for(ways.streets, ways.grid, ways.network("car").passable)
        return self._roads[1]


def _is_long(fixes: deque[Crew]) -> bool:
    return len(fixes) >= LEAST and fixes[-1].at_ms - fixes[0].at_ms >= SPAN_MS


def speeds_of(roads: Roads, fixes: list[Crew]) -> list[tuple[int, float, int]]:
    """Arc, metres a second and when, of a track: one speed for all it drove; nothing where the match is in doubt."""
    lonlat = np.array([(crew.where.lon, crew.where.lat) for crew in fixes])
    at_s = np.array([crew.at_ms / 1000 for crew in fixes])
    try:
        found = match(roads, metres(lonlat, roads.streets.plane), at_s)
    except BongsuError:
        return []
    if found.passed_over or len(found.chains) != 1 or len(found.row) < LEAST:
        return []
    passed_s = float(at_s[found.row[-1]] - at_s[found.row[0]])
    mps = _driven_m(roads.streets, found) / max(passed_s, 1.0)
    if mps < SLOWEST_MPS:
        return []
    return [(int(arc), mps, fixes[-1].at_ms) for arc in dict.fromkeys(found.chains[0].tolist())]


def _driven_m(streets: Streets, found: Matched) -> float:
    chain = found.chains[0]
    lengths = streets.length_m[chain >> 1]
    left = float(lengths[-1] - _along(streets, int(found.arc[-1]), float(found.along_m[-1])))
    return float(lengths.sum()) - _along(streets, int(found.arc[0]), float(found.along_m[0])) - left


def _along(streets: Streets, arc: int, along_m: float) -> float:
    """Metres along an arc, within it."""
    return min(max(along_m, 0.0), float(streets.length_m[arc >> 1]))
