"""Shapefiles: polygons of a .shp with the .dbf and .prj beside it (ESRI Shapefile Technical Description, July 1998)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from bongsu.core.errors import Invalid
from bongsu.imports.boundaries.dbf import read_rows
from bongsu.imports.boundaries.feature import RING_POINTS, Feature, Ring, Source

HEADER, RECORD_HEADER = 100, 8
MAGIC = 9994
POLYGONS, NOTHING = (5, 15, 25), 0
"""Polygon, PolygonZ, PolygonM; and the null shape."""


def take_apart(path: Path, data: bytes) -> Source:
    """The polygons of a shapefile with what its table says of each.

    Raises Invalid("boundary.beside") when the .dbf or .prj is missing, ("boundary.broken_shp") with the byte,
    ("boundary.not_polygons"), ("boundary.broken_dbf").
    """
    table, projection = _beside(path, ".dbf"), _beside(path, ".prj")
    code_page = path.with_suffix(".cpg")
    encoding = _encoding(code_page.read_text("ascii", "replace") if code_page.exists() else "")
    rows = read_rows(table.read_bytes(), encoding)
    shapes = list(_shapes(data))
    if len(rows) != len(shapes):
        raise Invalid("boundary.broken_dbf", detail=f"{len(rows)} records, {len(shapes)} shapes")
    features = [Feature(row, polygons) for row, polygons in zip(rows, shapes, strict=True)]
    return Source("shapefile", features, projection.read_text("utf-8", "replace"))


def _beside(path: Path, suffix: str) -> Path:
    for name in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if name.exists():
            return name
    raise Invalid("boundary.beside", path=path.name, suffix=suffix)


def _encoding(named: str) -> str:
    word = named.strip().lower().replace("-", "")
    return "utf-8" if word in ("utf8", "65001") else "cp949"


def _shapes(data: bytes) -> Iterator[list[list[Ring]]]:
    if len(data) < HEADER or struct.unpack_from(">i", data)[0] != MAGIC:
        raise Invalid("boundary.broken_shp", byte=0)
    at = HEADER
    while at + RECORD_HEADER <= len(data):
        length = 2 * struct.unpack_from(">i", data, at + 4)[0]
        start, at = at + RECORD_HEADER, at + RECORD_HEADER + length
        if length < 4 or at > len(data):
            raise Invalid("boundary.broken_shp", byte=start)
        kind = struct.unpack_from("<i", data, start)[0]
        if kind not in (*POLYGONS, NOTHING):
            raise Invalid("boundary.not_polygons", kind=kind)
        yield _polygons(data[start:at], start) if kind else []


def _polygons(record: bytes, byte: int) -> list[list[Ring]]:
    try:
        parts, points = struct.unpack_from("<ii", record, 36)
        starts = np.frombuffer(record, "<i4", parts, 44)
        xy = np.frombuffer(record, "<f8", 2 * points, 44 + 4 * parts).reshape(-1, 2)
        rings = np.split(xy, starts[1:])
    except (struct.error, ValueError) as problem:
        raise Invalid("boundary.broken_shp", byte=byte) from problem
    if not np.isfinite(xy).all():
        raise Invalid("boundary.broken_shp", byte=byte)
    return _grouped([ring for ring in rings if len(ring) >= RING_POINTS])


def _grouped(rings: list[Ring]) -> list[list[Ring]]:
    """Outer rings run clockwise, holes against it; a hole belongs to the outer ring around its first point."""
    outer = [[ring] for ring in rings if not shapely.LinearRing(ring).is_ccw]
    holes = [ring for ring in rings if shapely.LinearRing(ring).is_ccw]
    if not outer:
        return [[ring] for ring in holes]
    shapes = [shapely.Polygon(group[0]) for group in outer]
    for hole in holes:
        around = [at for at, shape in enumerate(shapes) if shapely.intersects_xy(shape, hole[0, 0], hole[0, 1])]
        if around:
            outer[min(around, key=lambda at: shapes[at].area)].append(hole)
    return outer
