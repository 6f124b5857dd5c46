"""Small OSM extracts written to disk for a test."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import osmium
from osmium.osm.mutable import Node, Relation, Way

LON, LAT = 127.1, 37.51
Square = tuple[float, float, float]
"""A square's south-west corner and side, in thousandths of a degree from (127.1, 37.51)."""


class Sketch:
    """Nodes, ways and relations in thousandths of a degree; ids count up from 1."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.ways: list[Way] = []
        self.relations: list[Relation] = []

    def node(self, x: float, y: float, **tags: str) -> int:
        number = len(self.nodes) + 1
        self.nodes.append(Node(id=number, location=(LON + x / 1000, LAT + y / 1000), tags=_tags(tags)))
        return number

    def way(self, points: Iterable[tuple[float, float]], *, closed: bool = False, **tags: str) -> int:
        nodes = [self.node(x, y) for x, y in points]
        return self.way_of(nodes + nodes[:1] if closed else nodes, **tags)

    def way_of(self, nodes: list[int], **tags: str) -> int:
        self.ways.append(Way(id=len(self.ways) + 1, nodes=nodes, tags=_tags(tags)))
        return len(self.ways)

    def square(self, x: float, y: float, side: float, **tags: str) -> int:
        corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
        return self.way(corners, closed=True, **tags)

    def multipolygon(self, outer: list[int], inner: list[int], **tags: str) -> int:
        members = [("w", way, "outer") for way in outer] + [("w", way, "inner") for way in inner]
        number = len(self.relations) + 1
        self.relations.append(Relation(id=number, members=members, tags={"type": "multipolygon"} | _tags(tags)))
        return number

    def restriction(self, members: list[tuple[str, int, str]], **tags: str) -> int:
        number = len(self.relations) + 1
        about = {"type": "restriction"} | _tags(tags)
        self.relations.append(Relation(id=number, members=members, tags=about))
        return number

    def write_xml(self, path: Path, *, leave_out: Iterable[int] = (), extra: str = "") -> Path:
        """As Overpass exports it with "out geom": coordinates on <nd>, geometry inside <member>."""
        place = {node.id: node.location for node in self.nodes}
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', extra, '<osm version="0.6"><note>a note</note>']
        for node in self.nodes:
            if node.id not in leave_out:
                lon, lat = node.location
                lines.append(f'<node id="{node.id}" lat="{lat:.7f}" lon="{lon:.7f}">{_xml_tags(node.tags)}</node>')
        for way in self.ways:
            lines.append(f'<way id="{way.id}"><bounds minlat="1" minlon="1" maxlat="2" maxlon="2"/>')
            lines += [f'<nd ref="{ref}" {_xml_at(place.get(ref))}/>' for ref in way.nodes]
            lines.append(f"{_xml_tags(way.tags)}</way>")
        for relation in self.relations:
            lines.append(f'<relation id="{relation.id}">')
            for kind, ref, role in relation.members:
                name = {"n": "node", "w": "way", "r": "relation"}[kind]
                inside = '<nd lat="37.5" lon="127.1"/>' if kind == "w" else ""
                lines.append(f'<member type="{name}" ref="{ref}" role="{role}">{inside}</member>')
            lines.append(f"{_xml_tags(relation.tags)}</relation>")
        path.write_text("\n".join([*lines, "</osm>"]), "utf-8")
        return path

    def write(self, path: Path, *, in_order: bool = True) -> Path:
        with osmium.SimpleWriter(str(path)) as writer:
            for node in self.nodes:
                writer.add_node(node)
            for way in self.ways if in_order else reversed(self.ways):
                writer.add_way(way)
            for relation in self.relations:
                writer.add_relation(relation)
        return path


def _xml_tags(tags: dict[str, str] | None) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in (tags or {}).items())


def _xml_at(location: tuple[float, float] | None) -> str:
    return f'lat="{location[1]:.7f}" lon="{location[0]:.7f}"' if location else ""


def _tags(tags: dict[str, str]) -> dict[str, str]:
    """`name__en` → `name:en`."""
    return {key.replace("__", ":"): value for key, value in tags.items()}


def a_sketch() -> Sketch:
    """A street, a one-way alley, two buildings, a lake with an island, a park and a suburb."""
    sketch = Sketch()
    sketch.way([(0, 0), (5, 0), (9, 1)], highway="primary", name="올림픽로", name__en="Olympic-ro", lanes="4")
    sketch.way([(0, 2), (0, 6)], highway="service", oneway="-1")
    sketch.square(1, 1, 0.4, building="yes", height="12.5 m", name="신관")
    sketch.square(2, 1, 0.4, building="apartments", building__levels="5")
    shore = sketch.square(10, 10, 8)
    island = sketch.square(13, 13, 2)
    sketch.multipolygon([shore], [island], natural="water", name="석촌호수", name__en="Seokchon Lake")
    sketch.square(4, 4, 2, leisure="park", name="놀이공원")
    sketch.node(3, 3, place="suburb", name="잠실동", name__en="Jamsil-dong")
    return sketch
