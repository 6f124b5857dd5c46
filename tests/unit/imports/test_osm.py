"""An extract becomes the ground; what is broken is named and nothing is invented."""

from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bongsu.core.errors import Invalid
from bongsu.core.quality import count_by_reason
from bongsu.imports.osm import read
from bongsu.imports.osm.blocks import walk
from bongsu.imports.osm.tags import height_m, lanes, oneway, place_kind, road_class
from fakes.osm_file import Sketch, a_sketch


def test_roads_keep_class_lanes_direction_and_both_names(tmp_path: Path) -> None:
    ground, _ = read(a_sketch().write(tmp_path / "a.osm.pbf"))
    main, alley = ground.roads
    assert (main.road_class, main.name, main.name_en, main.lanes, main.oneway) == (
        "primary",
        "올림픽로",
        "Olympic-ro",
        4,
        0,
    )
    assert (alley.road_class, alley.oneway, alley.lanes) == ("service", -1, None)
    assert main.line[0] == pytest.approx((127.1, 37.51))


def test_buildings_are_as_high_as_the_map_says_or_three_metres_a_storey(tmp_path: Path) -> None:
    ground, _ = read(a_sketch().write(tmp_path / "a.osm.pbf"))
    assert [(building.name, building.height_m) for building in ground.buildings] == [("신관", 12.5), ("", 15.0)]


def test_a_lake_is_cut_around_its_island(tmp_path: Path) -> None:
    ground, _ = read(a_sketch().write(tmp_path / "a.osm.pbf"))
    lake = shapely.union_all([shapely.Polygon(area.ring) for area in ground.areas if area.kind == "water"])
    assert lake.area == pytest.approx((8 * 8 - 2 * 2) * 1e-6, rel=1e-3)
    assert not lake.contains(shapely.Point(127.114, 37.524))
    assert {area.name_en for area in ground.areas if area.kind == "water"} == {"Seokchon Lake"}


def test_places_have_both_names(tmp_path: Path) -> None:
    ground, _ = read(a_sketch().write(tmp_path / "a.osm.pbf"))
    assert [(place.kind, place.name, place.name_en) for place in ground.places] == [("suburb", "잠실동", "Jamsil-dong")]


def test_a_file_whose_objects_are_not_in_order_gives_the_same_ground(tmp_path: Path) -> None:
    ordered, _ = read(a_sketch().write(tmp_path / "a.osm.pbf"))
    jumbled, quality = read(a_sketch().write(tmp_path / "b.osm.pbf", in_order=False))
    assert jumbled == ordered
    assert quality.rows == quality.imported


def test_what_cannot_be_drawn_is_quarantined_by_name_and_the_counts_add_up(tmp_path: Path) -> None:
    sketch = a_sketch()
    lost = sketch.way_of([9001, 9002], highway="residential")
    trimmed = sketch.way_of([1, 2, 9003], highway="residential")
    open_house = sketch.way([(0, 9), (1, 9), (1, 8)], building="yes")
    ground, quality = read(sketch.write(tmp_path / "a.osm.pbf"))
    assert count_by_reason(quality) == {"missing_nodes": 1, "broken_ring": 1}
    assert {row.value for row in quality.quarantined} == {f"way {lost}", f"way {open_house}"}
    assert [repair.how for repair in quality.repairs] == ["missing_nodes"]
    assert quality.rows == quality.imported + len(quality.quarantined)
    assert trimmed in {road.id for road in ground.roads}


def test_progress_ends_where_it_said_it_would(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    read(a_sketch().write(tmp_path / "a.osm.pbf"), progress=lambda *at: seen.append(at))
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1] > 0


@pytest.mark.parametrize(
    "data, code",
    [(b"", "osm.not_pbf"), (b"PK\x03\x04 no map", "osm.not_pbf"), (b"<?xml version='1.0'?><osm/>", "osm.empty")],
)
def test_a_file_that_is_no_pbf_is_refused(data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(data)
    with pytest.raises(Invalid) as refused:
        read(path)
    assert refused.value.code == code


def test_a_cut_file_is_refused_with_the_block_and_the_byte_where_it_begins(tmp_path: Path) -> None:
    path = a_sketch().write(tmp_path / "a.osm.pbf")
    last = walk(path)[-1]
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(Invalid) as refused:
        read(path)
    assert refused.value.code == "osm.truncated"
    assert refused.value.facts["byte"] == last.at


def test_a_block_that_does_not_unpack_is_refused_with_its_number(tmp_path: Path) -> None:
    path = a_sketch().write(tmp_path / "a.osm.pbf")
    blocks = walk(path)
    data = bytearray(path.read_bytes())
    middle = blocks[-1].at + blocks[-1].length // 2
    data[middle : middle + 8] = b"\xff" * 8
    path.write_bytes(data)
    with pytest.raises(Invalid) as refused:
        read(path)
    assert refused.value.code == "osm.broken"
    assert (refused.value.facts["block"], refused.value.facts["byte"]) == (len(blocks), blocks[-1].at)


def test_a_map_with_nothing_on_it_is_refused(tmp_path: Path) -> None:
    sketch = Sketch()
    sketch.node(0, 0)
    with pytest.raises(Invalid) as refused:
        read(sketch.write(tmp_path / "a.osm.pbf"))
    assert refused.value.code == "osm.empty"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path / "none.osm.pbf")
    assert refused.value.code == "import.missing"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 0.999), junk=st.binary(min_size=1, max_size=30), cut=st.booleans())
def test_a_damaged_file_is_read_or_refused_but_never_crashes(at: float, junk: bytes, cut: bool, tmp_path: Path) -> None:
    whole = tmp_path / "whole.osm.pbf"
    data = whole.read_bytes() if whole.exists() else a_sketch().write(whole).read_bytes()
    start = int(at * len(data))
    path = tmp_path / "damaged.osm.pbf"
    path.write_bytes(data[:start] + (b"" if cut else junk + data[start + len(junk) :]))
    try:
        _, quality = read(path)
    except Invalid as problem:
        path.unlink()
        codes = ("osm.not_pbf", "osm.truncated", "osm.broken", "osm.empty")
        if problem.code not in codes:
            raise
        return
    assert quality.rows == quality.imported + len(quality.quarantined)


@pytest.mark.parametrize("tags, way", [
    ({"oneway": "yes"}, 1), ({"oneway": "-1"}, -1), ({"oneway": "no", "highway": "motorway"}, 0),
    ({"highway": "motorway"}, 1), ({"junction": "roundabout"}, 1), ({}, 0),
])  # fmt: skip
def test_one_way_streets_are_known_by_tag_or_by_kind(tags: dict[str, str], way: int) -> None:
    assert oneway(tags) == way


@pytest.mark.parametrize("tags, metres", [
    ({"height": "12"}, 12.0), ({"height": "40'"}, 12.19), ({"height": "tall", "building:levels": "3"}, 9.0),
    ({"height": "0"}, None), ({"building:levels": "0"}, None), ({}, None),
])  # fmt: skip
def test_heights_are_read_in_metres(tags: dict[str, str], metres: float | None) -> None:
    assert height_m(tags) == metres


def test_tags_that_say_nothing_useful_say_nothing() -> None:
    assert lanes({"lanes": "2;3"}) is None
    assert road_class({"highway": "proposed"}) == ""
    assert place_kind({"place": "suburb"}) == ""
