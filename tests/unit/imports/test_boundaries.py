"""Districts come in from every usual format, are repaired where they cross themselves, or are refused by name."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bongsu.core.asset import Boundary
from bongsu.core.errors import Invalid
from bongsu.imports.boundaries import read
from bongsu.imports.boundaries.projection import KOREAN, Grid, grid_of, to_degrees
from bongsu.imports.cctv_standard import read_bytes
from bongsu.imports.table.limits import limits_of
from fakes.register import HEADER, a_row, line_of
from fakes.shapefile import PRJ_5186, write_shapefile

SQUARE = {"type": "Polygon", "coordinates": [[[127, 36], [128, 36], [128, 37], [127, 37], [127, 36]]]}
BOW = {"type": "Polygon", "coordinates": [[[127, 36], [128, 37], [128, 36], [127, 37], [127, 36]]]}


def write(tmp_path: Path, tree: object, name: str = "city.geojson") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(tree, ensure_ascii=False), "utf-8")
    return path


def a_feature(geometry: object, **properties: str) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def a_topology(**changed: Any) -> dict[str, Any]:
    """Two squares that share a border, as KOSTAT's files are: quantised, without a declared system."""
    return {
        "type": "Topology",
        "transform": {"scale": [0.001, 0.001], "translate": [127, 36]},
        "arcs": [[[1000, 0], [0, 1000]], [[1000, 1000], [-1000, 0], [0, -1000], [1000, 0]],
                 [[1000, 0], [1000, 0], [0, 1000], [-1000, 0]]],
        "objects": {"map": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "가구", "name_eng": "Ga-gu", "code": "11010"}},
            {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"name": "나구", "code": "11020"}},
        ]}},
    } | changed  # fmt: skip


def area_of(boundary: Boundary) -> float:
    return float(sum(shapely.Polygon(outer, holes).area for outer, *holes in boundary.polygons))


def test_features_keep_their_names_codes_and_level(tmp_path: Path) -> None:
    tree = {"type": "FeatureCollection", "features": [
        a_feature(SQUARE, name="가구", name_eng="Ga-gu", code="11010"),
        a_feature(SQUARE, SIG_KOR_NM="나구", SIG_CD="11020"),
    ]}  # fmt: skip
    found, quality = read(write(tmp_path, tree))
    assert [(b.code, b.name, b.name_en, b.level) for b in found] == [
        ("11010", "가구", "Ga-gu", "municipality"),
        ("11020", "나구", "", "municipality"),
    ]
    assert (quality.rows, quality.imported, quality.format) == (2, 2, "boundaries/GeoJSON")
    assert quality.notes[0] == "coordinate system not declared, read as WGS 84 degrees"


def test_of_many_districts_only_those_within_are_taken(tmp_path: Path) -> None:
    tree = {"type": "FeatureCollection", "features": [
        a_feature(SQUARE, name="가구", code="11010"), a_feature(SQUARE, name="나구", code="25010")]}  # fmt: skip
    path = write(tmp_path, tree)
    assert [b.name for b in read(path, within="25")[0]] == ["나구"]
    assert [b.name for b in read(path, within="가구", level="town")[0]] == ["가구"]


def test_an_outline_that_crosses_itself_is_repaired_and_the_change_of_area_said(tmp_path: Path) -> None:
    found, quality = read(write(tmp_path, a_feature(BOW, name="나비")))
    assert area_of(found[0]) == pytest.approx(0.5)
    (repair,) = quality.repairs
    assert (repair.how, repair.row) == ("made_valid", 1)
    assert "Self-intersection" in repair.before
    assert "km²" in repair.after
    assert repair.where is not None


def test_a_feature_without_a_surface_is_kept_out_and_the_counts_add_up(tmp_path: Path) -> None:
    tree = {"type": "FeatureCollection", "features": [a_feature(SQUARE, name="가"), a_feature(None, name="나")]}
    _, quality = read(write(tmp_path, tree))
    assert [(row.row, row.reason, row.value) for row in quality.quarantined] == [(2, "no_surface", "나")]
    assert quality.rows == quality.imported + len(quality.quarantined)


def test_shared_borders_of_a_topology_become_rings_of_both_neighbours(tmp_path: Path) -> None:
    found, quality = read(write(tmp_path, a_topology()))
    assert [(b.name, b.name_en) for b in found] == [("가구", "Ga-gu"), ("나구", "")]
    assert [area_of(b) for b in found] == pytest.approx([1.0, 1.0])
    assert found[0].polygons[0][0][0] == pytest.approx((128.0, 36.0))
    assert (quality.format, quality.repairs) == ("boundaries/TopoJSON", ())


