"""The forms camera registers come in: the two standard ones by position, all others by the words of their header.

A *field* is our name for what a column says; `docs/reference/imports.md` lists them for `--map`.
"""

from __future__ import annotations

from bongsu.imports.table.form import COORDINATES, Form, Guess

STANDARD_13 = (
    "owner",
    "road",
    "lot",
    "purpose",
    "count",
    "pixels",
    "facing",
    "retention",
    "installed",
    "phone",
    "lat",
    "lon",
    "dated",
)
"""전국CCTV표준데이터 from 관리기관명 to 데이터기준일자."""

STANDARD_18 = ("authority", "id", *STANDARD_13, "update_kind", "updated", "modified")
"""The form localdata hands out: two columns in front, three behind."""

WORDS: dict[str, str] = {
    "authority": "개방자치단체코드",
    "id": "관리번호 cctv관리번호 카메라번호 카메라id cctvid cctv번호 자산번호 mgtno",
    "owner": "관리기관명 관리기관 기관명 운영기관 관리부서 mngname owner",
    "road": "소재지도로명주소 도로명주소 소재지도로명 새주소 newaddress roadaddress",
    "lot": "소재지지번주소 지번주소 소재지지번 주소 소재지 구주소 oldaddress address addr",
    "name": "설치장소 장소 설치위치 위치 설치지점 지점명 명칭 cctv명 카메라명 name",
    "district": "자치구 구 구명 시군구 시군구명 시군명 district gu",
    "quarter": "읍면동 읍면동명 행정동 법정동 동 dong",
    "purpose": "설치목적구분 설치목적 목적 용도 구분 purpose",
    "count": "카메라대수 설치대수 대수 수량 카메라수 cctv수량 cctv대수 count cameras",
    "pixels": "카메라화소수 화소수 화소 해상도 카메라화소 pixels resolution",
    "facing": "촬영방면정보 촬영방면 촬영방향 방면 방향 facing direction",
    "retention": "보관일수 보관기간 keepday keepdays retention",
    "installed": "설치연월 설치년월 설치연도 설치년도 설치일 설치일자 installed",
    "phone": "관리기관전화번호 전화번호 연락처 mngphone phone tel",
    **COORDINATES,
    "dated": "데이터기준일자 데이터기준일 기준일자",
    "update_kind": "데이터갱신구분",
    "updated": "데이터갱신시점",
    "modified": "최종수정시점",
    "stream": "rtsp rtspurl stream streamurl 영상주소 스트림주소",
    "onvif": "onvif onvifurl 제어주소",
    "substream": "rtspsub rtspsuburl substream substreamurl 보조영상주소 보조스트림주소",
    "heading": "방위각 heading headingdeg azimuth",
    "hfov": "화각 시야각 fov hfov",
    "height": "설치높이 높이 height heightm",
}

GUESSES = (
    Guess("phone", r"^0\d{1,2}-\d{3,4}-\d{4}$", 0.5),
    Guess("owner", r"(시청|군청|구청|도청|경찰서|공단|공사|센터|교육청)$", 0.5),
    Guess("purpose", r"방범|어린이|교통|단속|재난|재해|시설물|쓰레기|산불|공원", 0.5),
    Guess("road", r"[가-힣](로|길)\s*\S*\d", 0.5),
    Guess("lot", r"[가-힣]\d*(동|읍|면|리|가)\s*(산\s*)?\d|[가-힣](로|길)\s*\S*\d", 0.3),
    Guess("id", r"^(?=.*\d)[0-9A-Za-z_-]{6,}$", 0.9),
    Guess("district", r"^[가-힣]{1,5}(구|군|시)$", 0.9),
    Guess("quarter", r"^[가-힣]{1,6}\d{0,2}(읍|면|동|가|리)$", 0.9),
    Guess("count", r"^[1-9]\d?$", 0.95),
)
"""In this order; each takes the column that fits best among those still free."""

FORM = Form(
    name="cctv",
    words=WORDS,
    standards=(STANDARD_13, STANDARD_18),
    guesses=GUESSES,
    anonymous=frozenset({"authority", "dated", "update_kind", "updated", "modified"}),
)
