"""Where a minute of looking finds most next, and the account of camera time that was looked through and was not."""

from __future__ import annotations

import numpy as np

from bongsu.city.roads.streets import Floats, Longs
from bongsu.city.search_map.effort import pod_of
from bongsu.city.search_map.land import Land, pieces_of
from bongsu.city.search_map.looks import PATROL_M, PATROL_MPS, STREET_M, Kept, Span, camera_pod
from bongsu.core.search import CameraTime, Patrol, Review

REVIEWS, PATROLS, CAMERAS = 10, 8, 50
PIECE_MS = 600_000
"""A recording is handed out ten minutes at a time."""
LEAST_MS = 10_000
LEAST_M = 50.0


def reviews_of(land: Land, poa: Floats, kept: Kept, arrives_ms: Floats, now_ms: int) -> tuple[Review, ...]:
    """The recordings to look through, most probability per minute first: of each camera its first open minutes since
    they can have come by."""
    arrive_ms = _arrive_ms(land, arrives_ms)
    pieces = [_next_piece(land, row, kept, arrive_ms, now_ms) for row in range(len(land.cameras))]
    begins = np.array([piece[0] for piece in pieces], np.float64)
    ends = np.array([piece[1] for piece in pieces], np.float64)
    minutes = np.maximum(ends - begins, 1.0) / 60_000
    finds = _finds(land, poa, kept, arrives_ms, begins, ends)
    worth = np.where(ends - begins >= LEAST_MS, finds / minutes, 0.0)
    best = [row for row in np.argsort(-worth, kind="stable")[:REVIEWS].tolist() if worth[row] > 0]
    return tuple(
        Review(
            camera=land.cameras[row],
            from_ms=int(begins[row]),
            to_ms=int(ends[row]),
            finds=round(float(finds[row]), 6),
            per_minute=round(float(worth[row]), 6),
        )
        for row in best
    )


def patrols_of(land: Land, poa: Floats) -> tuple[Patrol, ...]:
    """The streets to walk, most probability per minute first: of each the stretches where they may be."""
    streets, stretches = land.ways.streets, land.stretches
    road, length = streets.road[stretches.link], stretches.length_m * (poa > 0)
    metres = np.bincount(road, length)
    held = np.bincount(road, poa)
    minutes = metres / PATROL_MPS["foot"] / 60
    long_enough = metres >= LEAST_M
    worth: Floats = np.where(long_enough, held / np.maximum(minutes, 1e-9), 0.0)
    best = [row for row in np.argsort(-worth, kind="stable")[:PATROLS].tolist() if worth[row] > 0]
    return tuple(_patrol(land, poa, np.flatnonzero((road == row) & (poa > 0)), float(minutes[row])) for row in best)


def accounts_of(
    land: Land, poa: Floats, kept: Kept, arrives_ms: Floats, now_ms: int
) -> tuple[int, int, tuple[CameraTime, ...]]:
    """Seconds reviewed and not, of all cameras they can have passed; and by camera, of the most telling."""
    sights, count = land.sights, len(land.cameras)
    arrive_ms = _arrive_ms(land, arrives_ms)
    open_s = np.maximum(now_ms - arrive_ms, 0) / 1000
    number = {camera: row for row, camera in enumerate(land.cameras)}
    seen_s = np.zeros(count)
    for camera in kept.spans.keys() & number.keys():
        row = number[camera]
        seen_s[row] = sum(max(min(b, now_ms) - max(a, arrive_ms[row]), 0) for a, b in kept.spans[camera]) / 1000
    held = np.bincount(sights.camera, poa[sights.stretch] * sights.share, minlength=count)
    telling = np.where(open_s > 0, held, -1.0) + (seen_s > 0)
    rows = [row for row in np.argsort(-telling, kind="stable")[:CAMERAS].tolist() if open_s[row] > 0]
    told = tuple(
        CameraTime(
            camera=land.cameras[row], reviewed_s=int(seen_s[row]), unreviewed_s=int(max(open_s[row] - seen_s[row], 0))
        )
        for row in rows
    )
    return int(seen_s.sum()), int(np.maximum(open_s - seen_s, 0).sum()), told


def _arrive_ms(land: Land, arrives_ms: Floats) -> Floats:
    """When somebody can have come into each camera's view at the earliest, inf where never."""
    arrive = np.full(len(land.cameras), np.inf)
    np.minimum.at(arrive, land.sights.camera, arrives_ms[land.sights.stretch])
    return arrive


def _next_piece(land: Land, row: int, kept: Kept, arrive_ms: Floats, now_ms: int) -> Span:
    """The first minutes of a camera that nobody looked through yet."""
    if arrive_ms[row] >= now_ms:
        return now_ms, now_ms
    begin, end = int(np.ceil(arrive_ms[row])), now_ms
    for first, last in kept.spans.get(land.cameras[row], ()):
        if first > begin:
            end = min(first, now_ms)
            break
        begin = max(begin, last)
    return begin, max(min(begin + PIECE_MS, end), begin)


def _finds(land: Land, poa: Floats, kept: Kept, arrives_ms: Floats, begins: Floats, ends: Floats) -> Floats:
    """The probability that each camera's piece shows them, given that all looks so far did not."""
    sights = land.sights
    arrive = arrives_ms[sights.stretch]
    rows: Longs = np.flatnonzero(np.isfinite(arrive) & (poa[sights.stretch] > 0))
    camera, before = sights.camera[rows], kept.seconds[rows]
    more = np.maximum(ends[camera] - np.maximum(begins[camera], arrive[rows]), 0) / 1000
    old, new = camera_pod(land, rows, before), camera_pod(land, rows, before + more)
    share = sights.share[rows]
    gain: Floats = poa[sights.stretch[rows]] * share * np.maximum(new - old, 0) / (1 - share * old)
    return np.bincount(camera, gain, minlength=len(land.cameras)).astype(np.float64)


def _patrol(land: Land, poa: Floats, rows: Longs, minutes: float) -> Patrol:
    streets = land.ways.streets
    area = land.stretches.length_m[rows].sum() * STREET_M
    pod = float(pod_of(PATROL_M["foot"], PATROL_MPS["foot"], minutes * 60, np.array([area]))[0])
    finds = float(poa[rows].sum()) * pod
    return Patrol(
        name=streets.names[int(streets.road[land.stretches.link[rows[0]]])],
        lines=tuple(((a, b), (c, d)) for a, b, c, d in pieces_of(land, rows).tolist()),
        minutes=round(minutes, 1),
        finds=round(finds, 6),
        per_minute=round(finds / minutes, 6),
    )