def test_a_topology_that_misses_an_arc_is_refused_with_its_number(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read(write(tmp_path, a_topology(arcs=[[[0, 0], [1, 1]]])))
    assert (refused.value.code, refused.value.facts) == ("boundary.missing_arc", {"arc": 1, "arcs": 1})


def test_a_shapefile_in_korean_metres_becomes_degrees_with_korean_names(tmp_path: Path) -> None:
    ring = [(200_000, 500_000), (200_000, 510_000), (210_000, 510_000), (210_000, 500_000), (200_000, 500_000)]
    hole = [(204_000, 504_000), (206_000, 504_000), (206_000, 506_000), (204_000, 506_000), (204_000, 504_000)]
    path = write_shapefile(tmp_path / "시군구.shp", [[ring, hole]], [{"SIG_CD": "30170", "SIG_KOR_NM": "다온구"}])
    (found,), quality = read(path)
    assert (found.name, found.code, found.level) == ("다온구", "30170", "municipality")
    west, south, east, north = shapely.Polygon(found.polygons[0][0]).bounds
    assert (west, south) == pytest.approx((127.0, 37.0989), abs=1e-3)
    assert (east - west) * 111_195 * np.cos(np.radians(37.1)) == pytest.approx(10_000, rel=5e-3)
    assert len(found.polygons[0]) == 2, "the hole stays a hole"
    assert quality.notes[0] == "coordinate system Korea 2000 / Central Belt 2010"


@pytest.mark.parametrize("suffix", [".dbf", ".prj"])
def test_a_shapefile_that_came_alone_is_refused_by_what_is_missing(suffix: str, tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "a.shp", [[[(0, 0), (0, 1), (1, 1), (0, 0)]]], [{"name": "가"}])
    path.with_suffix(suffix).unlink()
    with pytest.raises(Invalid) as refused:
        read(path)
    assert (refused.value.code, refused.value.facts["suffix"]) == ("boundary.beside", suffix)


def test_a_shapefile_of_points_and_one_cut_short_are_refused(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "a.shp", [[[(0, 0), (0, 1), (1, 1), (0, 0)]]], [{"name": "가"}])
    data = bytearray(path.read_bytes())
    path.write_bytes(data[:-20])
    with pytest.raises(Invalid) as cut:
        read(path)
    assert cut.value.code == "boundary.broken_shp"
    struct.pack_into("<i", data, 108, 1)
    path.write_bytes(data)
    with pytest.raises(Invalid) as points:
        read(path)
    assert points.value.code == "boundary.not_polygons"


def test_the_projection_hits_the_published_point() -> None:
    """EPSG Guidance Note 7-2, 3.5.3.1: 50°30′ N 0°30′ E on the British grid is 577274.99 E, 69740.50 N."""
    british = Grid(
        meridian_deg=-2.0, origin_lat_deg=49.0, scale=0.9996012717, false_east_m=400_000.0,
        false_north_m=-100_000.0, axis_m=6_377_563.396, flattening=1 / 299.32496,
    )  # fmt: skip
    assert to_degrees(np.array([[577_274.99, 69_740.50]]), british)[0] == pytest.approx((0.5, 50.5), abs=2e-7)


@pytest.mark.parametrize("code", KOREAN)
def test_every_known_grid_has_its_origin_where_it_says(code: int) -> None:
    grid = KOREAN[code]
    origin = np.array([[grid.false_east_m, grid.false_north_m]])
    assert to_degrees(origin, grid)[0] == pytest.approx((grid.meridian_deg, grid.origin_lat_deg), abs=1e-9)


@given(st.floats(-2, 2), st.floats(33, 39))
def test_a_metre_on_the_grid_is_a_metre_on_the_ground(off_deg: float, lat: float) -> None:
    """Steps of 100 m around any place in Korea stay within the scale error of the grid, 0.1 %."""
    grid = KOREAN[5179]
    east = 1_000_000 + off_deg * 111_195 * np.cos(np.radians(lat))
    north = 2_000_000 + (lat - 38) * 111_195
    spots = to_degrees(np.array([[east, north], [east + 100, north], [east, north + 100]]), grid)
    metres = (spots[1:] - spots[0]) * (111_195 * np.cos(np.radians(spots[0, 1])), 111_195)
    assert np.hypot(*metres.T) == pytest.approx([100, 100], rel=6e-3)


@pytest.mark.parametrize("crs, is_degrees", [("EPSG:4326", True), ("urn:ogc:def:crs:OGC:1.3:CRS84", True),
    ("urn:ogc:def:crs:EPSG::5179", False), (PRJ_5186, False)])  # fmt: skip
def test_a_coordinate_system_is_known_by_name_or_text(crs: str, is_degrees: bool) -> None:
    assert (grid_of(crs) is None) == is_degrees


@pytest.mark.parametrize("crs", ["EPSG:5174", "EPSG:3857", "nonsense",
    'PROJCS["Lambert",GEOGCS["x",SPHEROID["GRS 1980",6378137,298.257]],PROJECTION["Lambert_Conformal_Conic"]]',
    'PROJCS["Korean 1985",GEOGCS["x",SPHEROID["Bessel",6377397.155,299.1528]],PROJECTION["Transverse_Mercator"]]',
])  # fmt: skip
def test_a_coordinate_system_we_do_not_convert_is_refused_by_its_name(crs: str) -> None:
    with pytest.raises(Invalid) as refused:
        grid_of(crs)
    assert refused.value.code == "boundary.projection"


def test_rows_beyond_the_boundary_are_kept_out_but_the_border_road_is_not(tmp_path: Path) -> None:
    limits = limits_of(read(write(tmp_path, SQUARE))[0])
    rows = [a_row(1, 36.5, 127.5), a_row(2, 36.5, 128.008), a_row(3, 36.5, 128.02)]
    data = "\n".join(line_of(row) for row in (HEADER, *rows)).encode()
    _, quality = read_bytes(data, limits=limits)
    assert [(row.row, row.reason) for row in quality.quarantined] == [(3, "far_outside")]


def test_a_row_must_lie_in_the_district_it_names(tmp_path: Path) -> None:
    limits = limits_of(read(write(tmp_path, a_topology(objects={"map": {"type": "GeometryCollection", "geometries": [
        {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "다온구"}},
        {"type": "Polygon", "arcs": [[2, -1]], "properties": {"name": "너울구"}},
    ]}})))[0])  # fmt: skip
    rows = [a_row(1, 36.5, 127.5), a_row(2, 36.5, 128.5)]
    data = "\n".join(line_of(row) for row in (HEADER, *rows)).encode()
    _, quality = read_bytes(data, limits=limits)
    assert [(row.row, row.reason, row.value) for row in quality.quarantined] == [
        (2, "away_from_address", "36.500000, 128.500000 (다온구)")
    ]


