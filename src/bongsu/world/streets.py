"""The street network people, crews and fugitives move on: junctions, and links between them with their true shape.

It is the map's road graph with every bend taken out of the search and kept for drawing, so that a city of half a
million fits in tables. Every link can be gone both ways: whoever must obey one-way streets uses `traffic.graph`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import KDTree

from bongsu.core.asset import Road
from bongsu.core.geo import Plane
from bongsu.world import day
from bongsu.world.scene import width_m
from bongsu.world.traffic.graph import SPEED_MPS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Streets:
    """Junctions (`xy`, metres) and arcs sorted by the junction they leave: `first[j]:first[j+1]` leave junction j.

    Arc columns: `tail`, `head`, `opposite` (the same link the other way), `length` m, `speed` m/s when free, `wide` m,
    `road` (row of the roads given), `cls` (row of `day.CLASSES`). An arc's shape is `points[from_[a]:from_[a+1]]`, and
    `gone` the metres from the start of the first arc's shape, so one search in it places any number of movers.
    """

    xy: Floats
    first: Ints
    tail: Ints
    head: Ints
    opposite: Ints
    length: Floats
    speed: Floats
    wide: Floats
    road: Ints
    cls: Ints
    from_: Ints
    points: Floats
    gone: Floats

    def nearest(self, xy: Floats) -> Ints:
        """The junction nearest to each of some places (n, 2)."""
        _, found = self._tree.query(xy)
        rows: Ints = np.asarray(found, dtype=np.int64)
        return rows

    @cached_property
    def _tree(self) -> KDTree:
        return KDTree(self.xy)

    def at(self, arc: Ints, along: Floats) -> tuple[Floats, Floats]:
        """Where on the axis of each arc one is after so many metres, and in which direction one goes (unit)."""
        length, first, last = self.length[arc], self.from_[arc], self.from_[arc + 1] - 2
        along = np.minimum(np.maximum(along, 0.0), length)
        want = self.gone[first] + along
        step = first + (along / np.maximum(length, 1e-9) * (last - first)).astype(np.int64)
        while (low := (step < last) & (self.gone[step + 1] <= want)).any():
            step += low
        while (high := (step > first) & (self.gone[step] > want)).any():
            step -= high
        here, there = self.points[step], self.points[step + 1]
        long = np.maximum(self.gone[step + 1] - self.gone[step], 1e-6)
        towards = (there - here) / long[:, None]
        return here + towards * (want - self.gone[step])[:, None], towards

    def seconds(self) -> csr_array:
        """The time each arc takes on a free road, as a matrix from junction to junction."""
        return csr_array((self.length / self.speed, (self.tail, self.head)), shape=(len(self.xy), len(self.xy)))


def of_roads(roads: Sequence[Road], plane: Plane) -> Streets:
    """The largest connected part of the roads that can be driven; a road without one keeps nothing."""
    fit = [(row, road) for row, road in enumerate(roads) if road.road_class.removesuffix("_link") in SPEED_MPS]
    stretches = list(_stretches(fit))
    if not stretches:
        return _assemble(np.zeros((0, 2)), [], [], np.zeros((0, 3)))
    ends = [(line[0], line[-1]) for _, line in stretches]
    spots = {spot: n for n, spot in enumerate(dict.fromkeys(itertools.chain.from_iterable(ends)))}
    pairs = np.array([(spots[a], spots[b]) for a, b in ends], dtype=np.int64)
    inside = _largest(pairs, len(spots))
    kept = np.flatnonzero(inside[pairs[:, 0]])
    number = np.cumsum(inside) - 1
    east, north = plane.metres_per_degree()
    origin = np.array([plane.origin.lon, plane.origin.lat])
    xy = (np.array(list(spots))[inside] - origin) * (east, north)
    lines = [(np.array(stretches[n][1]) - origin) * (east, north) for n in kept.tolist()]
    facts = np.array([_facts(stretches[n][0], roads) for n in kept.tolist()])
    return _assemble(xy, number[pairs[kept]].tolist(), lines, facts, np.array([stretches[n][0] for n in kept.tolist()]))


def hops(streets: Streets, hubs: Ints, most_s: float = np.inf) -> NDArray[np.uint8]:
    """For each hub and junction the slot of the arc to take towards the hub by the fastest way.

    The arc is `first[junction] + slot`; slot 255 stands at the hub itself and where it cannot be reached in time.
    """
    time = streets.seconds()
    slots = np.full((len(hubs), len(streets.xy)), 255, np.uint8)
    tree_arc = _arc_finder(streets)
    for row, hub in enumerate(hubs.tolist()):
        _, before = dijkstra(time, indices=hub, return_predecessors=True, limit=most_s)
        reached = np.flatnonzero(before >= 0)
        slots[row, reached] = tree_arc(reached, before[reached])
    return slots


def _arc_finder(streets: Streets) -> Callable[[Ints, Ints], Ints]:
    many = len(streets.xy)
    key = streets.tail * many + streets.head
    order = np.argsort(key, kind="stable")
    ranked = key[order]

    def slot(tail: Ints, head: Ints) -> Ints:
        arc = order[np.searchsorted(ranked, tail * many + head)]
        found: Ints = arc - streets.first[tail]
        return found

    return slot


def _stretches(fit: list[tuple[int, Road]]) -> Iterable[tuple[int, list[tuple[float, float]]]]:
    """Every road cut where others meet it; loops and doubled links are cut once more, so that a pair names one link."""
    meets: dict[tuple[float, float], int] = {}
    for _, road in fit:
        for n, spot in enumerate(road.line):
            meets[spot] = meets.get(spot, 0) + (2 if n in (0, len(road.line) - 1) else 1)
    seen: set[tuple[tuple[float, float], tuple[float, float]]] = set()
    for row, road in fit:
        piece = [road.line[0]]
        for spot in road.line[1:]:
            if spot == piece[-1]:
                continue
            piece.append(spot)
            if meets[spot] < 2:
                continue
            for part in _single(piece, seen):
                yield row, part
            piece = [spot]


def _single(
    piece: list[tuple[float, float]], seen: set[tuple[tuple[float, float], tuple[float, float]]]
) -> list[list[tuple[float, float]]]:
    ends = (min(piece[0], piece[-1]), max(piece[0], piece[-1]))
    if piece[0] != piece[-1] and ends not in seen:
        seen.add(ends)
        return [piece]
    if len(piece) < 3:
        return []
    half = len(piece) // 2
    parts = [piece[: half + 1], piece[half:]]
    return [part for whole in parts for part in _single(whole, seen)]


def _facts(row: int, roads: Sequence[Road]) -> tuple[float, float, float]:
    road = roads[row]
    bare = road.road_class.removesuffix("_link")
    return SPEED_MPS[bare], width_m(road), day.class_of(bare)


def _largest(pairs: Ints, many: int) -> NDArray[np.bool_]:
    touch = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(many, many))
    _, labels = connected_components(touch, directed=False)
    inside: NDArray[np.bool_] = labels == np.bincount(labels).argmax()
    return inside


def _assemble(
    xy: Floats, pairs: list[list[int]], lines: list[Floats], facts: Floats, road: Ints | None = None
) -> Streets:
    """Lay every link down twice, once each way, sorted by the junction it leaves."""
    links = len(lines)
    both = [*lines, *(line[::-1] for line in lines)]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    tail, head = np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]])
    order = np.argsort(tail, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    from_, points, gone = _laid([both[n] for n in order.tolist()])
    twice = np.concatenate([facts, facts])[order]
    rows = road if road is not None else np.zeros(0, np.int64)
    return Streets(
        xy=xy,
        first=np.searchsorted(tail[order], np.arange(len(xy) + 1)),
        tail=tail[order],
        head=head[order],
        opposite=place[(order + links) % max(1, 2 * links)],
        length=gone[from_[1:] - 1] - gone[from_[:-1]],
        speed=twice[:, 0],
        wide=twice[:, 1],
        road=np.concatenate([rows, rows])[order],
        cls=twice[:, 2].astype(np.int64),
        from_=from_,
        points=points,
        gone=gone,
    )


def _laid(shapes: list[Floats]) -> tuple[Ints, Floats, Floats]:
    """Shapes one after the other: where each begins, all their points, and the metres gone over up to each point."""
    points = np.concatenate(shapes) if shapes else np.zeros((0, 2))
    from_ = np.concatenate([[0], np.cumsum([len(shape) for shape in shapes])]).astype(np.int64)
    steps = np.hypot(*np.diff(points, axis=0).T) if len(points) else np.zeros(0)
    steps[from_[1:-1] - 1] = 0.0
    return from_, points, np.concatenate([[0.0], np.cumsum(steps)])
