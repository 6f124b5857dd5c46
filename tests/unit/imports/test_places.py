"""Bells and places of every kind come in from the headers their owners use, or from none, with what else was said."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.asset import FacilityKind, Purpose
from bongsu.core.errors import Invalid
from bongsu.imports import bells_standard, boundaries, facilities
from bongsu.imports.bells_standard.forms import STANDARD_24
from bongsu.imports.cctv_standard.purposes import MANY, purposes_of
from bongsu.imports.table.values import yes_or_no

_BELL_HEADER = (
    "개방자치단체코드,관리번호,안전비상벨관리번호,설치목적,설치장소유형,설치위치,소재지도로명주소,소재지지번주소,WGS84위도,"
    "WGS84경도,연계방식,경찰연계유무,경비업체연계유무,관리사무소연계유무,부가기능,안전비상벨설치연도,최종점검일자,"
    "최종점검결과구분,관리기관명,관리기관전화번호,데이터기준일자,데이터갱신구분,데이터갱신시점,최종수정시점"
)
BELL_HEADER = _BELL_HEADER.split(",")


def sheet(rows: list[list[str]], encoding: str = "cp949") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def a_bell(number: int, police: str = "Y", name: str = "시장 입구") -> list[str]:
    cells = dict.fromkeys(STANDARD_24, "") | {
        "id": f"B{number}", "purpose": "방범용", "kind": "공원", "name": name, "lot": f"나래시 다온구 가람동 {number}",
        "lat": f"{36.3 + number / 10_000:.4f}", "lon": "127.4", "link": "양방향", "police": police,
        "checked_on": f"2026-05-{number % 28 + 1:02}", "check_result": "Y", "owner": "다온구청",
    }  # fmt: skip
    return [cells[field] for field in STANDARD_24]


def test_the_standard_bell_form_is_known_and_says_who_hears_the_bell() -> None:
    rows = [a_bell(n, "Y" if n % 3 else "N") for n in range(30)]
    bells, quality = bells_standard.read_bytes(sheet([BELL_HEADER, *rows]))
    assert (quality.format, quality.imported) == ("bells/standard-24", 30)
    assert sum(bell.police_linked is True for bell in bells) == 20
    assert (bells[0].link, bells[0].checked_on, bells[0].district) == ("양방향", "2026-05-01", "다온구")
    assert "linked to the police 20" in quality.notes
    assert "longest without a check since 2026-05-01" in quality.notes


def test_a_bell_whose_name_breaks_over_lines_is_one_row() -> None:
    rows = [a_bell(1, name="시장 입구\n왼쪽 기둥"), a_bell(2, police="")]
    bells, _ = bells_standard.read_bytes(sheet([BELL_HEADER, *rows], "utf-8"))
    assert [bell.name for bell in bells] == ["시장 입구 왼쪽 기둥", "시장 입구"]
    assert bells[1].police_linked is None


@pytest.mark.parametrize(
    "text, said", [("Y", True), ("유", True), ("N", False), ("무", False), ("", None), ("?", None)]
)
def test_flags_say_yes_no_or_nothing(text: str, said: bool | None) -> None:
    assert yes_or_no(text) is said


def test_columns_nobody_knows_are_kept_under_their_own_words() -> None:
    rows = [["학교ID", "학교명", "학교급구분", "위도", "경도", "설립형태", "소재지도로명주소"]]
    rows += [
        [f"S{n}", f"가람{n}초등학교", "초등학교", f"{36.3 + n / 1000}", "127.4", "공립", f"다온구 가람로 {n}"]
        for n in range(9)
    ]
    schools, quality = facilities.read_bytes(sheet(rows), FacilityKind.SCHOOL)
    assert (schools[0].id, schools[0].kind, schools[0].name) == ("S0", FacilityKind.SCHOOL, "가람0초등학교")
    assert schools[0].more == {"category": "초등학교", "설립형태": "공립"}
    assert "category '초등학교' 9" in quality.notes


def test_a_headless_register_with_longitude_first_is_read_and_the_order_said() -> None:
    rows = [["가온구", f"가온{n}파출소", f"{127.02 + n / 1000}", f"{37.5 + n / 1000}", f"가온{n}동"] for n in range(30)]
    posts, quality = facilities.read_bytes(sheet(rows), FacilityKind.POLICE)
    assert quality.columns == {"#1": "district", "#2": "name", "#3": "lon", "#4": "lat", "#5": "quarter"}
    assert "coordinates lon, lat" in quality.notes
    assert (posts[0].where.lon, posts[0].where.lat, posts[0].name) == (127.02, 37.5, "가온0파출소")


def test_columns_whose_names_are_the_wrong_way_round_are_turned_and_it_is_said() -> None:
    rows = [["이름", "위도", "경도"], *([f"등{n}", f"{127.4 + n / 1000}", "36.3"] for n in range(30))]
    lamps, quality = facilities.read_bytes(sheet(rows), FacilityKind.LAMP)
    assert (len(lamps), quality.repairs) == (30, ())
    assert any("read the other way round" in note for note in quality.notes)
    assert lamps[0].where.lat == 36.3


def test_rows_without_coordinates_are_kept_out_for_just_that() -> None:
    rows = [
        ["관서명", "위도", "경도"],
        *([f"파출소{n}", "36.3", "127.4"] for n in range(5)),
        ["산골파출소", "", ""],
        ["섬파출소", "36.3", ""],
    ]
    _, quality = facilities.read_bytes(sheet(rows), FacilityKind.POLICE)
    assert [(row.row, row.reason) for row in quality.quarantined] == [(6, "no_coordinate"), (7, "unreadable_row")]


def test_a_mapping_names_the_columns_of_any_table() -> None:
    rows = [["A", "B", "C", "D"], *(["소화전 1", "36.3", "127.4", "지상식"] for _ in range(3))]
    hydrants, quality = facilities.read_bytes(
        sheet(rows), FacilityKind.HYDRANT, mapping={"name": "A", "lat": "B", "lon": "C", "category": "D"}
    )
    assert (hydrants[0].name, hydrants[0].more) == ("소화전 1", {"category": "지상식"})
    assert quality.format == "hydrant/mapped"
    assert len({hydrant.id for hydrant in hydrants}) == 3


def test_a_register_of_addresses_only_is_refused_by_what_is_missing() -> None:
    with pytest.raises(Invalid) as refused:
        facilities.read_bytes("연번,관서명,주소\n1,을지,서울 중구 퇴계로 13".encode("cp949"), FacilityKind.POLICE)
    assert refused.value.code == "table.no_coordinates"


@given(st.binary(max_size=300), st.sampled_from(list(FacilityKind)))
def test_random_bytes_are_a_register_or_one_clear_refusal(data: bytes, kind: FacilityKind) -> None:
    for read in (lambda: facilities.read_bytes(data, kind)[1], lambda: bells_standard.read_bytes(data)[1]):
        try:
            quality = read()
        except Invalid as problem:
            if not problem.code.startswith("table."):
                raise
            continue
        assert quality.rows == quality.imported + len(quality.quarantined)


@pytest.mark.parametrize("text, purposes", [
    ("생활방범", (Purpose.CRIME,)), ("어린이보호", (Purpose.CHILD,)), ("불법주정차단속", (Purpose.PARKING,)),
    ("교통단속", (Purpose.TRAFFIC,)), ("교통정보수집", (Purpose.TRAFFIC,)),
    ("차량방범", (Purpose.CRIME, Purpose.TRAFFIC)),
    ("재난재해", (Purpose.DISASTER,)), ("시설물관리", (Purpose.FACILITY,)), ("쓰레기단속", (Purpose.WASTE,)),
    ("안심마을", (Purpose.SAFE_VILLAGE,)), ("다목적", MANY), ("기타", (Purpose.OTHER,)), ("스마트폴", ()), ("", ()),
])  # fmt: skip
def test_a_purpose_is_understood_from_the_registers_own_words(text: str, purposes: tuple[Purpose, ...]) -> None:
    assert purposes_of(text) == purposes


def test_a_file_too_large_to_be_a_register_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(10 * 1024**3)
    for read in (
        lambda: bells_standard.read(huge),
        lambda: facilities.read(huge, FacilityKind.LAMP),
        lambda: boundaries.read(huge),
    ):
        with pytest.raises(Invalid) as refused:
            read()
        assert refused.value.code == "import.too_large"
