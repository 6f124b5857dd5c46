"""The city's answer against the independent judge: on the made city, and on Jamsil's real cameras and buildings."""

from pathlib import Path
from typing import Any

import pytest

from bongsu.benches import sight, sight_time
from bongsu.city import City
from bongsu.core.geo import Point
from bongsu.imports import cctv_standard, osm
from bongsu.settings import CameraSettings
from bongsu.world import maker, scene
from bongsu.world.truth import Judge

JAMSIL = "road-network/seoul_songpa_jamsil.osm.pbf"
SEOUL = "kr-cctv/seoul_cctv_2021.csv"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    maker.make(folder, 1)
    return folder


def test_of_the_views_called_clear_the_judge_finds_nearly_all_useful(made: Path) -> None:
    cameras, _ = cctv_standard.read(made / "cctv.csv")
    ground, _ = osm.read(made / "city.osm.pbf")
    truth = scene.load(made)
    city, judge = City(cameras, ground, CameraSettings()), Judge(truth.cameras, truth.buildings)
    called = useful = 0
    for place in sight.places(ground, 1_000, 1):
        good = {truth.cameras[row].id for row in judge.useful(place)}
        clear = [v.camera for v in city.who_sees(place, within_m=500, at_most=50) if v.clear and v.confident]
        called += len(clear)
        useful += len(good.intersection(clear))
    assert called > 20
    assert useful / called > 0.9, (useful, called)


def test_the_bench_prints_what_it_promises_and_buildings_matter() -> None:
    figures = sight.run(seeds=(1,), points=600, queries=100)
    useful = figures["useful_at_4"]
    assert useful["nearest"] <= useful["possible"]
    assert 0.8 * useful["possible"] <= useful["ranked"] <= useful["possible"]
    assert figures["useful_at_4_no_buildings"]["ranked"] > useful["ranked"]
    assert figures["limit"] == {"ratio": 1.7, "query_ms_p99": 5.0}
    assert figures["query_cameras"] == 37_000
    assert figures["query_cpu_ms_p99"] < 5.0
    assert "skipped" in figures["real"]


def test_jamsils_real_cameras_and_buildings_are_measured_beside_it(shared: Path) -> None:
    register, _ = cctv_standard.read(shared / SEOUL)
    figures: dict[str, Any] = sight._of_real_city(register, shared / SEOUL, shared / JAMSIL, 200)
    assert figures["rows"] > 600
    assert figures["cameras"] > figures["rows"]
    assert len(figures["ratios"]) == 5
    assert figures["useful_at_4"]["ranked"] >= figures["useful_at_4"]["nearest"] > 0


def test_all_of_seouls_cameras_answer_within_five_milliseconds_of_work(shared: Path) -> None:
    figures = sight_time.measure(cctv_standard.read(shared / SEOUL)[0], queries=300)
    assert figures["query_cameras"] > 37_000
    assert figures["query_cpu_ms_p99"] < 5.0


def test_jamsil_has_words_for_its_places(shared: Path) -> None:
    ground, _ = osm.read(shared / JAMSIL)
    city = City((), ground, CameraSettings())
    road = next(road for road in ground.roads if road.name == "올림픽로")
    assert city.address_of(Point(*road.line[len(road.line) // 2])).endswith("올림픽로 부근")
    assert city.is_on_map(Point(127.1, 37.51))
    assert not city.is_on_map(Point(129.07, 35.18))
