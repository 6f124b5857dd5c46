"""What single cells and lines of a register say, and what they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.errors import Invalid
from bongsu.imports.cctv_standard.facing import Facing, bare_degrees_are_bearings, facing
from bongsu.imports.cctv_standard.forms import FORM
from bongsu.imports.cctv_standard.values import picture_width
from bongsu.imports.table.addresses import district_of, quarter_of
from bongsu.imports.table.decode import decode
from bongsu.imports.table.identity import give_ids
from bongsu.imports.table.records import find_delimiter, split_lines, split_rows
from bongsu.imports.table.values import number, whole


@pytest.mark.parametrize("text, heading, hfov", [
    ("북동(45도), 화각 70도", 45.0, 70.0), ("북동", 45.0, None), ("동북쪽", 45.0, None), ("남남서 방향", 202.5, None),
    ("서", 270.0, None), ("NW", 315.0, None), ("한밭대로 북서방향", 315.0, None), ("남향", 180.0, None),
    ("방위각 135도", 135.0, None), ("135도 방향", 135.0, None), ("북동(50도)", 50.0, None), ("화각: 90", None, 90.0),
    ("360도 전방면", None, 360.0), ("360°", None, 360.0), ("전방향", None, 360.0), ("화각 360도", None, 360.0),
])  # fmt: skip
def test_a_bearing_is_read_where_one_is_named(text: str, heading: float | None, hfov: float | None) -> None:
    assert facing(text) == Facing(heading, hfov)


@pytest.mark.parametrize("text", [
    "", "주택 앞 삼거리", "동문 앞", "서대전역", "남대전교회 인근", "좌우양방향", "반경 2~3m", "특정방면", "동구청 앞",
    "북, 남", "동/서", "북동(200도)", "101동 앞", "계룡로360번길", "45°", "동성이용원", "사거리 남쪽", "시장 동향분석",
])  # fmt: skip
def test_prose_and_contradiction_are_no_bearing(text: str) -> None:
    assert facing(text) == Facing()


def test_bare_degrees_are_bearings_only_where_a_file_uses_many_different_ones() -> None:
    assert not bare_degrees_are_bearings(["45°"] * 18 + ["360°"] * 562)
    assert bare_degrees_are_bearings([f"{step * 40}도" for step in range(9)])
    assert facing("135도", bare_degrees_are_bearings=True) == Facing(135.0, None)


@given(st.text(max_size=40))
def test_any_facing_text_gives_angles_in_range(text: str) -> None:
    said = facing(text, bare_degrees_are_bearings=True)
    assert said.heading_deg is None or 0 <= said.heading_deg < 360
    assert said.hfov_deg is None or 0 < said.hfov_deg <= 360


@pytest.mark.parametrize("text, width", [
    ("200", 1920), ("200만", 1920), ("2,000,000", 1920), ("2M", 1920), ("2메가", 1920), ("210만화소", 1920),
    ("130", 1280),
    ("41", 720), ("41만", 720), ("400", 2560), ("500만", 2592), ("800", 3840), ("4K UHD", 3840), ("FHD", 1920),
    ("1920x1080", 1920), ("1080p", 1920), ("280", 2231), ("", None), ("미상", None), ("0", None), ("99999999999", None),
])  # fmt: skip
def test_picture_width_follows_the_pixel_count(text: str, width: int | None) -> None:
    assert picture_width(text) == width


@pytest.mark.parametrize("text", ["", "nan", "inf", "1_0", "37.5.1", "37°31'", "１２", "0x10", "미상", "1e999"])
def test_what_is_no_plain_number_is_none(text: str) -> None:
    assert number(text) is None


def test_whole_numbers_may_carry_their_unit_but_not_leave_their_range() -> None:
    assert [whole(text, 1, 99) for text in ("3", "3대", " 2.0", "0", "100", "2.5", "셋")] == [
        3,
        3,
        2,
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_offices_use_is_read(encoding: str) -> None:
    assert decode("위도,경도\r\n쀍,뷁".encode(encoding)).text.lstrip("\ufeff").startswith("위도,경도")


@pytest.mark.parametrize("data, code, facts", [
    (b"", "table.empty", {}), (b"\n\r\n  ", "table.empty", {}), (b"\xef\xbb\xbf", "table.empty", {}),
    (b"PK\x03\x04rest", "table.not_csv", {"what": "ZIP/XLSX", "byte": 0}),
    (b"%PDF-1.7", "table.not_csv", {"what": "PDF", "byte": 0}),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "table.not_csv", {"what": "XLS/HWP", "byte": 0}),
    (b"\n<!DOCTYPE html><html>", "table.not_csv", {"what": "HTML", "byte": 0}),
    (b"a,b\n\x00\x01", "table.not_csv", {"what": "binary", "byte": 4}),
    (b"a,b\n" + b"\xff\xfe\xff" * 40, "table.not_text", {"byte": 4}),
])  # fmt: skip
def test_what_is_no_register_is_refused_with_the_byte(data: bytes, code: str, facts: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        decode(data)
    assert (refused.value.code, refused.value.facts) == (code, facts)


def rows_of(text: str, width: int = 3) -> list[list[str] | None]:
    lines = split_lines(text)
    return list(split_rows(lines, find_delimiter(lines), width))


def test_newlines_in_quotes_belong_to_their_cell() -> None:
    assert rows_of('a,"b\r\nc",d\r\n1,2,3') == [["a", "b\nc", "d"], ["1", "2", "3"]]


def test_a_stray_quote_spoils_its_own_line_only() -> None:
    assert rows_of('a,b,c\n"1,2,3\n4,5,6\n7,"8\n8",9') == [
        ["a", "b", "c"],
        None,
        ["4", "5", "6"],
        ["7", "8\n8", "9"],
    ]


def test_a_quote_that_closes_in_a_later_row_does_not_join_the_rows() -> None:
    assert rows_of('"1,2,3\n4,5,6"\n7,8,9') == [None, ["4", "5", '6"'], ["7", "8", "9"]]


def test_a_quote_inside_a_cell_is_a_letter() -> None:
    assert rows_of('1,55" 화면,3') == [["1", '55" 화면', "3"]]


def test_blank_lines_and_empty_spreadsheet_rows_are_no_rows() -> None:
    assert rows_of("1,2,3\n\n,,\n  \n4,5,6\n\x1a") == [["1", "2", "3"], ["4", "5", "6"]]


@pytest.mark.parametrize("mark", ["\t", ";", "|"])
def test_other_separators_are_found(mark: str) -> None:
    assert rows_of(mark.join("abc") + "\n" + mark.join("123")) == [["a", "b", "c"], ["1", "2", "3"]]


def test_ids_come_from_the_register_or_the_row_and_never_clash() -> None:
    rows = [{"id": "A"}, {"id": "B", "lat": "1"}, {"id": "B", "lat": "2"}, {"lat": "3"}, {"lat": "3"}, {"lat": "4"}]
    ids = give_ids(rows)
    assert ids[0] == "A"
    assert len(set(ids)) == 6
    assert ids[4] == f"{ids[3]}-2"
    assert sorted(give_ids(rows[::-1])) == sorted(ids)


def test_dates_of_the_file_do_not_change_an_id() -> None:
    assert give_ids([{"lat": "3", "dated": "2025"}], FORM.anonymous) == give_ids(
        [{"lat": "3", "dated": "2026"}], FORM.anonymous
    )


def test_the_neighbourhood_and_district_are_read_from_the_address() -> None:
    cells = {"road": "인천광역시 옹진군 백령면 백령로 1", "lot": "인천광역시 옹진군 백령면 진촌리 12-3"}
    assert quarter_of(cells) == "백령면"
    assert district_of(cells) == "옹진군"
    assert district_of({"lot": "충청북도 청주시 흥덕구 복대동 1"}) == "흥덕구"
    assert quarter_of({"lot": "대전광역시 대덕구 중리동 산21-53"}) == "중리동"
