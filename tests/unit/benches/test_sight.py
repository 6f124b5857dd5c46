"""The bench on cities small enough to be judged by eye."""

import ast
import random
from pathlib import Path

import bongsu.world.truth
from bongsu.benches import sight
from bongsu.benches.people import places
from bongsu.benches.sight_time import crowd
from bongsu.city import City
from bongsu.core.asset import Ground
from bongsu.core.geo import distance_m
from bongsu.settings import CameraSettings
from bongsu.world.scene import Eye
from fakes.city import SQUARE, a_building, a_camera, a_road, at


def a_site(headings: dict[str, float], *buildings) -> sight.Site:
    """Cameras 10 m west of the square on one pole, each looking its own way, registered as they truly stand."""
    cameras = tuple(a_camera(name, -10, 0, heading_deg=heading) for name, heading in headings.items())
    eyes = tuple(
        Eye(id=c.id, where=c.where, heading_deg=c.heading_deg, hfov_deg=60.0, height_m=5.0, width_px=1920)
        for c in cameras
    )
    ground = Ground(buildings=buildings)
    return sight.Site(cameras=cameras, ground=ground, eyes=eyes, true_ground=ground)


AROUND = {"A": 270.0, "B": 270.0, "C": 180.0, "D": 0.0, "E": 90.0, "F": 90.0}


def test_ranking_finds_the_cameras_that_the_nearest_four_leave_out():
    figures = sight.score(a_site(AROUND | {"A": 90.0}), [at(5, 0)])
    assert figures["useful_at_4"] == {"nearest": 1.0, "ranked": 3.0, "possible": 3.0, "ranked_without_headings": 1.0}
    assert figures["ratio"] == 3.0


def test_with_all_buildings_deleted_the_count_changes():
    figures = sight.score(a_site(AROUND, a_building(-6, -5, -4, 5)), [at(5, 0)])
    assert figures["useful_at_4"]["ranked"] == 0.0
    assert figures["useful_at_4_no_buildings"]["ranked"] == 2.0
    assert figures["ratio"] is None


def test_a_city_told_wrong_headings_is_found_out_by_the_judge():
    site = a_site(AROUND)
    told = tuple(a_camera(c.id, -10, 0, heading_deg=(c.heading_deg + 180) % 360) for c in site.cameras)
    wrong = sight.Site(cameras=told, ground=site.ground, eyes=site.eyes, true_ground=site.true_ground)
    assert sight.score(wrong, [at(5, 0)])["useful_at_4"]["ranked"] == 0.0


def test_places_lie_on_roads_beside_buildings_and_the_same_seed_draws_the_same():
    ground = Ground(
        roads=(a_road((0, 0), (100, 0)), a_road((0, 500), (100, 500)), a_road((0, 5), (100, 5), road_class="trunk")),
        buildings=(a_building(40, 10, 60, 30), a_building(70, -5, 80, 5)),
    )
    drawn = places(ground, 50, 1)
    assert len(drawn) == 50
    assert drawn == places(ground, 50, 1)
    assert drawn != places(ground, 50, 2)
    for place in drawn:
        assert abs(place.lat - SQUARE.lat) < 1e-6
        assert not at(70, 0).lon < place.lon < at(80, 0).lon
        assert at(14, 0).lon < place.lon < at(106, 0).lon
    assert places(Ground(), 5, 1) == ()


def test_the_made_crowd_is_as_dense_as_seoul():
    cameras = crowd(random.Random(1))
    city = City(cameras, Ground(), CameraSettings())
    near = [len(city.nearest(c.where, within_m=500, at_most=2000)) for c in cameras[::400]]
    assert len(cameras) == 37_000
    assert 80 < sum(near) / len(near) < 250
    assert distance_m(city.ground_center(), SQUARE) < 30_000


def test_absent_real_files_are_named_and_nothing_else_fails(tmp_path):
    assert "give --cctv and --osm" in sight._of_real_city((), None, None, 5)["skipped"]
    missing = sight._of_real_city((), tmp_path / "no.csv", tmp_path / "no.osm.pbf", 5)["skipped"]
    assert "no.csv" in missing
    assert "no.osm.pbf" in missing


def test_the_judge_shares_no_code_with_the_city():
    tree = ast.parse(Path(bongsu.world.truth.__file__).read_text("utf-8"))
    ours = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and "bongsu" in str(node.module)}
    assert ours == {"bongsu.core.asset", "bongsu.core.geo"}