@pytest.mark.parametrize("tree, code", [
    ({"type": "Topology", "objects": {}}, "boundary.unreadable"),
    ({"type": "Topology", "arcs": []}, "boundary.no_polygon"),
    ({"type": "Point", "coordinates": [127, 36]}, "boundary.no_polygon"), ({}, "boundary.no_polygon"),
    ([], "boundary.unreadable"), ({"type": "Polygon", "coordinates": "no"}, "boundary.unreadable"),
    ({"type": "Polygon", "coordinates": [[["a", "b"]] * 4]}, "boundary.unreadable"),
    (shapely.geometry.mapping(shapely.box(200000, 400000, 210000, 410000)), "boundary.not_degrees"),
])  # fmt: skip
def test_what_is_no_boundary_is_refused(tree: object, code: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read(write(tmp_path, tree))
    assert refused.value.code == code


@pytest.mark.parametrize("data, byte", [(b'{"type": oops}', 9), (b"", 0), (b"<html>", 0), (b"\xff\xfe", 0)])
def test_a_broken_json_file_is_refused_with_the_byte(data: bytes, byte: int, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(data)
    with pytest.raises(Invalid) as refused:
        read(path)
    assert (refused.value.code, refused.value.facts["byte"]) == ("boundary.unreadable", byte)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-200, 200)
    | st.floats()
    | st.sampled_from(["Polygon", "MultiPolygon", "Feature", "Topology", "GeometryCollection"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "coordinates", "geometry", "features", "geometries", "arcs", "objects", "transform", "crs"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=json_values)
def test_any_json_is_a_boundary_or_one_clear_refusal(tree: object, tmp_path: Path) -> None:
    try:
        found, _ = read(write(tmp_path, tree))
    except Invalid as problem:
        if not problem.code.startswith("boundary."):
            raise
        return
    assert found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 0.999), junk=st.binary(max_size=20), which=st.sampled_from([".shp", ".dbf", ".prj"]))
def test_a_damaged_shapefile_is_read_or_refused(at: float, junk: bytes, which: str, tmp_path: Path) -> None:
    ring = [(200_000, 500_000), (200_000, 510_000), (210_000, 510_000), (200_000, 500_000)]
    path = write_shapefile(tmp_path / "a.shp", [[ring], [ring]], [{"name": "가"}, {"name": "나"}])
    spoilt = path.with_suffix(which)
    data = spoilt.read_bytes()
    start = int(at * len(data))
    spoilt.write_bytes(data[:start] + junk + data[start + len(junk) :])
    try:
        _, quality = read(path)
    except Invalid as problem:
        if not problem.code.startswith("boundary."):
            raise
        return
    assert quality.rows == quality.imported + len(quality.quarantined)
