"""What callers say in Korean: several ways to tell the same thing, none of them anybody's real words."""

from __future__ import annotations

import random
from collections.abc import Mapping

WITNESS: Mapping[str, tuple[str, ...]] = {
    "robbery": (
        "편의점에서 누가 칼을 들고 돈을 뺏어 나왔어요. {look}",
        "강도예요, 방금 가게에서 뛰쳐나갔어요. {look}",
        "가게 주인이 소리를 질러요, 돈을 뺏겼대요",
    ),
    "assault": (
        "길에서 남자 둘이 심하게 싸워요, 한 명이 쓰러져 있어요",
        "술 취한 사람이 지나가는 사람을 때렸어요. {look}",
        "사람이 맞고 있어요, 빨리 와 주세요",
    ),
    "theft": ("오토바이를 누가 끌고 가요. {look}", "세워 둔 자전거 자물쇠를 자르고 있어요"),
    "pickpocketing": ("지갑을 빼 갔어요, 뛰어갔어요. {look}", "소매치기를 봤어요. {look}"),
    "break_in": ("옆집 창문으로 누가 들어갔어요", "빈집에 불빛이 돌아다녀요, 아는 사람이 아니에요. {look}"),
    "weapon": ("칼을 들고 돌아다니는 사람이 있어요. {look}", "흉기를 든 사람이 소리를 질러요"),
    "stalking": ("누가 계속 따라와요, 집 앞까지 왔어요. {look}", "헤어진 사람이 건물 앞에 숨어 있어요"),
    "kidnapping": ("여자를 억지로 차에 태우는 걸 봤어요. {look}", "살려 달라는 소리가 나더니 승합차가 갔어요"),
    "fire": (
        "{place}에서 연기가 나요",
        "불이 났어요, {place}이에요. 불꽃이 보여요",
        "타는 냄새가 심하고 검은 연기가 올라와요",
        "건너편 건물에 불이 난 것 같아요, 사람들이 소리쳐요",
    ),
    "accident": (
        "차끼리 부딪혔어요, 길이 막혔어요",
        "교통사고예요, 사람이 다친 것 같아요",
        "방금 쾅 소리가 났어요, 차가 길 한가운데 서 있어요",
    ),
    "pedestrian": ("사람이 차에 치였어요, 움직이지를 않아요", "횡단보도에서 할머니가 차에 부딪혔어요"),
    "collapse": ("사람이 쓰러졌어요, 숨을 안 쉬는 것 같아요", "지나가던 분이 갑자기 쓰러졌어요"),
    "fall": ("계단에서 넘어져서 못 일어나세요", "어르신이 빙판에 미끄러졌어요, 허리를 못 움직이세요"),
    "flood": ("지하차도에 물이 차올라요", "도로가 물에 잠겨서 차가 못 가요"),
    "landslide": ("산에서 흙이 쏟아져 내려와요", "축대가 기울더니 흙이 무너졌어요"),
    "building_collapse": ("공사장 비계가 무너졌어요", "지붕이 내려앉았어요, 안에 사람이 있는지 모르겠어요"),
    "gas_leak": ("가스 냄새가 심하게 나요", "골목에 가스 냄새가 진동해요, 쉭쉭 소리가 나요"),
}
KIN: Mapping[str, tuple[str, ...]] = {
    "dementia": (
        "치매가 있는 {who}가 집을 나가셨어요. {age}세, {look}",
        "{who}가 안 계세요, 치매가 있으세요. {age}세, 마지막으로 {look}",
    ),
    "child": (
        "아이가 없어졌어요, {age}살이에요. {look}",
        "{age}살 아이를 잃어버렸어요, 방금까지 같이 있었어요. {look}",
    ),
}
VICTIM: Mapping[str, tuple[str, ...]] = {
    "robbery": ("돈을 뺏겼어요, 칼로 위협했어요. {look}",),
    "assault": ("맞았어요, 피가 나요",),
    "theft": ("오토바이가 없어졌어요, 방금 끌고 갔어요. {look}",),
    "pickpocketing": ("지갑을 도둑맞았어요. {look}",),
    "break_in": ("집에 누가 들어왔어요, 방에 숨어 있어요",),
    "weapon": ("칼을 든 사람이 저한테 다가왔어요. {look}",),
    "stalking": ("전 남자친구가 따라와요, 무서워요",),
    "kidnapping": ("살려 주세요 (통화 끊김)",),
}
SENSOR: Mapping[str, tuple[str, ...]] = {
    "fire": ("자동화재탐지설비 작동, {place}",),
    "flood": ("지하차도 수위 센서 경보, 30 cm 초과",),
    "landslide": ("사면 경사 센서 경보",),
    "building_collapse": ("구조물 기울기 센서 경보",),
    "gas_leak": ("가스 농도 센서 경보",),
    "zone": ("전자장치 부착자 출입금지구역 진입",),
    "damage": ("전자장치 훼손 신호",),
    "approach": ("전자장치 부착자 피해자 접근 경보",),
}
BELL = ("비상벨이 눌렸습니다. 응답이 없습니다", "비상벨이 눌렸습니다. 비명 소리가 들립니다")
SIGHTING = (
    "{look} 지금 {place}를 지나갔어요",
    "방금 그 사람이 {place} 쪽으로 갔어요. {look}",
    "{place}에서 봤어요. {look}",
)
OVER: Mapping[str, tuple[str, ...]] = {
    "crime": ("용의자 검거", "현장 정리, 용의자 추적 계속", "당사자 분리, 현장 종결"),
    "fire": ("완진", "진화 완료, 인명 피해 확인 중"),
    "accident": ("사고 차량 견인, 통행 재개",),
    "lost": ("대상자 발견, 가족에게 인계",),
    "medical": ("병원 이송",),
    "tag": ("대상자 확인, 경보 해제",),
    "disaster": ("현장 조치 완료",),
}
_TOPS = (
    "검은색 패딩",
    "회색 후드",
    "파란 점퍼",
    "흰색 셔츠",
    "빨간 조끼",
    "베이지색 코트",
    "분홍색 스웨터",
    "남색 점퍼",
)
_BOTTOMS = ("청바지", "검은 바지", "회색 운동복", "면바지")
_THINGS = ("모자를 썼어요", "마스크를 썼어요", "가방을 메고 있어요", "안경을 썼어요", "장갑을 꼈어요")
_CARS = ("은색 승합차", "검은색 세단", "흰색 승용차", "파란색 트럭", "회색 SUV")


def a_look(chance: random.Random, *, by_car: bool = False) -> str:
    """How somebody looks, as a caller would say it."""
    if by_car:
        return f"{chance.choice(_CARS)}, 끝 번호 {chance.randrange(10)}{chance.randrange(10)}"
    return f"{chance.choice(_TOPS)}, {chance.choice(_BOTTOMS)}, {chance.choice(_THINGS)}"


def say(table: Mapping[str, tuple[str, ...]], kind: str, chance: random.Random, **facts: object) -> str:
    """One way of saying it; what the caller does not know is left out."""
    return chance.choice(table[kind]).format(**facts).strip()
