"""Real OSM extracts, whole and broken, up to the base map."""

from pathlib import Path

import pytest

from bongsu.core.errors import Invalid
from bongsu.core.quality import count_by_reason
from bongsu.imports import basemap
from bongsu.imports.osm import read


def test_jamsil_has_its_streets_in_two_languages_and_its_building_heights(shared: Path) -> None:
    ground, quality = read(shared / "road-network/seoul_songpa_jamsil.osm.pbf")
    assert (len(ground.roads), len(ground.buildings)) == (356, 1358)
    names = {road.name: road.name_en for road in ground.roads}
    assert names["올림픽로35길"] == "Olympic-ro 35-gil"
    assert sum(1 for building in ground.buildings if building.height_m) == 864
    assert quality.rows == quality.imported + len(quality.quarantined)


def test_a_country_is_read_and_drawn_within_the_time_asked(shared: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    ground, quality = read(shared / "road-network/liechtenstein.osm.pbf", progress=lambda *at: seen.append(at))
    assert quality.seconds <= 30
    assert (len(ground.roads), len(ground.buildings)) == (4658, 8993)
    assert seen[-1][0] == seen[-1][1]
    assert count_by_reason(quality) == {"broken_ring": 13, "broken_turn": 1}
    basemap.write(ground, tmp_path / "map.pmtiles")
    assert (tmp_path / "map.pmtiles").read_bytes().startswith(b"PMTiles\x03")


def test_an_extract_that_is_not_sorted_is_read_as_well(shared: Path) -> None:
    ground, _ = read(shared / "road-network/columbus.osm.pbf")
    assert len(ground.buildings) == 1294


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_extract_is_refused_with_the_block_and_byte(share: float, shared: Path, tmp_path: Path) -> None:
    data = (shared / "road-network/liechtenstein.osm.pbf").read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(Invalid) as refused:
        read(cut)
    assert refused.value.code == "osm.truncated"
    assert 0 < refused.value.facts["byte"] < len(data)  # type: ignore[operator]  # facts hold any object


def test_the_overpass_export_of_jamsil_says_the_same_as_the_extract_made_of_it(shared: Path) -> None:
    from_xml, quality = read(shared / "road-network/seoul_songpa_jamsil.osm")
    from_pbf, _ = read(shared / "road-network/seoul_songpa_jamsil.osm.pbf")
    assert from_xml == from_pbf
    assert (quality.format, quality.rows, len(from_xml.roads)) == ("osm.xml", 1729, 356)


def test_turn_rules_of_a_real_town_hang_together_but_for_a_few(shared: Path) -> None:
    ground, quality = read(shared / "road-network/oslo-east-filtered.osm.pbf")
    broken = [row for row in quality.quarantined if row.reason == "broken_turn"]
    assert (len(ground.turn_rules), len(broken)) == (71, 3)
    assert "turn rules at times or for some vehicles only, not taken 2" in quality.notes
