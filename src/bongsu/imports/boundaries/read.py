"""Read the districts of a city: every feature becomes a Boundary, repaired where its outline crosses itself, or is
kept out for a stated reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from bongsu.core.asset import Boundary, Line
from bongsu.core.clock import Monotonic, monotonic
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.core.quality import Quality, Quarantined, Repair
from bongsu.imports.boundaries import geojson, shapefile, topojson
from bongsu.imports.boundaries.feature import Feature, Ring, Source, shape_of
from bongsu.imports.boundaries.projection import Grid, grid_of, to_degrees

MAX_BYTES = 512 * 1024 * 1024
NAMES = ("name", "SIG_KOR_NM", "EMD_KOR_NM", "LI_KOR_NM", "CTP_KOR_NM", "SIGUNGU_NM", "ADM_NM", "adm_nm", "A2", "NAME")
NAMES_EN = ("name_eng", "name_en", "SIG_ENG_NM", "EMD_ENG_NM", "CTP_ENG_NM", "NAME_ENG")
CODES = ("code", "SIG_CD", "EMD_CD", "LI_CD", "CTPRVN_CD", "SIGUNGU_CD", "ADM_CD", "adm_cd", "adm_cd2", "BJCD", "A1")
LEVELS = {2: "province", 4: "municipality", 5: "municipality", 7: "submunicipality", 8: "submunicipality"}
"""By the length of the code (KOSTAT and the Ministry of the Interior agree so far); ten digits end in zeros."""
MADE_VALID, NO_SURFACE = "made_valid", "no_surface"
SHP_MAGIC = b"\x00\x00\x27\x0a"

Result = tuple[tuple[Boundary, ...], Quality]


def read(path: Path, *, level: str = "", within: str = "", clock: Monotonic = monotonic) -> Result:
    """Read a GeoJSON, TopoJSON or shapefile into boundaries in degrees and a report on every feature.

    `level` is given to all (else from the code's length); with `within` only features of that name or whose code
    begins so. Raises Invalid: "import.missing", "import.too_large", "boundary.…".
    """
    began = clock()
    source = _take_apart(path)
    grid = grid_of(source.crs) if source.crs else None
    features = [feature for feature in source.features if _is_within(feature, within)]
    taken, repairs, quarantined = _judged(features, grid, level)
    if not taken:
        raise Invalid("boundary.no_polygon")
    crs = (source.crs.split('"')[1:2] or [source.crs])[0] if source.crs else "not declared, read as WGS 84 degrees"
    return taken, Quality(
        source=path.name,
        format=f"boundaries/{source.format}",
        rows=len(features),
        imported=len(taken),
        repairs=repairs,
        quarantined=quarantined,
        notes=(f"coordinate system {crs}", *_level_notes(taken)),
        seconds=round(clock() - began, 3),
    )


def _take_apart(path: Path) -> Source:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise Invalid("import.too_large", path=str(path), bytes=size, limit=MAX_BYTES)
        data = path.read_bytes()
    except OSError as problem:
        raise Invalid("import.missing", path=str(path), detail=problem.strerror or "") from problem
    if data.startswith(SHP_MAGIC) or path.suffix.lower() == ".shp":
        return shapefile.take_apart(path, data)
    tree = geojson.parse(data)
    return topojson.take_apart(tree) if tree.get("type") == "Topology" else geojson.take_apart(tree)


def _judged(
    features: list[Feature], grid: Grid | None, level: str
) -> tuple[tuple[Boundary, ...], tuple[Repair, ...], tuple[Quarantined, ...]]:
    taken, repairs, quarantined = [], [], []
    for row, feature in enumerate(features, start=1):
        polygons = [[_degrees(ring, grid) for ring in rings] for rings in feature.polygons]
        _check_degrees(polygons)
        came = shape_of(polygons)
        sound = _sound(came)
        name = _first(feature, NAMES) or f"#{row}"
        if sound.is_empty:
            quarantined.append(Quarantined(row=row, reason=NO_SURFACE, value=name))
            continue
        if not came.is_valid:
            repairs.append(_repair(row, name, came, sound))
        taken.append(_boundary(feature, name, sound, level))
    return tuple(taken), tuple(repairs), tuple(quarantined)


def _sound(came: BaseGeometry) -> BaseGeometry:
    """The surface made valid; lines and points that fall off are no surface."""
    if came.is_valid:
        return came
    try:
        parts = [part for part in shapely.get_parts(shapely.make_valid(came)) if part.area > 0]
    except shapely.errors.GEOSException:  # an outline so broken that nothing of it can be kept
        return shapely.MultiPolygon()
    flat = [inner for part in parts for inner in shapely.get_parts(part) if inner.geom_type == "Polygon"]
    return shapely.MultiPolygon(flat)


def _repair(row: int, name: str, came: BaseGeometry, sound: BaseGeometry) -> Repair:
    before, after = _km2(came), _km2(sound)
    share = (after - before) / before if before else 0.0
    inside = shapely.point_on_surface(sound)
    return Repair(
        row=row,
        how=MADE_VALID,
        before=f"{name}: {shapely.is_valid_reason(came)}, {before:.3f} km²",
        after=f"{after:.3f} km² ({share:+.4%})",
        where=Point(inside.x, inside.y),
    )


def _boundary(feature: Feature, name: str, shape: BaseGeometry, level: str) -> Boundary:
    code = _first(feature, CODES)
    return Boundary(
        code=code,
        name=name,
        name_en=_first(feature, NAMES_EN),
        level=level or LEVELS.get(len(code.rstrip("0") if len(code) == 10 else code), ""),
        polygons=tuple(tuple(_lines(part)) for part in shapely.get_parts(shape)),
    )


def _lines(polygon: shapely.Polygon) -> Iterator[Line]:
    for ring in (polygon.exterior, *polygon.interiors):
        yield tuple((x, y) for x, y in shapely.get_coordinates(ring).tolist())


def _degrees(ring: Ring, grid: Grid | None) -> Ring:
    return ring if grid is None or not len(ring) else to_degrees(ring, grid)


def _check_degrees(polygons: list[list[Ring]]) -> None:
    for ring in (ring for rings in polygons for ring in rings):
        wrong = np.flatnonzero(~(np.abs(ring) <= (180.0, 90.0)).all(axis=1))
        if len(wrong):
            raise Invalid("boundary.not_degrees", value=", ".join(map(str, ring[wrong[0]].tolist())))


def _km2(shape: BaseGeometry) -> float:
    middle = np.radians(shapely.get_coordinates(shape)[:, 1].mean()) if not shape.is_empty else 0.0
    return float(shape.area * 111.195**2 * np.cos(middle))


def _first(feature: Feature, names: tuple[str, ...]) -> str:
    return next((feature.properties[name] for name in names if feature.properties.get(name)), "")


def _is_within(feature: Feature, within: str) -> bool:
    return not within or _first(feature, NAMES) == within or _first(feature, CODES).startswith(within)


def _level_notes(taken: list[Boundary] | tuple[Boundary, ...]) -> Iterator[str]:
    for level in dict.fromkeys(boundary.level for boundary in taken):
        count = sum(boundary.level == level for boundary in taken)
        yield f"{level or 'no level'} {count}"
