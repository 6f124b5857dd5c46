"""The registers real cities publish: what is wrong in them is kept out or repaired, and nothing else."""

import csv
import io
import statistics
from pathlib import Path

import pytest

from bongsu.core.asset import Camera, FacilityKind, Purpose
from bongsu.core.quality import Quality, count_by_reason
from bongsu.imports import bells_standard, boundaries, facilities
from bongsu.imports.cctv_standard import read, read_bytes
from bongsu.imports.table.limits import limits_of

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


def test_rows_of_daejeon_that_stand_away_from_their_own_address_are_kept_out(daejeon: Result) -> None:
    """Some 250 rows of Jung-gu stand 12–18 km south-west of it; no outline was given, their own neighbours tell."""
    cameras, quality = daejeon
    assert count_by_reason(quality) == {"shared_coordinate": 990, "away_from_address": 256, "far_outside": 7}
    assert (quality.rows, quality.imported, len(cameras)) == (9037, 7784, 7784)
    far = {row.value for row in quality.quarantined if row.reason == "far_outside"}
    assert far == {"36.273567, 127.77339", "36.9683, 127.937"}
    assert quality.format == "cctv/standard-18"


def test_every_camera_of_daejeon_has_a_purpose_and_the_report_counts_them(daejeon: Result) -> None:
    cameras, quality = daejeon
    assert all(camera.purposes for camera in cameras)
    assert sum(Purpose.CHILD in camera.purposes for camera in cameras) == 1186
    assert "purpose child 1186" in quality.notes


def test_the_swapped_rows_of_seoul_are_repaired_and_lie_in_korea(seoul: Result) -> None:
    cameras, quality = seoul
    assert (quality.rows, len(quality.repairs)) == (37340, 110)
    assert count_by_reason(quality) == {"away_from_address": 15, "far_outside": 8, "impossible_coordinate": 2}
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
    assert quality.rows == 6877
    assert count_by_reason(quality) == {"away_from_address": 5}, "16 to 20 km from the others of their town or road"


def test_a_boundary_and_the_neighbours_agree_on_the_misplaced_rows(daejeon: Result, shared: Path) -> None:
    districts, _ = boundaries.read(shared / MUNICIPALITIES, within="25")
    _, quality = read(shared / "kr-cctv/daejeon_cctv_standard_2026.csv", limits=limits_of(districts))
    outside = {row.row for row in quality.quarantined if row.reason == "far_outside"}
    alone = {row.row for row in daejeon[1].quarantined}
    assert len(outside) == 258
    assert len(outside - alone) <= 10, "the neighbours alone find nearly all that the outline finds"


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
    assert (quality.rows, quality.imported) == (9037, 7784)
    assert [camera.where for camera in cameras] == [camera.where for camera in daejeon[0]]
    assert [camera.width_px for camera in cameras] == [camera.width_px for camera in daejeon[0]]


def test_the_bells_of_daejeon_say_whether_the_police_hear_them(shared: Path) -> None:
    """575 rows, 331 linked to the police; those that stand elsewhere than their address says are kept out."""
    bells, quality = bells_standard.read(shared / "kr-safety/daejeon_safety_bell_standard_2026.csv")
    assert (quality.format, quality.rows) == ("bells/standard-24", 575)
    assert quality.rows == quality.imported + len(quality.quarantined)
    assert set(count_by_reason(quality)) <= {"away_from_address"}
    linked = sum(bell.police_linked is True for bell in bells)
    assert linked + len(quality.quarantined) >= 331 >= linked > 300


@pytest.mark.parametrize("name, kind, rows, kept_out", [
    ("hwaseong_streetlights_2026", FacilityKind.LAMP, 43553, {"away_from_address": 76}),
    ("gyeonggi_schools_standard_2025", FacilityKind.SCHOOL, 2549, {"away_from_address": 8}),
    ("gyeonggi_police_substations", FacilityKind.POLICE, 356, {"no_coordinate": 7, "away_from_address": 1}),
    ("seoul_police_2021", FacilityKind.POLICE, 274, {}),
    ("seoul_women_safety_stores_2021", FacilityKind.SAFE_STORE, 865, {}),
    ("gyeonggi_accident_risk_spots", FacilityKind.RISK_SPOT, 196, {"no_coordinate": 25}),
])  # fmt: skip
def test_real_registers_of_places_come_in_by_their_own_headers(
    name: str, kind: FacilityKind, rows: int, kept_out: dict[str, int], shared: Path
) -> None:
    places, quality = facilities.read(shared / f"kr-safety/{name}.csv", kind)
    assert (quality.rows, count_by_reason(quality)) == (rows, kept_out)
    assert len({place.id for place in places}) == len(places) == quality.imported
    assert all(124 < place.where.lon < 132 and 33 < place.where.lat < 39 for place in places)


@pytest.mark.parametrize("name, whole, sound", [
    ("provinces", 17, 13), ("municipalities", 250, 232), ("submunicipalities", 3504, 3475)])  # fmt: skip
def test_the_invalid_outlines_of_2018_are_repaired_and_said(name: str, whole: int, sound: int, shared: Path) -> None:
    found, quality = boundaries.read(shared / f"boundaries/skorea-{name}-2018-topo-simple.json")
    assert (len(found), quality.rows, len(quality.repairs)) == (whole, whole, whole - sound)
    assert quality.notes[0] == "coordinate system not declared, read as WGS 84 degrees"
    changes = [float(repair.after.split("(")[1].rstrip("%)")) for repair in quality.repairs]
    assert max(map(abs, changes)) < 0.1, "per cent of the area"
