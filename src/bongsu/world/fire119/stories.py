"""The 119 room: plausible calls to the fire service. Invented; the codes are the city's own choice."""

from __future__ import annotations

from bongsu.world.feed import To
from bongsu.world.partner.story import Room, Story

STORIES = (
    Story(
        code="NFAUC201",
        kind="fire",
        name="화재",
        call="3층 빌라 창문에서 검은 연기와 불꽃이 보인다고 함. 안에 사람이 있는지 모름",
        update="연기 확산, 옆 건물로 번질 우려. 골목에 주차 차량 있음",
        end="완진, 인명피해 없음",
    ),
    Story(
        code="NFAUC201",
        kind="fire",
        name="화재",
        call="도로에 선 승용차 보닛에서 불이 난다고 함",
        update="불이 실내로 번짐, 운전자 대피 완료",
        end="차량 화재 진화 완료",
    ),
    Story(
        code="NFAUC202",
        kind="rescue",
        name="구조",
        call="교차로에서 차량 두 대가 충돌, 한 명이 차 안에 끼어 있다고 함",
        update="요구조자 의식 있음, 다리 끼임",
        end="요구조자 구출, 병원 이송",
    ),
    Story(
        code="NFAUC202",
        kind="rescue",
        name="구조",
        call="승강기가 층 사이에 멈추고 안에 두 명이 있다고 함",
        update="한 명이 호흡 곤란 호소",
        end="승강기 개방, 전원 구출",
    ),
    Story(
        code="NFAUC203",
        kind="medical",
        name="구급",
        call="길에서 60대 남성이 쓰러져 반응이 없다고 함",
        update="심폐소생술 시행 중, 자동심장충격기 요청",
        end="자발순환 회복, 병원 이송",
    ),
    Story(
        code="NFAUC203",
        kind="medical",
        name="구급",
        call="자전거를 타다 넘어져 머리에서 피가 난다고 함",
        update="의식 명료, 출혈 지속",
        end="응급처치 후 병원 이송",
    ),
    Story(
        code="NFAUC204",
        kind="hazardous_material",
        name="위험물 누출",
        call="탱크로리에서 액체가 새어 나와 도로에 흐른다고 함",
        update="냄새가 심해 주민 대피 중",
        end="누출 차단, 방제 완료",
    ),
)

NEAR_MISSES = (
    Story(
        code="NFAUC209",
        kind="fire_service_call",
        name="119 생활안전",
        call="가로수에 벌집이 있다고 함",
        update="보행자 통행 적음",
        end="벌집 제거",
    ),
    Story(
        code="NFAUC209",
        kind="fire_service_call",
        name="119 생활안전",
        call="문이 잠겨 집에 들어가지 못한다고 함",
        update="집 안에 위험 요소 없음",
        end="문 개방",
    ),
)

ROOM = Room(
    code="FIRE119",
    agency="fire119",
    to=To.FIRE,
    system="119",
    name="119상황실",
    stories=STORIES,
    near_misses=NEAR_MISSES,
)
