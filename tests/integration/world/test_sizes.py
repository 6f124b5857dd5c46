"""A city of five districts is one city: joined streets, names of its own, registers the importers' forms know."""

import csv
import itertools
import json
import math
from collections import Counter
from pathlib import Path

import pytest
from shapely.geometry import Point as Spot
from shapely.geometry import shape

from bongsu.core.errors import Invalid
from bongsu.core.geo import distance_m
from bongsu.world import maker, scene, streets
from bongsu.world.maker import names
from bongsu.world.maker.sizes import COUNTED, SIZES
from bongsu.world.scene import Scene

REGISTERS = {"bells.csv": 24, "lamps.csv": 11, "schools.csv": 18, "police.csv": 10, "fire.csv": 8, "hydrants.csv": 8}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    maker.make(folder, 1)
    return folder


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    maker.make(folder, 1, "city")
    return folder


@pytest.fixture(scope="module")
def whole(city: Path) -> Scene:
    return scene.load(city)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="cp949", newline="") as file:
        return list(csv.DictReader(file))


def test_what_the_list_says_of_a_size_is_what_is_made(town: Path, city: Path) -> None:
    for word, folder in (("town", town), ("city", city)):
        made, count = scene.load(folder), COUNTED[word]
        assert len(made.cameras) == count.cameras
        assert len(made.bells) == count.bells
        assert len(rows(folder / "lamps.csv")) == count.lamps
        assert (len(made.roads), len(made.buildings)) == (count.roads, count.buildings)
        assert len(made.stations) == count.stations
        km = streets.of_roads(made.roads, made.plane).length.sum() / 2000
        assert km == pytest.approx(count.road_km, abs=2)


def test_every_street_of_the_city_is_reached_from_every_other(whole: Scene) -> None:
    net = streets.of_roads(whole.roads, whole.plane)
    drawn = sum(_length(whole, road.line) for road in whole.roads)
    assert net.length.sum() / 2 > 0.995 * drawn


def _length(whole: Scene, line: tuple[tuple[float, float], ...]) -> float:
    east, north = whole.plane.metres_per_degree()
    return sum(math.hypot((b[0] - a[0]) * east, (b[1] - a[1]) * north) for a, b in itertools.pairwise(line))


def test_cameras_lie_within_their_own_district_and_have_ids_of_their_own(city: Path, whole: Scene) -> None:
    found = json.loads((city / "boundaries.geojson").read_bytes())["features"]
    areas = [shape(one["geometry"]) for one in found]
    assert [one["properties"]["name"] for one in found] == list(whole.districts)
    assert len({eye.id for eye in whole.cameras}) == len(whole.cameras)
    for eye in whole.cameras[::7]:
        number = int(eye.id[2:4]) - 1
        assert areas[number].contains(Spot(eye.where.lon, eye.where.lat))
    for one, other in itertools.combinations(areas, 2):
        assert one.intersection(other).area < 1e-9
        assert one.is_valid


def test_side_streets_have_names_of_their_own_in_the_whole_city(whole: Scene) -> None:
    """Only avenues and riverside roads run through several districts; every 로 belongs to one."""
    where: dict[str, set[int]] = {}
    for road in whole.roads:
        if not road.name.endswith("길"):
            continue
        x, y = whole.plane.to_xy(scene.Point(*road.line[0]))
        where.setdefault(road.name, set()).add(round(x / 4000) * 100 + round(y / 4000))
    shared = [name for name, places in where.items() if len(places) > 2 and not name.startswith(_avenues())]
    assert len(shared) < 0.01 * len(where)
    assert all(road.name_en.isascii() for road in whole.roads)


def _avenues() -> tuple[str, ...]:
    books = [SIZES["city"].book(n) for n in range(5)]
    return tuple({name.ko for book in books for name in (*book.avenues, *book.riverside)})


def test_names_of_districts_are_their_own_at_every_size() -> None:
    for size in SIZES.values():
        books = [size.book(n) for n in range(size.districts)]
        assert len({book.mark for book in books}) == size.districts
        dongs = Counter(dong.ko for book in books for dong in book.dongs)
        assert max(dongs.values()) == 1
        if size.districts > 1:
            assert len({book.district.ko for book in books}) == size.districts
            assert all(book.district.en.isascii() for book in books)
    assert SIZES["town"].book(0) is names.TOWN


@pytest.mark.parametrize(("file", "columns"), REGISTERS.items())
def test_registers_have_their_columns_and_lie_in_the_city(city: Path, file: str, columns: int) -> None:
    found = rows(city / file)
    middle = maker.MIDDLE
    assert len(found[0]) == columns
    lat, lon = (next(c for c in found[0] if c.endswith(word)) for word in ("위도", "경도"))
    places = [scene.Point(float(row[lon]), float(row[lat])) for row in found]
    assert len(found) >= 5 * 3
    assert max(distance_m(middle, place) for place in places) < 9_000
    assert all(None not in row and None not in row.values() for row in found)


def test_bells_stand_on_camera_poles_and_stations_beside_streets(whole: Scene) -> None:
    poles = {(eye.where.lon, eye.where.lat) for eye in whole.cameras}
    assert all((round(bell.where.lon, 7), round(bell.where.lat, 7)) in poles for bell in whole.bells)
    net = streets.of_roads(whole.roads, whole.plane)
    for one in whole.stations:
        x, y = whole.plane.to_xy(one.where)
        assert min(math.dist((x, y), spot) for spot in net.xy.tolist()) < 60


def test_the_same_seed_writes_the_same_registers(town: Path, tmp_path: Path) -> None:
    maker.make(tmp_path, 1)
    for path in town.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()


def test_an_unknown_size_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        maker.make(tmp_path, 1, "village")
    assert refused.value.code == "world.size"
    assert "metropolis" in str(refused.value.facts["known"])
