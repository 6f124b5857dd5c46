"""OSM as XML (.osm), also as Overpass exports it ("out geom"), streamed into PBF: there is one way to read maps.

osmium refuses Overpass exports ("No element inside <member>"): they carry the geometry of ways and relations a second
time, as <nd> inside <member> and as lat and lon on <nd>. The first is left out; the second stands in for nodes that
the export itself left out. A file with a document type is refused: nothing of OSM has one, and entities can be bombs.
"""

from __future__ import annotations

import xml.parsers.expat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import osmium
from osmium.osm.mutable import Node, Relation, Way

from bongsu.core.errors import Invalid

CHUNK = 256 * 1024
MEMBER_KINDS = {"node": "n", "way": "w", "relation": "r"}
DEEPEST = 12
"""An element of OSM stands four deep at most."""


def looks_like_xml(head: bytes) -> bool:
    """Tell whether a file that begins so is XML."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def to_pbf(path: Path, target: Path) -> None:
    """Write the objects of a .osm file as PBF, in the order they come.

    Raises Invalid: "osm.not_osm" with the root's name, "osm.entities", "osm.broken_xml" with line and column.
    """
    with osmium.SimpleWriter(str(target)) as writer, path.open("rb") as file:
        reading = _Reading(writer)
        try:
            while chunk := file.read(CHUNK):
                reading.parser.Parse(chunk, False)
            reading.parser.Parse(b"", True)
        except xml.parsers.expat.ExpatError as problem:
            detail = xml.parsers.expat.ErrorString(problem.code)
            raise Invalid("osm.broken_xml", line=problem.lineno, column=problem.offset, detail=detail) from problem
        except (KeyError, ValueError, RuntimeError, OverflowError) as problem:
            line, column = reading.parser.CurrentLineNumber, reading.parser.CurrentColumnNumber
            raise Invalid("osm.broken_xml", line=line, column=column, detail=str(problem)) from problem


class _Reading:
    """One pass over a file: the object being read, and which nodes were seen."""

    def __init__(self, writer: Any) -> None:
        self.parser = xml.parsers.expat.ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _refuse
        self._writer = writer
        self._depth = 0
        self._seen: set[int] = set()
        self._kind = ""
        self._about: Mapping[str, str] = {}
        self._tags: dict[str, str] = {}
        self._nodes: list[int] = []
        self._members: list[tuple[str, int, str]] = []

    def _begin(self, name: str, about: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name != "osm":
            raise Invalid("osm.not_osm", root=name)
        if self._depth > DEEPEST:
            raise ValueError(f"<{name}> {self._depth} deep")
        if self._depth == 2 and name in MEMBER_KINDS:
            self._kind, self._about, self._tags, self._nodes, self._members = name, about, {}, [], []
        elif self._depth == 3 and self._kind:
            self._inside(name, about)

    def _inside(self, name: str, about: dict[str, str]) -> None:
        match name:
            case "tag":
                self._tags[about["k"]] = about["v"]
            case "nd" if self._kind == "way":
                self._nodes.append(int(about["ref"]))
                self._stand_in(about)
            case "member" if about["type"] in MEMBER_KINDS:
                self._members.append((MEMBER_KINDS[about["type"]], int(about["ref"]), about.get("role", "")))

    def _stand_in(self, about: dict[str, str]) -> None:
        """A node the export left out, where its way says."""
        node = int(about["ref"])
        if node not in self._seen and "lat" in about:
            self._seen.add(node)
            self._writer.add_node(Node(id=node, location=(float(about["lon"]), float(about["lat"]))))

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._depth != 1 or name != self._kind:
            return
        self._kind = ""
        if self._about.get("action") != "delete" and self._about.get("visible") != "false":
            self._write(name, int(self._about["id"]))

    def _write(self, name: str, own_id: int) -> None:
        match name:
            case "node":
                self._seen.add(own_id)
                location = (float(self._about["lon"]), float(self._about["lat"]))
                self._writer.add_node(Node(id=own_id, location=location, tags=self._tags))
            case "way":
                self._writer.add_way(Way(id=own_id, nodes=self._nodes, tags=self._tags))
            case _:
                self._writer.add_relation(Relation(id=own_id, members=self._members, tags=self._tags))


def _refuse(*_: object) -> None:
    raise Invalid("osm.entities")
