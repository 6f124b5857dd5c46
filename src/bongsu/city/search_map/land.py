"""A city made ready to be searched: its stretches of street, and which camera sees how much of each."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from bongsu.city.pursuit.ground import eyes_of
from bongsu.city.pursuit.views import Views, views_of
from bongsu.city.roads.streets import Floats, Ints, Longs, Streets
from bongsu.city.search_map.stretches import Stretches, stretches_of
from bongsu.city.ways import Ways
from bongsu.core.asset import Camera
from bongsu.settings import CameraSettings


class Sights(msgspec.Struct, frozen=True, eq=False):
    """P pairs, by camera: camera `camera[p]` (row) sees `share[p]` of stretch `stretch[p]`; those of camera c are
    `first[c]:first[c + 1]`."""

    camera: Ints
    stretch: Longs
    share: Floats
    first: Longs


class Land(msgspec.Struct, frozen=True, eq=False):
    """What every map of a city stands on; `ends` (S, 2, 2) and `middle` (S, 2) are metres, `cameras` ids by row."""

    ways: Ways
    stretches: Stretches
    ends: Floats
    middle: Floats
    cameras: tuple[str, ...]
    sights: Sights


def land_of(ways: Ways, cameras: Sequence[Camera], assume: CameraSettings) -> Land:
    """Put recorded cameras on a city's stretches. Seconds for a metropolis: once for each city."""
    streets, rows = ways.streets, tuple(sorted(cameras, key=lambda camera: camera.id))
    stretches = stretches_of(streets)
    count = np.diff(stretches.first)[stretches.link]
    low, high = stretches.middle - 0.5 / count, stretches.middle + 0.5 / count
    at = [places_along(streets, stretches.link, part) for part in (low, stretches.middle, high)]
    sights = sights_of(stretches, views_of(streets, eyes_of(streets, rows, assume)))
    return Land(ways, stretches, np.stack((at[0], at[2]), axis=1), at[1], tuple(one.id for one in rows), sights)


def sights_of(stretches: Stretches, views: Views) -> Sights:
    """How much of each stretch each camera sees."""
    link = np.repeat(np.arange(len(views.first) - 1), np.diff(views.first))
    count = np.diff(stretches.first)[link]
    low, high = np.clip(views.low, 0, 1) * count, np.clip(views.high, 0, 1) * count
    begins = np.minimum(low.astype(np.int64), count - 1)
    spans = np.maximum(np.ceil(high).astype(np.int64) - begins, 1)
    row = np.repeat(np.arange(len(link)), spans)
    turn = begins[row] + np.arange(len(row)) - np.repeat(np.cumsum(spans) - spans, spans)
    share = np.minimum(high[row], turn + 1) - np.maximum(low[row], turn)
    stretch = stretches.first[link[row]] + turn
    pair, where = np.unique(
        np.stack((views.camera[row].astype(np.int64), stretch), axis=1), axis=0, return_inverse=True
    )
    total = np.minimum(np.bincount(where.ravel(), share, minlength=len(pair)), 1.0)
    first = np.searchsorted(pair[:, 0], np.arange(views.cameras + 1))
    return Sights(pair[:, 0].astype(np.int32), pair[:, 1], total, first)


def places_along(streets: Streets, link: Longs, part: Floats) -> Floats:
    """Where on the ground a part of the way along each link is, (n, 2) metres."""
    owner = np.repeat(np.arange(len(streets.length_m)), np.diff(streets.lies))
    step = np.hypot(*np.diff(streets.shape, axis=0).T) * (owner[1:] == owner[:-1])
    run = np.concatenate(([0.0], np.cumsum(step))) + owner.astype(np.float64)
    low, high = run[streets.lies[:-1]], run[streets.lies[1:] - 1]
    asked = low[link] + np.clip(part, 0, 1) * (high - low)[link]
    return np.column_stack([np.interp(asked, run, streets.shape[:, axis]) for axis in (0, 1)])


def pieces_of(land: Land, rows: Longs) -> Floats:
    """Stretches as they are drawn, (n, 4): lon, lat, lon, lat."""
    plane = land.ways.streets.plane
    origin = np.array([plane.origin.lon, plane.origin.lat])
    lonlat = land.ends[rows].reshape(-1, 2) / np.array(plane.metres_per_degree()) + origin
    drawn: Floats = np.round(lonlat, 6).reshape(-1, 4)
    return drawn
