"""What registers of places call their columns; those that are none of these go into `more` under their own words."""

from __future__ import annotations

from bongsu.core.asset import FacilityKind
from bongsu.imports.table.form import COORDINATES, Form, Guess

WORDS: dict[str, str] = {
    "id": "관리번호 학교id 시설번호 소방용수시설번호 번호 id",
    "name": (
        "시설명 명칭 이름 학교명 관서명 사고장소 대피소명 시설물명 점포명 상호 업소명 소방서명 안전센터명 설치장소 "
        "설치위치 위치명 name"
    ),
    "category": "구분 구분명 학교급구분 사고유형 유형 시설구분 시설유형 종류 category",
    "road": "소재지도로명주소 도로명주소 도로명 새주소 roadaddress",
    "lot": "소재지지번주소 지번주소 주소 소재지 사고위치 구주소 address addr",
    "district": "자치구 구 구명 시군구 시군구명 시군명 district gu",
    "quarter": "읍면동 읍면동명 행정동 동 dong",
    "owner": "관리기관명 관리기관 기관명 경찰서명 경찰서 관할서 관할경찰서 교육지원청명 owner",
    "phone": "전화번호 관리기관전화번호 연락처 phone tel",
    **COORDINATES,
    "dated": "데이터기준일자 데이터기준일 기준일자",
    "created": "생성일자",
    "updated": "변경일자 데이터갱신시점",
    "modified": "최종수정시점",
}

GUESSES = (
    Guess("phone", r"^0\d{1,2}-\d{3,4}-\d{4}$", 0.5),
    Guess("road", r"[가-힣](로|길)\s*\S*\d", 0.5),
    Guess("lot", r"[가-힣]\d*(동|읍|면|리|가)\s*(산\s*)?\d", 0.5),
    Guess("owner", r"(시청|군청|구청|도청|경찰서|소방서|공단|공사)$", 0.8),
    Guess("quarter", r"^[가-힣]{1,6}\d{0,2}(읍|면|동|가|리)$", 0.8),
    Guess("district", r"^[가-힣]{1,5}(구|군|시)$", 0.9),
    Guess("name", r"[가-힣A-Za-z]", 0.9),
)

ANONYMOUS = frozenset({"dated", "created", "updated", "modified"})
SHOWN = frozenset({"id", "name", "road", "lot", "district", "quarter", "owner", "phone", "lat", "lon"}) | ANONYMOUS
"""What has a place of its own in the record; the rest goes into `more`."""


def form_of(kind: FacilityKind) -> Form:
    """The form of registers of one kind."""
    return Form(name=kind.value, words=WORDS, guesses=GUESSES, anonymous=ANONYMOUS)
