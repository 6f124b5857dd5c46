"""Which arcs are closed: closures as the records have them, brought onto the streets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import numpy as np

from bongsu.city.roads.grid import near
from bongsu.city.roads.streets import Bools
from bongsu.city.shapes import metres
from bongsu.city.ways import Ways
from bongsu.core.dispatch import Stretch
from bongsu.core.geo import Point
from bongsu.core.revision import Closure

WITHIN_M = 30.0


class Closed(msgspec.Struct, frozen=True, eq=False):
    """By arc whether it is closed; the ids of the closures that hold, and of those with a point on no road."""

    arcs: Bools
    held: tuple[str, ...]
    unplaced: tuple[str, ...]


def closed_by(ways: Ways, closures: Mapping[str, Closure], now: datetime) -> Closed:
    """What the closures close at a moment: both ways of the nearest stretch within 30 m of each of their points."""
    streets, arcs = ways.streets, np.zeros(ways.streets.arcs, bool)
    held = {name: one for name, one in sorted(closures.items()) if one.holds(now)}
    unplaced = []
    for name, closure in held.items():
        xy = metres(np.array(closure.at, np.float64), streets.plane)
        link = near(ways.grid, streets, xy, WITHIN_M, 1, np.ones(streets.arcs, bool)).link[:, 0]
        if (link < 0).any():
            unplaced.append(name)
        on = link[link >= 0]
        arcs[2 * on] = arcs[2 * on + 1] = True
    return Closed(arcs, tuple(held), tuple(unplaced))


def stretches(ways: Ways, at: Sequence[Point]) -> list[Stretch]:
    """For each place the stretch of road a closure there would close; places on no road are left out."""
    streets = ways.streets
    xy = metres(np.array([(one.lon, one.lat) for one in at], np.float64).reshape(-1, 2), streets.plane)
    link = near(ways.grid, streets, xy, WITHIN_M, 1, np.ones(streets.arcs, bool)).link[:, 0].tolist()
    return [_stretch(ways, row, number) for row, number in enumerate(link) if number >= 0]


def _stretch(ways: Ways, at: int, link: int) -> Stretch:
    streets = ways.streets
    shape = streets.shape[streets.lies[link] : streets.lies[link + 1]]
    points = [streets.plane.to_point(x, y) for x, y in shape.tolist()]
    line = tuple((round(one.lon, 7), round(one.lat, 7)) for one in points)
    return Stretch(
        at=at, name=streets.names[streets.road[link]], length_m=round(float(streets.length_m[link])), line=line
    )


def close(ways: Ways, closed: Closed) -> bool:
    """Make it so from the next question on; whether anything changed."""
    changed = closed.arcs != ways.live.closed
    if not changed.any():
        return False
    ways.live.close(np.flatnonzero(changed & closed.arcs))
    ways.live.open(np.flatnonzero(changed & ~closed.arcs))
    return True
