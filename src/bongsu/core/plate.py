"""Number plates of Korean cars, in one way of writing (자동차등록번호판): what a register of vehicles is asked by."""

from __future__ import annotations

import re
import unicodedata

from bongsu.core.errors import Invalid

REGIONS = (
    "서울",
    "부산",
    "대구",
    "인천",
    "광주",
    "대전",
    "울산",
    "세종",
    "경기",
    "강원",
    "충북",
    "충남",
    "전북",
    "전남",
    "경북",
    "경남",
    "제주",
)
PRIVATE = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주"
"""The letters of private cars; 하 허 호 are hired, 바 사 아 자 carry for money, 배 delivers."""
HIRED, COMMERCIAL = "하허호", "바사아자배"
LONGEST = 40

_PLAIN = re.compile(rf"([0-9]{{2,3}})([{PRIVATE}{HIRED}])([0-9]{{4}})")
_REGIONAL = re.compile(rf"({'|'.join(REGIONS)})([0-9]{{1,2}})([{PRIVATE}{HIRED}{COMMERCIAL}])([0-9]{{4}})")
_DIPLOMATIC = re.compile(r"(외교|영사|준외|준영|국기|협정|대표)([0-9]{3})-?([0-9]{3})")
_TWO_DIGITS = re.compile(r"[0-9]{2}[^0-9]")
_MACHINE = re.compile(rf"({'|'.join(REGIONS)})?0[0-9]{{1,2}}[가-힣][0-9]{{4}}")
"""Construction machines count from 01 (with a region) and 001 (since 2022); cars without one may too."""


def plate_of(text: str) -> str:
    """A plate as it is written without spaces: 12가3456, 123가4567 or 서울12가3456.

    Raises Invalid("plate.diplomatic") and Invalid("plate.machine") for what no register of cars knows,
    Invalid("plate.malformed") for everything else; none repeats what was typed.
    """
    bare = "".join(unicodedata.normalize("NFKC", text).split()) if len(text) <= LONGEST else ""
    if _DIPLOMATIC.fullmatch(bare):
        raise Invalid("plate.diplomatic")
    if _MACHINE.fullmatch(bare) and not _TWO_DIGITS.match(bare):
        raise Invalid("plate.machine")
    if _PLAIN.fullmatch(bare) or _REGIONAL.fullmatch(bare):
        return bare
    raise Invalid("plate.malformed")
