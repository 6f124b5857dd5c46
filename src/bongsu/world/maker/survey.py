"""The made city as an OpenStreetMap extract, with the tags its contributors would use."""

from __future__ import annotations

from array import array
from pathlib import Path
from types import TracebackType

import osmium
from osmium.osm import mutable

from bongsu.core.geo import Plane, Point
from bongsu.world.maker import names
from bongsu.world.maker.shapes import Spot
from bongsu.world.maker.sheet import Sheet
from bongsu.world.maker.streets import AVENUE, RANKS
from bongsu.world.maker.town import Town


class Survey:
    """A .osm.pbf in the making: nodes are written district by district, ways kept small until all nodes stand."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._writer = osmium.SimpleWriter(str(path))
        self._nodes = 0
        self._refs = array("q")
        self._ways: list[tuple[int, dict[str, str]]] = []
        self._sheet = Sheet(Plane(Point(0.0, 0.0)))
        self._known: dict[tuple[int, int], int] = {}

    def __enter__(self) -> Survey:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        start = 0
        for number, (end, tags) in enumerate(self._ways, start=1):
            refs = self._refs[start:end].tolist()
            self._writer.add_way(mutable.Way(id=number, nodes=refs, tags=tags, version=1))
            start = end
        self._writer.close()

    def add(self, town: Town, sheet: Sheet) -> None:
        """Draw one district; streets of one district that meet share a node."""
        self._sheet, self._known = sheet, {}
        for way in town.ways:
            self._way([self.at(p) for p in way.line], _road_tags(way.rank, way.name, way.bridge))
        for field in town.fields:
            tags = {"natural": "water", "water": "river"} if field.kind == "water" else {"leisure": "park"}
            self._way(self._ring(field.ring), tags | _named(field.name))
        for house in town.houses:
            self._way(self._ring(house.ring), {"building": house.kind, "height": f"{house.height_m:g}"})
        for mark in town.marks:
            self._node(mark.at, _MARK_TAGS[mark.kind] | _named(mark.name))

    def at(self, spot: Spot) -> int:
        """The node at a spot of the district drawn last."""
        key = (round(spot[0] * 20), round(spot[1] * 20))
        if key not in self._known:
            self._known[key] = self._node(spot, {})
        return self._known[key]

    def link(self, start: int, end: int, spots: list[Spot], sheet: Sheet, rank: int, name: names.Name) -> None:
        """A street between two nodes over some spots in between."""
        self._sheet = sheet
        self._way([start, *(self._node(spot, {}) for spot in spots), end], _road_tags(rank, name, False))

    def water(self, ring: list[Spot], sheet: Sheet, name: names.Name) -> None:
        """A piece of river between districts."""
        self._sheet, self._known = sheet, {}
        self._way(self._ring(ring), {"natural": "water", "water": "river"} | _named(name))

    def _way(self, refs: list[int], tags: dict[str, str]) -> None:
        self._refs.extend(refs)
        self._ways.append((len(self._refs), tags))

    def _ring(self, ring: list[Spot]) -> list[int]:
        refs = [self.at(p) for p in ring]
        return [*refs, refs[0]]

    def _node(self, spot: Spot, tags: dict[str, str]) -> int:
        self._nodes += 1
        point = self._sheet.to_point(*spot)
        self._writer.add_node(mutable.Node(id=self._nodes, location=(point.lon, point.lat), tags=tags, version=1))
        return self._nodes


_MARK_TAGS = {
    "neighbourhood": {"place": "neighbourhood"},
    "school": {"amenity": "school"},
    "station": {"railway": "station", "public_transport": "station"},
}


def _road_tags(rank: int, name: names.Name, bridge: bool) -> dict[str, str]:
    tags = {"highway": RANKS[rank].highway, "lanes": str(RANKS[rank].lanes)} | _named(name)
    if rank == AVENUE:
        tags["maxspeed"] = "60"
    return tags | {"bridge": "yes", "layer": "1"} if bridge else tags


def _named(name: names.Name) -> dict[str, str]:
    return {"name": name.ko, "name:en": name.en}
