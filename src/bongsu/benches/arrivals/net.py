"""SUMO's streets as the bench needs them: places to edges and back, static ways, and the platform's ways in edges."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from bongsu.benches.arrivals.kinds import Place

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SIREN_GAIN = 1.3
"""A crew with siren drives so much faster than the sign allows, where traffic lets it."""
TOP_MPS = 22.0
EVERY_M = 10.0
BESIDE_M, WITH_COS = 18.0, 0.5
OFF_WAY = 8.0
"""An edge beside the wished way costs so many times its length: it is only taken where the way has a gap in SUMO."""


class Edge(msgspec.Struct, frozen=True, eq=False):
    """One direction of a street between two junctions: its line in metres, m/s allowed, and where one can go on."""

    id: str
    line: Floats
    length_m: float
    mps: float
    rank: int
    onto: tuple[str, ...]
    over: str


class Spot(msgspec.Struct, frozen=True):
    """A place on the streets: the edges that pass it (both directions of a street) with the metres along each."""

    edges: dict[str, float]
    place: Place


class Net:
    """The streets a fire engine may use, from SUMO's own file."""

    def __init__(self, path: Path) -> None:
        from sumolib.net import readNet

        self.raw: Any = readNet(str(path), withPrograms=True)
        every = [one for one in self.raw.getEdges() if one.allows("emergency") and one.allows("passenger")]
        self.edges = {one.getID(): _edge(one) for one in every}
        self.edges = {name: self.edges[name] for name in _knotted(self.edges)}
        self._rows = np.array(list(self.edges))
        number = {name: row for row, name in enumerate(self.edges)}
        arcs = [(number[name], number[to]) for name, one in self.edges.items() for to in one.onto if to in number]
        self._tail, self._head = np.array(arcs, np.int64).T
        self._number = number
        self._points, self._bears, self._row = _samples(list(self.edges.values()))
        self._tree = shapely.STRtree(shapely.points(self._points))

    def place(self, xy: Floats) -> Place:
        """Metres on SUMO's plane as degrees."""
        lon, lat = self.raw.convertXY2LonLat(float(xy[0]), float(xy[1]))
        return Place(lon, lat)

    def xy(self, place: Place) -> Floats:
        """Degrees as metres on SUMO's plane."""
        return np.array(self.raw.convertLonLat2XY(place.lon, place.lat), np.float64)

    def spot(self, edge: str, along_m: float) -> Spot:
        """The place so far along an edge, with the other direction where the street has one beside it."""
        line = shapely.LineString(self.edges[edge].line)
        point = line.interpolate(along_m)
        found = {edge: along_m}
        back = self._back_of(edge)
        if back:
            found[back] = float(shapely.LineString(self.edges[back].line).project(point))
        return Spot(found, self.place(np.array([point.x, point.y])))

    def _back_of(self, edge: str) -> str:
        other = edge[1:] if edge.startswith("-") else f"-{edge}"
        return other if other in self.edges else ""

    def seconds(self, edge: str) -> float:
        """How long a crew with siren and a free street takes."""
        one = self.edges[edge]
        return one.length_m / min(one.mps * SIREN_GAIN, TOP_MPS)

    def static_way(self, start: Spot, goal: Spot, shut: Collection[str] = ()) -> tuple[str, ...]:
        """The quickest way on free streets without the edges known to be shut; () where there is none."""
        return self._search(start, goal, self._seconds(shut))

    def follow(self, start: Spot, goal: Spot, way: tuple[Place, ...]) -> tuple[str, ...]:
        """The edges of a way told as a line: least metres off it; () where the streets do not hang together."""
        line = np.array([self.xy(place) for place in way])
        along = self._shares(line)
        whole = np.array([one.length_m for one in self.edges.values()])
        return self._search(start, goal, whole * (1.0 + OFF_WAY * (1.0 - along)))

    def _shares(self, line: Floats) -> Floats:
        """Which part of each edge near a line runs along it, in its direction."""
        wished = shapely.LineString(line)
        near = self._tree.query(wished, predicate="dwithin", distance=BESIDE_M)
        at = shapely.line_locate_point(wished, shapely.points(self._points[near]))
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(wished, at + 5.0))
        behind = shapely.get_coordinates(shapely.line_interpolate_point(wished, np.maximum(at - 5.0, 0.0)))
        step = ahead - behind
        step /= np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-6)
        rows = self._row[near[(step * self._bears[near]).sum(axis=1) >= WITH_COS]]
        hit, whole = np.bincount(rows, minlength=len(self._rows)), np.bincount(self._row, minlength=len(self._rows))
        return np.asarray(hit / whole)

    def _seconds(self, shut: Collection[str]) -> Floats:
        free = np.array([self.seconds(name) for name in self.edges])
        free[[self._number[name] for name in shut if name in self._number]] = np.inf
        return free

    def _search(self, start: Spot, goal: Spot, cost: Floats) -> tuple[str, ...]:
        """The cheapest edges between two spots; the first and the last are only driven in part."""
        count = len(self._rows)
        tail, head, price = [self._tail], [self._head], [cost[self._head]]
        ends = {count + 1 + row: edge for row, edge in enumerate(goal.edges)}
        parts = [(count, edge, 1 - start.edges[edge] / self.edges[edge].length_m) for edge in start.edges]
        for source, edge, part in parts:
            tail.append(np.array([source]))
            head.append(np.array([self._number[edge]]))
            price.append(cost[head[-1]] * part)
        for node, edge in ends.items():
            row, part = self._number[edge], goal.edges[edge] / self.edges[edge].length_m
            before = self._tail[self._head == row]
            tail.append(before)
            head.append(np.full(len(before), node))
            price.append(np.full(len(before), cost[row] * part))
            if edge in start.edges and goal.edges[edge] >= start.edges[edge]:
                tail.append(np.array([count]))
                head.append(np.array([node]))
                price.append(cost[[row]] * (part - start.edges[edge] / self.edges[edge].length_m))
        spent, came = _cheapest(count + 1 + len(ends), count, *map(np.concatenate, (tail, head, price)))
        best = min(ends, key=lambda node: (spent[node], node))
        if not np.isfinite(spent[best]):
            return ()
        way, node = [ends[best]], came[best]
        while node != count:
            way.append(str(self._rows[node]))
            node = came[node]
        return tuple(reversed(way))


