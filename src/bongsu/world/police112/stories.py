"""The 112 room: plausible calls to the police. Invented, nobody's words.

Event codes as agreed with the city (the codes 101–112 are its own choice, only MOJUC110 is public).
"""

from __future__ import annotations

from bongsu.world.feed import To
from bongsu.world.partner.story import Room, Story

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
    Story(
        code="NPAUC101",
        kind="murder",
        name="살인",
        call="옆집에서 비명이 나더니 사람이 피를 흘리며 쓰러져 있다고 함",
        update="용의자 현장 이탈, 남색 점퍼, 큰길 방향 도주",
        end="피해자 이송, 용의자 긴급체포",
    ),
    Story(
        code="NPAUC103",
        kind="pickpocketing",
        name="소매치기",
        call="정류장에서 가방 속 지갑을 빼 간 사람이 골목으로 들어갔다고 함",
        update="모자와 검은 마스크, 시장 쪽으로 걸어감",
        end="지갑 회수, 피의자 인계",
    ),
    Story(
        code="NPAUC106",
        kind="sexual_violence",
        name="성폭력",
        call="귀갓길에 뒤에서 붙잡혔다가 도망쳐 편의점에 있다고 함",
        update="상대방 회색 후드, 주택가 방향",
        end="신고자 보호, 상대방 검거",
    ),
    Story(
        code="NPAUC107",
        kind="domestic_violence",
        name="가정폭력",
        call="위층에서 때리는 소리와 우는 소리가 계속된다고 함",
        update="한 사람이 집 밖으로 나와 있음",
        end="분리 조치, 상담 연계",
    ),
    Story(
        code="NPAUC111",
        kind="break_in",
        name="주거침입",
        call="집에 들어오니 창문이 열려 있고 안방에서 인기척이 난다고 함",
        update="뒷문으로 나와 담을 넘어감",
        end="침입자 검거",
    ),
)
KINDS = tuple(story.kind for story in STORIES)

ROOM = Room(code="POLICE112", agency="police112", to=To.POLICE, system="112", name="112상황실", stories=STORIES)
