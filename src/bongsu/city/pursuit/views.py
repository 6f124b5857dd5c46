"""Which stretches of street each camera sees: by its reach and sector where known, all round where not."""

from __future__ import annotations

import msgspec
import numpy as np
from scipy.spatial import cKDTree

from bongsu.city.roads.streets import Floats, Ints, Longs, Streets

STEP_M = 8.0
"""Streets are looked at every so often; a stretch is as long as the points that are seen."""


class Eyes(msgspec.Struct, frozen=True, eq=False):
    """C cameras: `xy` (C, 2) metres on the streets' plane, `reach_m`, `heading_deg` (nan: all round), `half_deg`."""

    xy: Floats
    reach_m: Floats
    heading_deg: Floats
    half_deg: Floats


class Views(msgspec.Struct, frozen=True, eq=False):
    """Stretches by link: those of link l are rows `first[l]:first[l + 1]`; `camera` sees it from `low` to `high`,
    parts of the way along the link."""

    first: Longs
    camera: Ints
    low: Floats
    high: Floats
    cameras: int


def views_of(streets: Streets, eyes: Eyes) -> Views:
    """Every camera put on the stretches it sees; buildings are not asked. Seconds for a metropolis: once for a city."""
    link, part, xy = _points(streets)
    camera, point = _pairs(eyes, xy)
    ray = xy[point] - eyes.xy[camera]
    bearing = np.degrees(np.arctan2(ray[:, 0], ray[:, 1]))
    off = np.abs((bearing - eyes.heading_deg[camera] + 180) % 360 - 180)
    seen = np.isnan(off) | (off <= eyes.half_deg[camera]) | (np.hypot(*ray.T) < 1.0)
    camera, point = camera[seen], point[seen]
    return _stretches(streets, camera, link[point], part[point], len(eyes.xy))


def _points(streets: Streets) -> tuple[Ints, Floats, Floats]:
    """A point in the middle of each piece of at most STEP_M of every link: link, part of the way, place."""
    links = len(streets.length_m)
    count = np.maximum(np.ceil(streets.length_m / STEP_M), 1).astype(np.int64)
    link = np.repeat(np.arange(links), count)
    turn = np.arange(len(link)) - np.repeat(np.cumsum(count) - count, count)
    part = (turn + 0.5) / count[link]
    owner = np.repeat(np.arange(links), np.diff(streets.lies))
    step = np.hypot(*np.diff(streets.shape, axis=0).T) * (owner[1:] == owner[:-1])
    run = np.concatenate(([0.0], np.cumsum(step))) + owner.astype(np.float64)
    low, high = run[streets.lies[:-1]], run[streets.lies[1:] - 1]
    asked = low[link] + part * (high - low)[link]
    xy = np.column_stack([np.interp(asked, run, streets.shape[:, axis]) for axis in (0, 1)])
    return link.astype(np.int32), part, xy


def _pairs(eyes: Eyes, xy: Floats) -> tuple[Longs, Longs]:
    """Cameras and the points within their reach."""
    if len(eyes.xy) == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    found = cKDTree(xy).query_ball_point(eyes.xy, eyes.reach_m, return_sorted=True)
    count = np.array([len(rows) for rows in found], np.int64)
    points = np.concatenate([np.asarray(rows, np.int64) for rows in found])
    return np.repeat(np.arange(len(eyes.xy)), count), points


def _stretches(streets: Streets, camera: Longs, link: Ints, part: Floats, cameras: int) -> Views:
    """Points that follow each other are one stretch of one camera."""
    order = np.lexsort((part, camera, link))
    camera, link, part = camera[order], link[order], part[order]
    half = 0.5 / np.maximum(np.ceil(streets.length_m / STEP_M), 1)[link]
    new = np.ones(len(link), bool)
    near = np.diff(part) < 3 * half[1:]
    new[1:] = (np.diff(link) != 0) | (np.diff(camera) != 0) | ~near
    start = np.flatnonzero(new)
    stop = np.append(start[1:], len(link)) - 1 if len(start) else start
    first = np.searchsorted(link[start], np.arange(len(streets.length_m) + 1))
    low, high = (part - half)[start], (part + half)[stop]
    return Views(first, camera[start].astype(np.int32), np.clip(low, 0, 1), np.clip(high, 0, 1), cameras)
