"""Plausible 112 calls: kind, what the caller says, what is learnt later, how the case ends. Invented, nobody's words.

Event codes as agreed with the city (the codes 101–112 are its own choice, only MOJUC110 is public).
"""

from __future__ import annotations

import math
import random
from datetime import datetime

import msgspec

from bongsu.core.geo import Plane, Point
from bongsu.world.police112 import wire

EXERCISE = (("status", "Exercise"),)


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of call; `kind` is the platform's name for `code`."""

    code: str
    kind: str
    name: str
    call: str
    update: str
    end: str


STORIES = (
    Story(
        code="NPAUC102",
        kind="robbery",
        name="강도",
        call="편의점에 모자 쓴 남자가 들어와 흉기로 위협하고 돈을 가져갔다고 함. 검은색 상의, 도보로 도주",
        update="용의자 골목으로 이동 중, 회색 배낭 착용",
        end="용의자 검거, 피해자 부상 없음",
    ),
    Story(
        code="NPAUC108",
        kind="assault",
        name="폭행",
        call="술에 취한 남성 두 명이 길에서 몸싸움 중, 한 명이 넘어져 있음",
        update="한 명 현장 이탈, 흰색 셔츠",
        end="당사자 분리, 현장 종결",
    ),
    Story(
        code="NPAUC105",
        kind="kidnapping",
        name="납치감금",
        call="여성이 승합차에 강제로 태워지는 것을 보았다고 함. 은색 승합차",
        update="승합차 큰길 방향으로 출발",
        end="차량 확인, 가족 간 다툼으로 판명",
    ),
    Story(
        code="NPAUC104",
        kind="theft",
        name="절도",
        call="세워 둔 오토바이를 누가 끌고 간다고 함",
        update="오토바이를 끌고 상가 뒤편으로 이동",
        end="오토바이 회수",
    ),
    Story(
        code="NPAUC110",
        kind="stalking",
        name="스토킹",
        call="헤어진 사람이 집 앞까지 따라왔다고 함. 건물 입구에 숨어 있음",
        update="신고자 인근 상점으로 대피",
        end="신고자 안전 확보, 상대방 임의동행",
    ),
    Story(
        code="NPAUC112",
        kind="missing_person",
        name="실종",
        call="치매가 있는 어머니가 30분 전 집을 나갔다고 함. 분홍색 조끼, 지팡이",
        update="공원 입구에서 보았다는 주민 제보",
        end="대상자 발견, 가족에게 인계",
    ),
    Story(
        code="NPAUC109",
        kind="weapon",
        name="흉기 소지",
        call="흉기를 든 사람이 거리를 배회한다고 함",
        update="인도에서 소리를 지르고 있음",
        end="대상자 제압, 흉기 회수",
    ),
)
KINDS = tuple(story.kind for story in STORIES)


def a_story(chance: random.Random) -> Story:
    """One kind of call, by chance."""
    return chance.choice(STORIES)


def near(place: Point, chance: random.Random, *, at_least_m: float = 10.0, at_most_m: float = 60.0) -> Point:
    """A place some metres off, in a direction by chance."""
    plane = Plane(place)
    away = chance.uniform(at_least_m, at_most_m)
    turn = chance.uniform(0, math.tau)
    return plane.to_point(away * math.cos(turn), away * math.sin(turn))


def begin(story: Story, occurrence: str, place: Point, at: datetime, address: str = "") -> wire.Event:
    """The report of a new call (10), as an exercise."""
    return wire.Event(
        occurrence=occurrence,
        step=wire.OCCURRED,
        code=story.code,
        name=story.name,
        occurred_at=at,
        stated_at=at,
        where=place,
        address=address,
        text=story.call,
        items=EXERCISE,
    )


def learn(story: Story, begun: wire.Event, at: datetime, place: Point | None = None) -> wire.Event:
    """What is learnt later (40), with the place where it goes on."""
    fields = {"step": wire.CHANGED, "stated_at": at, "text": story.update, "where": place or begun.where}
    return msgspec.structs.replace(begun, **fields)


def finish(story: Story, begun: wire.Event, at: datetime, step: str = wire.ENDED) -> wire.Event:
    """The end of a case: released (50), cancelled (90) or ended (91)."""
    return msgspec.structs.replace(begun, step=step, stated_at=at, text=story.end)
