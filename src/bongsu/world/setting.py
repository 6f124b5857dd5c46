"""Where a scenario plays: a scene with its street network and its people, and what places in it are called."""

from __future__ import annotations

import difflib
import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.world import homes, streets
from bongsu.world.homes import Homes
from bongsu.world.scene import Scene
from bongsu.world.streets import Ints, Streets

PEOPLE = 100_000
"""People of a district."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """A scene, its streets and its people."""

    scene: Scene
    streets: Streets
    homes: Homes

    def point(self, xy: Floats) -> Point:
        """The place of a spot in metres, to a centimetre."""
        point = self.scene.plane.to_point(float(xy[0]), float(xy[1]))
        return Point(round(point.lon, 7), round(point.lat, 7))

    def address(self, junction: int) -> str:
        """What people call a place: the streets that meet there."""
        names = [self.scene.roads[self.streets.road[arc]].name for arc in self._arcs(junction)]
        known = list(dict.fromkeys(name for name in names if name))
        return f"{known[0]}·{known[1]} 교차점" if len(known) > 1 else f"{known[0]} 인근" if known else ""

    def junctions_of(self, name: str, line: int) -> Ints:
        """The junctions of a street by its Korean or English name; raise Invalid("scenario.word") for another."""
        roads = [row for row, road in enumerate(self.scene.roads) if name in (road.name, road.name_en)]
        found = np.unique(self.streets.tail[np.isin(self.streets.road, roads)])
        if not len(found):
            known = {name for road in self.scene.roads for name in (road.name, road.name_en) if name}
            near = difflib.get_close_matches(name, sorted(known), n=1)
            raise Invalid("scenario.word", line=line, word=name, suggestion=near[0] if near else "")
        return np.asarray(found, dtype=np.int64)

    def costs(self, start: int, most_m: float) -> tuple[Floats, NDArray[np.int32]]:
        """Metres by road from a junction to every other (infinite beyond `most_m`), and the one before on the way."""
        metres, before = dijkstra(self._metres, indices=start, return_predecessors=True, limit=most_m)
        return metres, before

    def quickest(self, start: int) -> tuple[Floats, NDArray[np.int32]]:
        """Seconds on a free road from a junction to every other, and the one before on the way."""
        seconds, before = dijkstra(self._seconds, indices=start, return_predecessors=True)
        return seconds, before

    @cached_property
    def _seconds(self) -> csr_array:
        return self.streets.seconds()

    @cached_property
    def _metres(self) -> csr_array:
        many, net = len(self.streets.xy), self.streets
        return csr_array((net.length, (net.tail, net.head)), shape=(many, many))

    @cached_property
    def importance(self) -> NDArray[np.int64]:
        """The best row of `day.CLASSES` that meets at each junction."""
        best = np.full(len(self.streets.xy), 9, np.int64)
        np.minimum.at(best, self.streets.tail, self.streets.cls)
        return best

    def way(self, start: int, end: int, before: NDArray[np.int32]) -> Ints:
        """The arcs from one junction to another, by the predecessors `costs` gave for the start."""
        spots = [end]
        while spots[-1] != start:
            spots.append(int(before[spots[-1]]))
        arcs = [self._arc(a, b) for b, a in itertools.pairwise(spots)]
        return np.array(arcs[::-1], dtype=np.int64)

    def _arc(self, tail: int, head: int) -> int:
        return next(arc for arc in self._arcs(tail) if self.streets.head[arc] == head)

    def _arcs(self, junction: int) -> range:
        return range(int(self.streets.first[junction]), int(self.streets.first[junction + 1]))


def of_scene(scene: Scene, seed: int, people: int | None = None) -> Setting:
    """The setting of a scene: by default a hundred thousand people live in each of its districts."""
    net = streets.of_roads(scene.roads, scene.plane)
    many = PEOPLE * max(1, len(scene.districts)) if people is None else people
    return Setting(scene, net, homes.settle(scene, net, many, seed))
