"""The forms bell registers come in: the standard one of 24 columns by position, others by the words of their header."""

from __future__ import annotations

from bongsu.imports.table.form import COORDINATES, Form, Guess

STANDARD_19 = (
    "bell_id",
    "purpose",
    "kind",
    "name",
    "road",
    "lot",
    "lat",
    "lon",
    "link",
    "police",
    "guard",
    "office",
    "extras",
    "installed",
    "checked_on",
    "check_result",
    "owner",
    "phone",
    "dated",
)
"""전국안전비상벨위치표준데이터 from 안전비상벨관리번호 to 데이터기준일자."""

STANDARD_24 = ("authority", "id", *STANDARD_19, "update_kind", "updated", "modified")
"""The form localdata hands out: two columns in front, three behind."""

WORDS: dict[str, str] = {
    "authority": "개방자치단체코드",
    "id": "관리번호",
    "bell_id": "안전비상벨관리번호 비상벨관리번호 비상벨번호",
    "purpose": "설치목적",
    "kind": "설치장소유형 설치유형 장소유형",
    "name": "설치위치 설치장소 위치 장소",
    "road": "소재지도로명주소 도로명주소",
    "lot": "소재지지번주소 지번주소 주소 소재지",
    "district": "자치구 구 시군구 시군구명 시군명",
    "quarter": "읍면동 읍면동명 행정동 동",
    **COORDINATES,
    "link": "연계방식",
    "police": "경찰연계유무 경찰연계 112연계",
    "guard": "경비업체연계유무",
    "office": "관리사무소연계유무",
    "extras": "부가기능",
    "installed": "안전비상벨설치연도 설치연도 설치년도",
    "checked_on": "최종점검일자 점검일자",
    "check_result": "최종점검결과구분 점검결과",
    "owner": "관리기관명 관리기관 기관명",
    "phone": "관리기관전화번호 전화번호 연락처",
    "dated": "데이터기준일자 데이터기준일",
    "update_kind": "데이터갱신구분",
    "updated": "데이터갱신시점",
    "modified": "최종수정시점",
}

GUESSES = (
    Guess("phone", r"^0\d{1,2}-\d{3,4}-\d{4}$", 0.5),
    Guess("owner", r"(시청|군청|구청|도청|경찰서|공단|공사|센터)$", 0.5),
    Guess("road", r"[가-힣](로|길)\s*\S*\d", 0.5),
    Guess("lot", r"[가-힣]\d*(동|읍|면|리|가)\s*(산\s*)?\d", 0.5),
)

FORM = Form(
    name="bells",
    words=WORDS,
    standards=(STANDARD_19, STANDARD_24),
    guesses=GUESSES,
    anonymous=frozenset({"authority", "dated", "update_kind", "updated", "modified"}),
)
