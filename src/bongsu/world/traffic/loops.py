"""Closed rounds over the road graph, sampled in time: what makes a position a mere table look-up."""

from __future__ import annotations

import itertools
import math
import random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bongsu.world.traffic.graph import Graph

STEP_S = 0.5
"""Seconds between two samples of a round."""

_HUBS = 48
_BEND_S = 4
_LIGHT_WIDTH_M = 12.0


class Round(NamedTuple):
    """A closed track: spot and unit direction every STEP_S; it takes len(xy) · STEP_S seconds."""

    xy: NDArray[np.float32]
    towards: NDArray[np.float32]


def drive_rounds(graph: Graph, count: int, chance: random.Random) -> list[Round]:
    """Rounds over three hubs each, by the fastest way, keeping right, slowing at bends, stopping at lights."""
    if len(graph.inside) < 3:
        return []
    hubs = np.array(chance.sample(graph.inside.tolist(), min(_HUBS, len(graph.inside))), dtype=np.intp)
    before = graph.paths_from(hubs)
    rounds: list[Round] = []
    for _ in range(count):
        stops = chance.sample(range(len(hubs)), 3)
        path: list[int] = []
        for a, b in itertools.pairwise([*stops, stops[0]]):
            path += _path(before[a], int(hubs[a]), int(hubs[b]))[:-1]
        if len(path) >= 3:
            rounds.append(_sample(graph, path, chance, on_foot=False))
    return rounds


def walk_rounds(graph: Graph, count: int, chance: random.Random) -> list[Round]:
    """There and back again: a walk of a few streets out on the one side and home on the other."""
    if len(graph.inside) < 3:
        return []
    nexts: dict[int, list[int]] = {}
    for a, b in graph.edges:
        nexts.setdefault(a, []).append(b)
    spots = graph.inside.tolist()
    rounds: list[Round] = []
    for _ in range(count):
        out = _stroll(graph, nexts, chance.choice(spots), chance)
        if len(out) >= 2:
            rounds.append(_sample(graph, out + out[-2:0:-1], chance, on_foot=True))
    return rounds


def _path(before: NDArray[np.int32], start: int, end: int) -> list[int]:
    path = [end]
    while path[-1] != start:
        path.append(int(before[path[-1]]))
    return path[::-1]


def _stroll(graph: Graph, nexts: dict[int, list[int]], start: int, chance: random.Random) -> list[int]:
    """A walk of 120 to 420 m that does not turn on its heel."""
    far = chance.uniform(120, 420)
    path = [start]
    while far > 0:
        onward = [spot for spot in nexts.get(path[-1], []) if spot not in path]
        if not onward:
            break
        spot = chance.choice(onward)
        far -= math.dist(graph.xy[path[-1]], graph.xy[spot])
        path.append(spot)
    return path


def _sample(graph: Graph, path: list[int], chance: random.Random, *, on_foot: bool) -> Round:
    """Lay the track beside the axis, one sample every STEP_S, bends rounded."""
    lane = chance.random()
    pairs = list(itertools.pairwise([*path, path[0]]))
    start, along = graph.xy[path], graph.xy[[*path[1:], path[0]]] - graph.xy[path]
    speed, wide = np.array([graph.edges[pair] for pair in pairs]).T
    long = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)
    side = np.array([_walk_side(w) if on_foot else _lane_side(w, lane) for w in wide.tolist()])
    start = start + np.stack([along[:, 1], -along[:, 0]], axis=1) * (side / long)[:, None]
    pieces = np.maximum(1, np.rint(long / speed / STEP_S)).astype(np.int64)
    xy = _spread(start, along, pieces)
    if on_foot:
        xy = _cross(xy)
    else:
        waits = [_wait(graph, pair, chance) for pair in pairs]
        stays = np.ones(len(xy), np.int64)
        stays[np.cumsum(pieces) - 1] += waits
        xy = np.repeat(xy, stays, axis=0)
    xy = _rounded(xy, 3 if on_foot else _BEND_S)
    towards = np.roll(xy, -1, axis=0) - np.roll(xy, 1, axis=0)
    return Round(xy.astype(np.float32), _directions(towards).astype(np.float32))


def _spread(start: NDArray[np.float64], along: NDArray[np.float64], pieces: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cut every stretch into its pieces and return where each piece begins."""
    which = np.repeat(np.arange(len(pieces)), pieces)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return np.asarray(start[which] + along[which] * (nth / pieces[which])[:, None])


def _cross(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where a walk changes sides it crosses at walking pace instead of leaping."""
    gaps = np.roll(xy, -1, axis=0) - xy
    pieces = np.maximum(1, np.rint(np.hypot(gaps[:, 0], gaps[:, 1]) / (1.3 * STEP_S))).astype(np.int64)
    return _spread(xy, gaps, pieces)


def _wait(graph: Graph, pair: tuple[int, int], chance: random.Random) -> int:
    """Samples spent at a red light at the end of a stretch."""
    if graph.edges[pair][1] < _LIGHT_WIDTH_M or not _is_crossing(graph, pair[1]):
        return 0
    return chance.choice((0, 0, 0, 12, 20))


def _lane_side(wide: float, lane: float) -> float:
    """Metres right of the axis at which a vehicle drives; Korea drives on the right."""
    if wide < 0:
        lanes = max(1, round(-wide / 3.1))
        return (int(lane * lanes) + 0.5) * -wide / lanes + wide / 2
    if wide < 5.5:
        return wide * 0.12
    lanes = max(1, round(wide / 2 / 3.1))
    return (int(lane * lanes) + 0.5) * wide / 2 / lanes


def _walk_side(wide: float) -> float:
    """On the pavement where there is one, else at the edge of the carriageway."""
    return abs(wide) / 2 + 1.8 if abs(wide) >= 8 else max(0.4, abs(wide) / 2 - 0.45)


def _is_crossing(graph: Graph, spot: int) -> bool:
    first, last = graph.time.indptr[spot], graph.time.indptr[spot + 1]
    return bool(last - first >= 4)


def _rounded(xy: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """A circular moving average: it rounds corners and makes stops soft."""
    weights = np.hanning(2 * reach + 3)[1:-1]
    weights /= weights.sum()
    shifts = range(-reach, reach + 1)
    laid = [w * np.roll(xy, s, axis=0) for w, s in zip(weights, shifts, strict=True)]
    return np.asarray(sum(laid))


def _directions(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit vectors; whoever stands still keeps the direction in which it came."""
    length = np.hypot(steps[:, 0], steps[:, 1])
    moves = length > 0.02
    if not moves.any():
        return np.tile([0.0, 1.0], (len(steps), 1))
    last = np.where(moves, np.arange(len(steps)), -1)
    last = np.maximum.accumulate(last)
    last[last < 0] = np.flatnonzero(moves)[-1]
    return np.asarray(steps[last] / length[last][:, None])
