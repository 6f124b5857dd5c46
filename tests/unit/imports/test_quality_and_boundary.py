"""The report reads the same for people and programs; a boundary is a polygon in degrees or refused."""

import io
import json
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from bongsu.core.errors import Invalid
from bongsu.core.quality import Quality, Quarantined, Repair
from bongsu.core.words import table as words
from bongsu.imports import boundary
from bongsu.imports.cctv_standard import read_bytes
from bongsu.imports.cctv_standard.judge import REASONS
from bongsu.imports.quality import table, to_json
from fakes.register import HEADER, a_row, line_of

SQUARE = {"type": "Polygon", "coordinates": [[[127, 36], [128, 36], [128, 37], [127, 37], [127, 36]]]}


def a_quality() -> Quality:
    return Quality(
        source="cctv.csv",
        format="cctv/standard-18",
        rows=5,
        imported=3,
        repairs=(Repair(row=1, how="swapped_lat_lon"),),
        quarantined=(
            Quarantined(row=4, reason="shared_coordinate", value="36.1, 127.1"),
            Quarantined(row=5, reason="far_outside", value="36.9, 127.9"),
        ),
        columns={"위도": "lat"},
        cameras=7,
    )


def test_the_json_report_has_the_counts_that_add_up() -> None:
    report = to_json(a_quality())
    assert (report["rows"], report["imported"], report["repaired"]) == (5, 3, 1)
    assert report["quarantined"] == {"far_outside": 1, "shared_coordinate": 1}
    assert report["detail"] == {
        "repaired": [{"row": 1, "how": "swapped_lat_lon"}],
        "quarantined": [
            {"row": 4, "reason": "shared_coordinate", "value": "36.1, 127.1"},
            {"row": 5, "reason": "far_outside", "value": "36.9, 127.9"},
        ],
    }
    assert json.loads(json.dumps(report, ensure_ascii=False)) == report


@pytest.mark.parametrize(
    "language, word", [("ko", "수백 행이 함께 쓰는 좌표"), ("en", "latitude and longitude swapped back")]
)
def test_the_table_says_why_in_both_languages(language: str, word: str) -> None:
    out = io.StringIO()
    Console(file=out, width=160).print(table(a_quality(), language))
    assert word in out.getvalue()
    assert "36.1, 127.1" in out.getvalue()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_reason_has_words(language: str) -> None:
    assert {f"quality.reason.{reason}" for reason in (*REASONS, "missing_nodes", "broken_ring")} <= words(
        language
    ).keys()


def write(tmp_path: Path, tree: object) -> Path:
    path = tmp_path / "city.geojson"
    path.write_text(json.dumps(tree, ensure_ascii=False), "utf-8")
    return path


def test_a_boundary_is_the_union_of_the_named_features(tmp_path: Path) -> None:
    features = [
        {"type": "Feature", "properties": {"name": "가"}, "geometry": SQUARE},
        {
            "type": "Feature",
            "properties": {"name": "나"},
            "geometry": shapely.geometry.mapping(shapely.box(128, 36, 129, 37)),
        },
        {"type": "Feature", "properties": None, "geometry": None},
    ]
    path = write(tmp_path, {"type": "FeatureCollection", "features": features})
    assert boundary.read(path).area == pytest.approx(2)
    assert boundary.read(path, name="나").bounds == (128, 36, 129, 37)


def test_rows_beyond_the_boundary_are_kept_out_but_the_border_road_is_not(tmp_path: Path) -> None:
    area = boundary.read(write(tmp_path, SQUARE))
    rows = [a_row(1, 36.5, 127.5), a_row(2, 36.5, 128.008), a_row(3, 36.5, 128.02)]
    data = "\n".join(line_of(row) for row in (HEADER, *rows)).encode()
    _, quality = read_bytes(data, boundary=area)
    assert [(row.row, row.reason) for row in quality.quarantined] == [(3, "far_outside")]


@pytest.mark.parametrize("tree, code", [
    ({"type": "Topology", "objects": {}}, "boundary.topojson"),
    ({"type": "Point", "coordinates": [127, 36]}, "boundary.no_polygon"),
    ([], "boundary.unreadable"), ({"type": "Polygon", "coordinates": "no"}, "boundary.unreadable"),
    (shapely.geometry.mapping(shapely.box(200000, 400000, 210000, 410000)), "boundary.not_degrees"),
])  # fmt: skip
def test_what_is_no_boundary_is_refused(tree: object, code: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        boundary.read(write(tmp_path, tree))
    assert refused.value.code == code


def test_a_broken_json_file_is_refused_with_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(b'{"type": oops}')
    with pytest.raises(Invalid) as refused:
        boundary.read(path)
    assert (refused.value.code, refused.value.facts["byte"]) == ("boundary.unreadable", 9)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-200, 200)
    | st.floats()
    | st.sampled_from(["Polygon", "MultiPolygon", "Feature"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "coordinates", "geometry", "features", "geometries"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=json_values)
def test_any_json_is_a_boundary_or_one_clear_refusal(tree: object, tmp_path: Path) -> None:
    try:
        found = boundary.read(write(tmp_path, tree))
    except Invalid as problem:
        if not problem.code.startswith("boundary."):
            raise
        return
    assert not found.is_empty
