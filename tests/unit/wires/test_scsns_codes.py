"""The event-code table: whole, named in both languages, and overruled by a city's own."""

from __future__ import annotations

import re

import pytest

from bongsu.core.errors import Conflict, Invalid, Unavailable, Unknown
from bongsu.core.report import Severity
from bongsu.core.words import say
from bongsu.wires.bearer import read_bearer
from bongsu.wires.scsns.codes import builtin_codes, find_code, kinds, read_codes
from bongsu.wires.scsns.results import Result, http_status, result_of

SEVEN_CRIMES = ("murder", "robbery", "pickpocketing", "theft", "kidnapping", "sexual_violence", "domestic_violence")


def test_the_published_code_and_the_seven_crimes_are_there():
    codes = builtin_codes()
    assert codes["MOJUC110"].ko == "전자발찌 위치추적"
    assert set(SEVEN_CRIMES) <= set(kinds(codes))


def test_only_the_published_code_is_not_our_own():
    assert [key for key, code in builtin_codes().items() if not code.ours] == ["MOJUC110", "MOJUC110/접근금지침입"]


@pytest.mark.parametrize(
    ("detail", "kind"),
    [
        ("접근금지침입", "tag_exclusion_zone"),
        ("장치훼손", "tag_damage"),
        ("외출제한위반", "tag_curfew"),
        ("피해자접근", "tag_approach"),
        ("배터리부족", "electronic_tag"),
        ("", "electronic_tag"),
    ],
)
def test_the_detail_of_a_tag_alarm_decides_its_kind(detail, kind):
    assert find_code(builtin_codes(), "MOJUC110", detail).kind == kind


def test_a_detail_in_the_code_itself_is_no_code():
    assert find_code(builtin_codes(), "MOJUC110/장치훼손", "") is None
    assert find_code(builtin_codes(), "NPAUC102", "장치훼손").kind == "robbery"


def test_every_kind_has_its_name_in_both_languages():
    for kind, code in kinds(builtin_codes()).items():
        assert (say(f"kind.{kind}", "ko"), say(f"kind.{kind}", "en")) == (code.ko, code.en)
        assert re.fullmatch(r"[a-z_]+", kind)


def test_a_citys_own_table_adds_to_and_overrules_ours():
    text = '[[code]]\nid="MOJUC110"\nkind="tag"\nseverity="Minor"\nko="가"\nen="a"\n'
    codes = read_codes(text, builtin_codes())
    assert (codes["MOJUC110"].kind, codes["MOJUC110"].severity) == ("tag", Severity.MINOR)
    assert "NPAUC102" in codes
    assert builtin_codes()["MOJUC110"].kind == "electronic_tag"


@pytest.mark.parametrize(
    "text",
    [
        "[[code",
        '[[code]]\nid="A"',
        '[[code]]\nid="A"\nkind="b"\nseverity="Bad"\nko="가"\nen="a"',
        '[[code]]\nid="A"\nkind="b"\nseverity="Minor"\nko="가"\nen="a"\n' * 2,
        "[other]\na=1",
    ],
)
def test_a_wrong_table_stops_with_what_is_wrong(text):
    with pytest.raises(Invalid) as caught:
        read_codes(text)
    assert caught.value.code == "scsns.codes"
    assert caught.value.facts["detail"]


def test_every_result_rides_on_its_http_status():
    assert {result.value: http_status(result) for result in Result} == {
        "2000": 200, "2001": 201, "2002": 200, "2004": 200, "4000": 400, "4001": 401, "4004": 404, "4005": 405,
        "4006": 406, "4015": 415, "4100": 400, "4101": 400, "4102": 400, "4209": 429, "5000": 500, "5003": 503,
        "5004": 504, "5100": 404,
    }  # fmt: skip


def test_errors_from_inside_get_the_code_that_tells_the_sender_what_to_do():
    assert result_of(Unavailable("inbox.full")) is Result.UNAVAILABLE
    assert result_of(Unknown("scsns.session")) is Result.UNAUTHORIZED
    assert result_of(Conflict("report.conflict")) is Result.ALREADY_EXISTS
    assert result_of(Invalid("other")) is Result.BAD_REQUEST


@pytest.mark.parametrize(
    ("header", "key"), [("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Basic abc", ""), ("", "")]
)
def test_a_bearer_key_is_read_from_its_header(header, key):
    assert read_bearer(header) == key
