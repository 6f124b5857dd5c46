"""Columns are found by form, header or value, can be given, and are always shown."""

import pytest

from bongsu.core.errors import Invalid
from bongsu.imports.cctv_standard import read_bytes
from fakes.register import HEADER, a_row, line_of


def rows(count: int = 30) -> list[list[str]]:
    return [a_row(number, 36.3 + number / 1000, 127.4) for number in range(count)]


def sheet(lines: list[list[str]]) -> bytes:
    return "\r\n".join(line_of(line) for line in lines).encode()


def test_the_eighteen_column_form_is_known_by_its_header() -> None:
    cameras, quality = read_bytes(sheet([HEADER, *rows()]))
    assert quality.format == "cctv/standard-18"
    assert quality.columns["WGS84위도"] == "lat"
    first = cameras[0]
    assert (first.id, first.count, first.width_px, first.retention_days) == ("2026499000000", 1, 1920, 30)
    assert (first.district, first.owner_phone, first.installed) == ("다온구", "042-000-0000", "202003")


def test_the_thirteen_column_form_is_known_by_its_header() -> None:
    _, quality = read_bytes(sheet([HEADER[2:15], *(row[2:15] for row in rows())]))
    assert quality.format == "cctv/standard-13"


@pytest.mark.parametrize("first, last, form", [(0, 18, "standard-18"), (2, 15, "standard-13")])
def test_standard_forms_without_header_are_known_by_where_coordinates_stand(first: int, last: int, form: str) -> None:
    cameras, quality = read_bytes(sheet([row[first:last] for row in rows()]))
    assert quality.format == f"cctv/{form}"
    assert quality.rows == len(cameras) == 30
    assert cameras[0].purpose == "생활방범"


def test_another_layout_without_header_is_guessed_from_values_and_shown() -> None:
    lines = [["다온구", f"가람동 {n}-1", "3", f"{36.3 + n / 1000:.4f}", "127.4"] for n in range(30)]
    cameras, quality = read_bytes(sheet(lines))
    assert quality.columns == {"#1": "district", "#2": "lot", "#3": "count", "#4": "lat", "#5": "lon"}
    assert quality.cameras == 90
    assert cameras[0].name == "가람동 0-1"


def test_reversed_columns_without_header_are_not_called_swapped() -> None:
    lines = [[f"{127.4 + n / 1000:.4f}", "36.35", f"가람동 {n}"] for n in range(30)]
    _, quality = read_bytes(sheet(lines))
    assert (quality.imported, len(quality.repairs)) == (30, 0)


def test_a_given_mapping_wins_over_the_header_by_name_or_number() -> None:
    lines = [
        ["위도", "경도", "진짜 위도", "진짜 경도", "비고"],
        *(["0", "0", "36.3", "127.4", f"기둥 {n}"] for n in range(30)),
    ]
    cameras, quality = read_bytes(sheet(lines), mapping={"lat": "진짜위도", "lon": "4", "name": "#5"})
    assert quality.imported == 30
    assert quality.format == "cctv/mapped"
    assert cameras[0].name == "기둥 0"
    assert quality.columns == {"진짜 위도": "lat", "진짜 경도": "lon", "비고": "name"}


@pytest.mark.parametrize("field, column", [("latitude", "위도"), ("lat", "없는 열"), ("lat", "0"), ("lat", "99")])
def test_a_mapping_that_names_nothing_is_refused(field: str, column: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_bytes(sheet([HEADER, *rows()]), mapping={field: column})
    assert refused.value.code == "table.bad_mapping"
    assert refused.value.facts == {"field": field, "column": column}


def test_a_file_without_coordinates_is_refused_by_naming_what_is_missing() -> None:
    with pytest.raises(Invalid) as refused:
        read_bytes("관리번호,주소\n1,가람동 1\n2,가람동 2".encode())
    assert refused.value.code == "table.no_coordinates"
    assert refused.value.facts == {"missing": "lat(위도) · lon(경도)", "row": 1}


def test_a_header_without_rows_is_empty() -> None:
    with pytest.raises(Invalid) as refused:
        read_bytes(sheet([HEADER]))
    assert refused.value.code == "table.empty"


def test_rows_may_stop_early_only_where_the_others_are_empty_too() -> None:
    lines = [["위도", "경도", "관리번호", "비고"], *(["36.3", "127.4", f"A{n}", ""] for n in range(30))]
    lines[5], lines[6] = lines[5][:3], lines[6][:2]
    _, quality = read_bytes(sheet(lines))
    assert [(row.row, row.reason) for row in quality.quarantined] == [(6, "unreadable_row")]


def test_a_stream_address_height_and_bearing_can_be_mapped() -> None:
    lines = [
        ["위도", "경도", "RTSP URL", "설치높이(m)", "방위각"],
        *(["36.3", "127.4", "rtsp://10.0.0.1/1", "5.5", "370"] for _ in "ab"),
    ]
    camera = read_bytes(sheet(lines))[0][0]
    assert (camera.stream, camera.height_m, camera.heading_deg) == ("rtsp://10.0.0.1/1", 5.5, 10.0)


def test_progress_and_time_are_told() -> None:
    seen: list[tuple[int, int]] = []
    ticks = iter((10.0, 12.5))
    _, quality = read_bytes(sheet([HEADER, *rows()]), progress=lambda *at: seen.append(at), clock=lambda: next(ticks))
    assert (seen[0], seen[-1], quality.seconds) == ((0, 30), (30, 30), 2.5)


def test_forty_named_spots_of_one_building_may_share_its_coordinate() -> None:
    lines = [["위도", "경도", "설치장소"], *(["36.3", "127.4", f"터미널 {n}번 출구"] for n in range(40))]
    assert read_bytes(sheet(lines))[1].imported == 40


def test_forty_different_addresses_at_one_coordinate_are_a_placeholder() -> None:
    lines = [["위도", "경도", "주소"], *(["36.3", "127.4", f"가람동 {n}-1"] for n in range(40))]
    assert read_bytes(sheet(lines))[1].imported == 0


def test_a_hundred_rows_without_address_at_one_coordinate_are_a_placeholder_and_ninety_nine_are_not() -> None:
    lines = [["위도", "경도", "관리번호"], *(["36.3", "127.4", f"A{n}"] for n in range(100))]
    assert read_bytes(sheet(lines))[1].imported == 0
    assert read_bytes(sheet(lines[:-1]))[1].imported == 99


def test_a_column_given_to_one_field_is_taken_from_the_field_its_header_named() -> None:
    lines = [["위도", "경도"], *([f"{127.4 + n / 1000:.4f}", "36.35"] for n in range(30))]
    _, quality = read_bytes(sheet(lines), mapping={"lon": "위도"})
    assert quality.columns == {"위도": "lon", "경도": "lat"}
    assert (quality.imported, len(quality.repairs)) == (30, 0)
