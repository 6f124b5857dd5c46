"""The registers real cities publish: what is wrong in them is kept out or repaired, and nothing else."""

import csv
import io
import statistics
from pathlib import Path

import pytest
import shapely

from bongsu.core.asset import Camera
from bongsu.core.quality import Quality, count_by_reason
from bongsu.imports import boundary
from bongsu.imports.cctv_standard import read, read_bytes

Result = tuple[tuple[Camera, ...], Quality]
MUNICIPALITIES = "boundaries/skorea_municipalities_geo_simple.json"


@pytest.fixture(scope="module")
def daejeon(shared: Path) -> Result:
    return read(shared / "kr-cctv/daejeon_cctv_standard_2026.csv")


@pytest.fixture(scope="module")
def seoul(shared: Path) -> Result:
    return read(shared / "kr-cctv/seoul_cctv_2021.csv")


@pytest.fixture(scope="module")
def jinju(shared: Path) -> Result:
    return read(shared / "kr-cctv/jinju_cctv_20250501.csv")


def test_all_990_placeholder_rows_of_daejeon_are_kept_out_for_their_shared_coordinate(daejeon: Result) -> None:
    _, quality = daejeon
    shared_rows = [row for row in quality.quarantined if row.reason == "shared_coordinate"]
    assert len(shared_rows) == 990
    assert {row.value for row in shared_rows} == {"36.1, 127.1"}


def test_no_good_row_of_daejeon_is_lost(daejeon: Result, shared: Path) -> None:
    """Besides the placeholders seven rows go, each more than 24 km outside every Daejeon district."""
    cameras, quality = daejeon
    assert (quality.rows, quality.imported, len(cameras)) == (9037, 8040, 8040)
    far = [row for row in quality.quarantined if row.reason == "far_outside"]
    assert sorted({row.value for row in far}) == ["36.273567, 127.77339", "36.9683, 127.937"]
    assert len(far) == 7
    assert quality.format == "cctv/standard-18"


def test_the_swapped_rows_of_seoul_are_repaired_and_lie_in_korea(seoul: Result) -> None:
    cameras, quality = seoul
    assert (quality.rows, len(quality.repairs)) == (37340, 110)
    assert count_by_reason(quality) == {"far_outside": 8, "impossible_coordinate": 2}
    assert all(37 < camera.where.lat < 38 and 126 < camera.where.lon < 128 for camera in cameras)


def test_seoul_is_read_within_the_time_asked(seoul: Result) -> None:
    _, quality = seoul
    assert quality.seconds <= 20


def test_the_two_typos_of_jinju_are_kept_out_as_impossible(jinju: Result) -> None:
    _, quality = jinju
    impossible = [row.value for row in quality.quarantined if row.reason == "impossible_coordinate"]
    assert impossible == ["35.164985, 228.115061", "32.208958, 128.102094"]


def test_the_third_typo_of_jinju_is_kept_out_because_its_neighbours_are_a_degree_away(jinju: Result) -> None:
    """수곡초등학교 is put at 128.93; the others of its township 수곡면 stand around 127.93."""
    cameras, quality = jinju
    assert [row.value for row in quality.quarantined if row.reason == "far_outside"] == ["35.200918, 128.932103"]
    neighbours = [camera.where.lon for camera in cameras if camera.district == "수곡면"]
    assert len(neighbours) > 10
    assert 127.9 < statistics.median(neighbours) < 127.95


def test_twenty_seven_cameras_on_one_pole_are_all_taken(shared: Path) -> None:
    _, quality = read(shared / "kr-cctv/hwaseong_osan_cctv_2026.csv")
    assert (quality.rows, quality.imported) == (6877, 6877)


def test_a_boundary_finds_the_misplaced_rows_that_the_extent_cannot(shared: Path) -> None:
    districts = [boundary.read(shared / MUNICIPALITIES, name=f"250{number}0") for number in range(1, 6)]
    daejeon = shapely.union_all(districts)
    _, quality = read(shared / "kr-cctv/daejeon_cctv_standard_2026.csv", boundary=daejeon)
    assert count_by_reason(quality)["shared_coordinate"] == 990
    assert 200 < count_by_reason(quality)["far_outside"] < 400


@pytest.mark.parametrize("name", ["hwaseong_osan_cctv_2026", "jinju_cctv_20250501", "seoul_cctv_whatsmap_2021"])
def test_importing_again_gives_the_same_cameras(name: str, shared: Path) -> None:
    assert read(shared / f"kr-cctv/{name}.csv")[0] == read(shared / f"kr-cctv/{name}.csv")[0]


def test_daejeon_in_the_thirteen_column_form_without_header_gives_the_same_places(
    daejeon: Result, shared: Path
) -> None:
    text = (shared / "kr-cctv/daejeon_cctv_standard_2026.csv").read_bytes().decode("cp949")
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    out = io.StringIO()
    csv.writer(out).writerows(row[2:15] for row in rows)
    cameras, quality = read_bytes(out.getvalue().encode("utf-8"))
    assert quality.format == "cctv/standard-13"
    assert (quality.rows, quality.imported) == (9037, 8040)
    assert [camera.where for camera in cameras] == [camera.where for camera in daejeon[0]]
    assert [camera.width_px for camera in cameras] == [camera.width_px for camera in daejeon[0]]