def _cheapest(count: int, source: int, tail: Ints, head: Ints, price: Floats) -> tuple[Floats, Ints]:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    open_ = np.isfinite(price)
    arcs = (np.maximum(price[open_], 1e-9), (tail[open_], head[open_]))
    spent, came = dijkstra(coo_matrix(arcs, shape=(count, count)).tocsr(), indices=source, return_predecessors=True)
    return spent, came


RANKS = ("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street")


def _edge(raw: Any) -> Edge:
    kind = raw.getType().split("|")[0].removeprefix("highway.").removesuffix("_link")
    rank = RANKS.index(kind) if kind in RANKS else len(RANKS)
    onto = tuple(sorted({to.getID() for to in raw.getOutgoing()}))
    line = np.array(raw.getShape(), np.float64)[:, :2]
    return Edge(raw.getID(), line, raw.getLength(), raw.getSpeed(), rank, onto, raw.getToNode().getID())


def _knotted(edges: Mapping[str, Edge]) -> list[str]:
    """The largest set of edges each of which can be reached from every other."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    rows = {name: row for row, name in enumerate(edges)}
    pairs = np.array([(rows[name], rows[to]) for name, one in edges.items() for to in one.onto if to in rows])
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(rows), len(rows)))
    label = connected_components(graph, directed=True, connection="strong")[1]
    largest = np.bincount(label).argmax()
    return [name for name, row in rows.items() if label[row] == largest]


def _samples(edges: list[Edge]) -> tuple[Floats, Floats, Ints]:
    """Points every ten metres along all edges: where, which way it runs there, and whose they are."""
    points, bears, row = [], [], []
    for number, edge in enumerate(edges):
        line = shapely.LineString(edge.line)
        count = max(2, int(line.length / EVERY_M))
        at = (np.arange(count) + 0.5) * line.length / count
        here = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, np.minimum(at + 1.0, line.length)))
        behind = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(at - 1.0, 0.0)))
        step = ahead - behind
        points.append(here)
        bears.append(step / np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9))
        row.append(np.full(count, number))
    return np.concatenate(points), np.concatenate(bears), np.concatenate(row)
