"""Places brought onto the streets: the nearest arc a vehicle may use, in the direction it goes where that is known."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from bongsu.city.roads.grid import Grid, near
from bongsu.city.roads.streets import Floats, Ints
from bongsu.city.roads.turns import Network
from bongsu.city.shapes import metres
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point, is_on_earth

WITHIN_M = 300.0
LINKS = 6
AGAINST_M = 40.0
"""Going the opposite way is as bad as standing 40 m farther from the road; across it, half of that."""


class Spot(msgspec.Struct, frozen=True):
    """A place on the streets: an arc, how much of it lies behind (0 to 1), metres from the place asked for.

    `heading_known`: it is on this arc and not on the way back (`arc ^ 1`).
    """

    arc: int
    part: float
    off_m: float
    heading_known: bool = False


def snap(
    network: Network,
    grid: Grid,
    places: Sequence[Point],
    heading_deg: Sequence[float | None] = (),
    within_m: float = WITHIN_M,
) -> list[Spot | None]:
    """The spot of each place on arcs that are joined to the bulk of the city; None where no road is within `within_m`.

    `heading_deg` is clockwise from north, None where unknown.
    """
    if not places:
        return []
    lonlat = np.array([(place.lon, place.lat) if is_on_earth(place) else (np.inf, np.inf) for place in places])
    with np.errstate(invalid="ignore"):
        xy = metres(lonlat, network.streets.plane)
    xy[~np.isfinite(xy).all(axis=1)] = 1e12
    said = list(heading_deg) or [None] * len(places)
    heading = np.array([np.nan if deg is None else math.radians(90 - deg) for deg in said])
    arc, part, off_m = nearest(network, grid, xy, heading, within_m)
    return [
        Spot(int(a), float(p), float(o), bool(known)) if a >= 0 else None
        for a, p, o, known in zip(arc, part, off_m, ~np.isnan(heading), strict=True)
    ]


def spot_of(
    network: Network, grid: Grid, place: Point, heading_deg: float | None = None, within_m: float = WITHIN_M
) -> Spot:
    """One place's spot. Raises Invalid "roads.off_map" where no road this vehicle can use is within `within_m`."""
    spot = snap(network, grid, [place], [heading_deg], within_m)[0]
    if spot is None:
        raise Invalid("roads.off_map", lon=place.lon, lat=place.lat, within_m=within_m, vehicle=network.vehicle.name)
    return spot


def nearest(network: Network, grid: Grid, xy: Floats, heading: Floats, within_m: float) -> tuple[Ints, Floats, Floats]:
    """Arc (-1: none), part and metres off for places in metres, with headings in rad from east, nan where unknown."""
    streets = network.streets
    found = near(grid, streets, xy, within_m, LINKS, network.joined)
    arcs = np.stack((2 * found.link, 2 * found.link + 1), axis=-1)
    usable = (found.link >= 0)[..., None] & network.joined[np.maximum(arcs, 0)]
    bend = heading[:, None, None] - np.stack((found.rad, found.rad + np.pi), axis=-1)
    against = np.where(np.isnan(bend), 0.0, (1 - np.cos(np.where(np.isfinite(bend), bend, 0.0))) / 2 * AGAINST_M)
    score = np.where(usable, found.off_m[..., None] + against, np.inf).reshape(len(xy), -1)
    best = np.argmin(score, axis=1)
    rows = np.arange(len(xy))
    arc = np.where(np.isfinite(score[rows, best]), arcs.reshape(len(xy), -1)[rows, best], -1)
    part = found.along_m[rows, best // 2] / streets.length_m[arc >> 1]
    part = np.where(arc & 1, 1 - part, part)
    return arc.astype(np.int32), np.clip(part, 0, 1), found.off_m[rows, best // 2]
