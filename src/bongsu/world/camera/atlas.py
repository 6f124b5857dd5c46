"""A scene's ground in metres with the indices a painter needs; made once per process."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from bongsu.world.scene import Scene, height_m, width_m

Ring = NDArray[np.float64]


class Street(NamedTuple):
    """A road in metres; `wide` is its carriageway."""

    line: Ring
    wide: float
    oneway: bool
    lanes: int


class Block(NamedTuple):
    """A building: its ring counter-clockwise and open, its height, and a number that settles its looks."""

    ring: Ring
    high: float
    look: int


class Crossing(NamedTuple):
    """A place where streets meet: the directions of its arms with their widths."""

    at: tuple[float, float]
    arms: tuple[tuple[float, float], ...]

    @property
    def wide(self) -> float:
        """The width of the widest arm."""
        return max(wide for _, wide in self.arms)


class Atlas:
    """Streets, crossings, buildings, water and parks of a scene, findable by place."""

    def __init__(self, scene: Scene) -> None:
        self._east, self._north = scene.plane.metres_per_degree()
        self._origin = np.array([scene.origin.lon, scene.origin.lat])
        self.streets = [Street(self._metres(r.line), width_m(r), r.oneway != 0, r.lanes or 0) for r in scene.roads]
        self.blocks = [Block(_anticlockwise(self._metres(b.ring)[:-1]), height_m(b), b.id) for b in scene.buildings]
        self.waters = [self._metres(a.ring) for a in scene.areas if a.kind == "water"]
        self.parks = [self._metres(a.ring) for a in scene.areas if a.kind == "park"]
        self.crossings = _crossings(self.streets)
        self._block_tree = cKDTree(_centres([b.ring for b in self.blocks]))
        self._crossing_tree = cKDTree(np.array([c.at for c in self.crossings]).reshape(-1, 2))
        spots = [(i, p) for i, s in enumerate(self.streets) for p in _dense(s.line)]
        self._street_of = np.array([i for i, _ in spots], dtype=np.intp)
        self._street_tree = cKDTree(np.array([p for _, p in spots]).reshape(-1, 2))

    def blocks_near(self, at: Ring, within_m: float) -> list[Block]:
        """Buildings whose middle is within so many metres."""
        return [self.blocks[i] for i in self._block_tree.query_ball_point(at[:2], within_m)]

    def crossings_near(self, at: Ring, within_m: float) -> list[Crossing]:
        """Crossings within so many metres."""
        return [self.crossings[i] for i in self._crossing_tree.query_ball_point(at[:2], within_m)]

    def streets_near(self, at: Ring, within_m: float) -> list[Street]:
        """Streets that come within so many metres, the narrowest first."""
        found = np.unique(self._street_of[self._street_tree.query_ball_point(at[:2], within_m)])
        return sorted((self.streets[i] for i in found.tolist()), key=lambda street: street.wide)

    def _metres(self, line: tuple[tuple[float, float], ...]) -> Ring:
        metres: Ring = (np.array(line) - self._origin) * (self._east, self._north)
        return metres


def _anticlockwise(ring: Ring) -> Ring:
    x, y = ring[:, 0], ring[:, 1]
    turn = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    return ring if turn >= 0 else ring[::-1]


def _centres(rings: list[Ring]) -> Ring:
    return np.array([ring.mean(axis=0) for ring in rings]).reshape(-1, 2)


def _dense(line: Ring) -> list[tuple[float, float]]:
    """A line's points, not more than 25 m apart."""
    spots: list[tuple[float, float]] = [(float(line[0][0]), float(line[0][1]))]
    for (x0, y0), (x1, y1) in itertools.pairwise(line.tolist()):
        pieces = max(1, math.ceil(math.dist((x0, y0), (x1, y1)) / 25))
        spots += [(x0 + (x1 - x0) * i / pieces, y0 + (y1 - y0) * i / pieces) for i in range(1, pieces + 1)]
    return spots


def _crossings(streets: list[Street]) -> list[Crossing]:
    arms: dict[tuple[float, float], list[tuple[float, float]]] = {}
    for street in streets:
        spots = [(round(x, 2), round(y, 2)) for x, y in street.line.tolist()]
        for here, there in itertools.pairwise(spots):
            angle = math.atan2(there[1] - here[1], there[0] - here[0])
            arms.setdefault(here, []).append((angle, street.wide))
            arms.setdefault(there, []).append((angle + math.pi, street.wide))
    return [Crossing(at, tuple(sorted(found))) for at, found in arms.items() if len(found) >= 3]
