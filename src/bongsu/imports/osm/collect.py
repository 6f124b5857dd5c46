"""What has been taken from the map so far, and which of the features that counted came out broken.

A row of the report is one feature of one object: a road, a building, an area, a place.
"""

from __future__ import annotations

import osmium
import shapely
from osmium.osm.types import OSMEntity

from bongsu.core.asset import Area, Building, Ground, Line, Place, Road
from bongsu.core.geo import Point
from bongsu.core.quality import Quarantined, Repair
from bongsu.imports.osm import tags as read_tags
from bongsu.imports.osm import turns
from bongsu.imports.osm.shapes import line_of, trace, without_holes

MISSING_NODES, BROKEN_RING, BROKEN_TURN = "missing_nodes", "broken_ring", "broken_turn"
Key = tuple[str, int]
"""An object of the map: "w" or "r" and its OSM id."""


class Collected:
    """Roads, buildings, areas and places in the order they came, and the rows they came from."""

    def __init__(self) -> None:
        self.rows = 0
        self.repairs: list[Repair] = []
        self._roads: list[Road] = []
        self._road_of: dict[int, Road] = {}
        self._buildings: list[Building] = []
        self._areas: list[Area] = []
        self._places: list[Place] = []
        self._broken: list[Quarantined] = []
        self._awaited: dict[Key, list[int]] = {}
        self._restrictions: list[tuple[int, turns.Told]] = []
        self.conditional = 0
        self.mixed_names = 0

    def take(self, thing: OSMEntity) -> None:
        """Take what counts from one object of the map."""
        tags = {tag.k: tag.v for tag in thing.tags}
        match thing:
            case osmium.osm.Node():
                self._take_node(thing, tags)
            case osmium.osm.Way():
                self._take_road(thing, tags)
                self._await_area(("w", thing.id), tags, thing.is_closed())
            case osmium.osm.Relation() if tags.get("type") == "multipolygon":
                self._await_area(("r", thing.id), tags, True)
            case osmium.osm.Relation() if turns.is_restriction(tags):
                self._take_restriction(thing, tags)
            case osmium.osm.Area():
                self._take_area(thing, tags)

    def ground(self) -> Ground:
        """Everything taken."""
        return Ground(
            roads=tuple(self._roads),
            buildings=tuple(self._buildings),
            areas=tuple(self._areas),
            places=tuple(self._places),
            turn_rules=tuple(rule for _, told in self._restrictions for rule in turns.rules_of(told, self._by_id())),
        )

    def quarantined(self) -> tuple[Quarantined, ...]:
        """The rows that came to nothing, in order; an area that never closed is found only at the end."""
        never = [
            Quarantined(row=row, reason=BROKEN_RING, value=f"{'way' if key[0] == 'w' else 'relation'} {key[1]}")
            for key, rows in self._awaited.items()
            for row in rows
        ]
        loose = [
            Quarantined(row=row, reason=BROKEN_TURN, value=f"relation {told.id} {told.tags.get('restriction', '')}")
            for row, told in self._restrictions
            if not any(turns.rules_of(told, self._by_id()))
        ]
        return tuple(sorted(self._broken + never + loose, key=lambda item: item.row))

    def _by_id(self) -> dict[int, Road]:
        if len(self._road_of) != len(self._roads):
            self._road_of = {road.id: road for road in self._roads}
        return self._road_of

    def _take_restriction(self, relation: osmium.osm.Relation, tags: dict[str, str]) -> None:
        if turns.is_conditional(tags):
            self.conditional += 1
            return
        self.rows += 1
        members = tuple((member.type, member.ref, member.role) for member in relation.members)
        self._restrictions.append((self.rows, turns.Told(relation.id, tags, members)))

    def _names(self, tags: dict[str, str]) -> tuple[str, str]:
        self.mixed_names += read_tags.is_mixed(tags)
        return read_tags.names(tags)

    def _take_node(self, node: osmium.osm.Node, tags: dict[str, str]) -> None:
        kind = read_tags.place_kind(tags)
        if not kind or not node.location.valid():
            return
        self.rows += 1
        name, name_en = self._names(tags)
        where = Point(node.location.lon, node.location.lat)
        self._places.append(Place(id=node.id, kind=kind, where=where, name=name, name_en=name_en))

    def _take_road(self, way: osmium.osm.Way, tags: dict[str, str]) -> None:
        road_class = read_tags.road_class(tags)
        if not road_class:
            return
        self.rows += 1
        traced = trace(way.nodes)
        if len(traced.line) < 2:
            self._broken.append(Quarantined(row=self.rows, reason=MISSING_NODES, value=f"way {way.id}"))
            return
        if traced.missing:
            self.repairs.append(Repair(row=self.rows, how=MISSING_NODES))
        name, name_en = self._names(tags)
        self._roads.append(
            Road(
                id=way.id,
                line=traced.line,
                road_class=road_class,
                name=name,
                name_en=name_en,
                lanes=read_tags.lanes(tags),
                oneway=read_tags.oneway(tags),
                width_m=read_tags.width_m(tags),
                nodes=traced.ids,
            )
        )

    def _await_area(self, key: Key, tags: dict[str, str], closed: bool) -> None:
        wanted = (read_tags.is_building(tags), bool(read_tags.area_kind(tags)), bool(read_tags.place_kind(tags)))
        if not any(wanted) or (not closed and wanted == (False, False, True)):
            return
        self._awaited[key] = list(range(self.rows + 1, self.rows + 1 + sum(wanted)))
        self.rows += sum(wanted)

    def _take_area(self, area: osmium.osm.Area, tags: dict[str, str]) -> None:
        key = ("w" if area.from_way() else "r", area.orig_id())
        rings = [
            (line_of(outer), [line_of(inner) for inner in area.inner_rings(outer)]) for outer in area.outer_rings()
        ]
        rings = [(outer, inner) for outer, inner in rings if len(outer) >= 4]
        if not rings or self._awaited.pop(key, None) is None:
            return
        own_id = area.orig_id() if area.from_way() else -area.orig_id()
        self._add_area(own_id, tags, rings)

    def _add_area(self, own_id: int, tags: dict[str, str], rings: list[tuple[Line, list[Line]]]) -> None:
        name, name_en = self._names(tags)
        if read_tags.is_building(tags):
            height = read_tags.height_m(tags)
            self._buildings += [Building(id=own_id, ring=outer, name=name, height_m=height) for outer, _ in rings]
        if kind := read_tags.area_kind(tags):
            self._areas += [
                Area(id=own_id, kind=kind, ring=ring, name=name, name_en=name_en)
                for outer, inner in rings
                for ring in without_holes(outer, inner)
            ]
        if kind := read_tags.place_kind(tags):
            inside = shapely.point_on_surface(shapely.make_valid(shapely.Polygon(max(rings, key=_extent)[0])))
            where = Point(inside.x, inside.y)
            self._places.append(Place(id=own_id, kind=kind, where=where, name=name, name_en=name_en))


def _extent(ring: tuple[Line, list[Line]]) -> float:
    return float(shapely.Polygon(ring[0]).area)
