"""The tracking centre: what electronic tags report. Four triggers open cameras, anything else must not.

MOJUC110 is published; of its details (ocrEvtDtlCd) only 접근금지침입 is, the others are the city's own choice.
"""

from __future__ import annotations

from bongsu.world.feed import To
from bongsu.world.partner.story import Room, Story

STORIES = (
    Story(
        code="MOJUC110",
        kind="tag_exclusion_zone",
        name="전자발찌 위치추적",
        call="접근금지구역 침입",
        update="접근금지구역 안에서 이동 중",
        end="구역 이탈 확인, 보호관찰관 조치",
        detail="접근금지침입",
    ),
    Story(
        code="MOJUC110",
        kind="tag_damage",
        name="전자발찌 위치추적",
        call="전자장치 스트랩 훼손 신호 수신",
        update="훼손 후 이동 추정, 마지막 위치 갱신",
        end="대상자 검거, 장치 재부착",
        detail="장치훼손",
    ),
    Story(
        code="MOJUC110",
        kind="tag_curfew",
        name="전자발찌 위치추적",
        call="외출제한 시간 중 주거지 이탈",
        update="주거지에서 멀어지는 중",
        end="귀가 확인, 준수사항 위반 조사",
        detail="외출제한위반",
    ),
    Story(
        code="MOJUC110",
        kind="tag_approach",
        name="전자발찌 위치추적",
        call="보호대상자에게 접근",
        update="보호대상자와 거리 감소",
        end="접근 중단, 보호대상자 안전 확인",
        detail="피해자접근",
    ),
)

NEAR_MISSES = (
    Story(
        code="MOJUC110",
        kind="electronic_tag",
        name="전자발찌 위치추적",
        call="전자장치 배터리 부족",
        update="충전 안내 통화",
        end="충전 확인",
        detail="배터리부족",
    ),
    Story(
        code="MOJUC110",
        kind="electronic_tag",
        name="전자발찌 위치추적",
        call="전자장치 통신 두절",
        update="통신 음영 지역 추정",
        end="통신 복구",
        detail="통신두절",
    ),
)

ROOM = Room(
    code="MOJTRACK",
    agency="moj",
    to=To.TRACKING,
    system="MOJ",
    name="위치추적중앙관제센터",
    stories=STORIES,
    near_misses=NEAR_MISSES,
)
