"""The made city is a plausible Korean district, the same every time, and its cameras stand where they would."""

import csv
import hashlib
import itertools
import math
import time
from pathlib import Path

import numpy as np
import pytest
from shapely import STRtree
from shapely.geometry import Point as Spot
from shapely.geometry import Polygon

from bongsu.world import maker, scene
from bongsu.world.scene import Scene

FILES = ("cctv.csv", "city.osm.pbf", "scene.json")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hanbit")
    maker.make(folder, 7)
    return folder


@pytest.fixture(scope="module")
def whole(city: Path) -> Scene:
    return scene.load(city)


@pytest.fixture(scope="module")
def rows(city: Path) -> list[dict[str, str]]:
    with (city / "cctv.csv").open(encoding="cp949", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_writes_the_same_bytes(city: Path, tmp_path: Path) -> None:
    maker.make(tmp_path, 7)
    for name in FILES:
        assert (
            hashlib.sha256((city / name).read_bytes()).digest()
            == hashlib.sha256((tmp_path / name).read_bytes()).digest()
        )


@pytest.mark.parametrize("seed", [1, 2])
def test_every_seed_is_a_city_of_the_promised_size(seed: int, tmp_path: Path) -> None:
    started = time.process_time()
    maker.make(tmp_path, seed)
    assert time.process_time() - started < 10
    made = scene.load(tmp_path)
    assert len(made.cameras) >= 600
    assert 5000 <= len(made.buildings) <= 9000
    assert len(made.roads) > 800


def test_the_register_has_a_row_for_every_camera_of_the_scene(rows: list[dict[str, str]], whole: Scene) -> None:
    assert [row["관리번호"] for row in rows] == [eye.id for eye in whole.cameras]
    assert len({row["관리번호"] for row in rows}) == len(rows)
    for row, eye in zip(rows, whole.cameras, strict=True):
        assert float(row["WGS84위도"]) == pytest.approx(eye.where.lat, abs=1e-7)
        assert float(row["WGS84경도"]) == pytest.approx(eye.where.lon, abs=1e-7)


def test_the_register_has_the_national_columns(rows: list[dict[str, str]]) -> None:
    assert len(rows[0]) == 18
    assert {row["설치목적구분"] for row in rows} >= {"생활방범", "어린이보호", "교통정보수집", "시설물관리"}


def test_the_bearing_text_says_where_the_camera_truly_looks(rows: list[dict[str, str]], whole: Scene) -> None:
    unknown = 0
    for row, eye in zip(rows, whole.cameras, strict=True):
        text = row["촬영방면정보"]
        if "도)" not in text:
            unknown += 1
            continue
        told = float(text.split("(")[1].split("도")[0])
        assert abs((told - eye.heading_deg + 180) % 360 - 180) <= 0.51
    assert 0.05 < unknown / len(rows) < 0.3


def test_no_camera_stands_inside_a_building(whole: Scene) -> None:
    tree = STRtree([Polygon(b.ring) for b in whole.buildings])
    spots = [Spot(eye.where.lon, eye.where.lat) for eye in whole.cameras]
    assert tree.query(spots, predicate="within").size == 0


def test_cameras_share_poles_and_look_different_ways(whole: Scene) -> None:
    poles: dict[tuple[float, float], list[float]] = {}
    for eye in whole.cameras:
        poles.setdefault((eye.where.lon, eye.where.lat), []).append(eye.heading_deg)
    shared = [headings for headings in poles.values() if len(headings) > 1]
    assert len(shared) > len(poles) / 3
    for headings in shared:
        widest = max(abs((a - b + 180) % 360 - 180) for a, b in itertools.combinations(headings, 2))
        assert widest > 15


def test_streets_that_meet_share_a_node(whole: Scene) -> None:
    """From almost every street one can drive to every other: nothing is merely drawn across."""
    groups: dict[tuple[float, float], int] = {}
    parent = list(range(len(whole.roads)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for n, road in enumerate(whole.roads):
        for spot in road.line:
            parent[root(n)] = root(groups.setdefault(spot, n))
    roots = [root(n) for n in range(len(whole.roads))]
    assert max(map(roots.count, set(roots))) > 0.99 * len(roots)


def test_no_building_stands_on_a_carriageway(whole: Scene) -> None:
    plane = whole.plane
    east, north = plane.metres_per_degree()
    tree = STRtree([Polygon([(x * east, y * north) for x, y in b.ring]) for b in whole.buildings])
    hits = 0
    spots = [
        Spot(lon * east, lat * north)
        for road in whole.roads
        for (x0, y0), (x1, y1) in itertools.pairwise(road.line)
        for part in (0.25, 0.75)
        for lon, lat in [(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part)]
    ]
    hits = tree.query(spots, predicate="within").shape[1]
    assert hits <= len(spots) * 0.002


def test_names_are_korean_and_romanised(whole: Scene) -> None:
    assert all(road.name and road.name_en for road in whole.roads)
    assert any(road.name.endswith("대로") for road in whole.roads)
    assert any("번길" in road.name for road in whole.roads)
    assert all(road.name_en.isascii() for road in whole.roads)


def test_the_city_is_about_three_and_a_half_by_three_kilometres(whole: Scene) -> None:
    xy = np.array([whole.plane.to_xy(eye.where) for eye in whole.cameras])
    assert 2800 < math.dist((xy[:, 0].min(), 0), (xy[:, 0].max(), 0)) < 4300
    assert 2500 < math.dist((xy[:, 1].min(), 0), (xy[:, 1].max(), 0)) < 3900
