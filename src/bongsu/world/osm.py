"""The world's own small reader of OpenStreetMap files, so that a misread map is not mirrored from the importer."""

from __future__ import annotations

from pathlib import Path

import osmium

from bongsu.core.asset import Area, Building, Ground, Line, Road
from bongsu.core.errors import Invalid

__all__ = ["Ground", "read"]

_NO_ROADS = frozenset({"proposed", "construction", "corridor", "elevator", "platform", "bus_stop"})
_WATER = frozenset({"water"})


def read(path: Path) -> Ground:
    """Read roads, buildings, water and parks (closed ways only) from a .osm.pbf.

    Raises Invalid("scene.unreadable") naming the file.
    """
    roads: list[Road] = []
    buildings: list[Building] = []
    areas: list[Area] = []
    try:
        for way in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations():
            if isinstance(way, osmium.osm.Way):
                _take(way, roads, buildings, areas)
    except (RuntimeError, OSError) as problem:
        raise Invalid("scene.unreadable", path=str(path), detail=str(problem)) from problem
    return Ground(roads=tuple(roads), buildings=tuple(buildings), areas=tuple(areas))


def _take(way: osmium.osm.Way, roads: list[Road], buildings: list[Building], areas: list[Area]) -> None:
    tags = {tag.k: tag.v for tag in way.tags}
    line: Line = tuple((node.lon, node.lat) for node in way.nodes if node.location.valid())
    if len(line) < 2:
        return
    if "highway" in tags:
        if tags["highway"] not in _NO_ROADS and tags.get("area") != "yes":
            roads.append(_road(way.id, tags, line))
        return
    if len(line) < 4 or line[0] != line[-1]:
        return
    if "building" in tags:
        buildings.append(Building(id=way.id, ring=line, name=tags.get("name", ""), height_m=_height(tags)))
    elif tags.get("natural") in _WATER or tags.get("waterway") == "riverbank":
        areas.append(Area(id=way.id, kind="water", ring=line, name=tags.get("name", "")))
    elif tags.get("leisure") in ("park", "garden") or tags.get("landuse") in ("grass", "forest"):
        areas.append(Area(id=way.id, kind="park", ring=line, name=tags.get("name", "")))


def _road(way_id: int, tags: dict[str, str], line: Line) -> Road:
    oneway = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}.get(tags.get("oneway", ""), 0)
    if oneway == 0 and tags.get("junction") == "roundabout":
        oneway = 1
    return Road(
        id=way_id,
        line=line,
        road_class=tags["highway"],
        name=tags.get("name", ""),
        name_en=tags.get("name:en", ""),
        lanes=_whole(tags.get("lanes", "")),
        oneway=oneway,
    )


def _height(tags: dict[str, str]) -> float | None:
    height = _number(tags.get("height", "").removesuffix("m").strip())
    if height is not None:
        return height
    levels = _number(tags.get("building:levels", ""))
    return None if levels is None else max(1.0, levels) * 3.0


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number < 1000 else None


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < int(text) < 20 else None
