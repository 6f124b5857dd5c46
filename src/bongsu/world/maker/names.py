"""Korean names for streets, quarters, schools and parks, as the road-name address law forms them.

도로명주소법: a 대로 has eight lanes or 40 m, a 로 two to seven lanes, the rest are 길; a side street is
named after the street it leaves and its distance from that street's start in units of 10 m, odd on the left.
"""

from __future__ import annotations

import random
from typing import NamedTuple


class Name(NamedTuple):
    """A name in Korean and in the official romanisation."""

    ko: str
    en: str


CITY = Name("한빛시", "Hanbit-si")
RIVER = Name("은하천", "Eunhacheon")
STATION_LINE = Name("한빛선", "Hanbit Line")
AVENUES = (
    Name("한빛대로", "Hanbit-daero"),
    Name("중앙대로", "Jungang-daero"),
    Name("은하대로", "Eunha-daero"),
    Name("봉수대로", "Bongsu-daero"),
    Name("시청대로", "Sicheong-daero"),
    Name("동서대로", "Dongseo-daero"),
    Name("새벽대로", "Saebyeok-daero"),
    Name("미르대로", "Mireu-daero"),
)
RIVERSIDE = (Name("은하북로", "Eunhabuk-ro"), Name("은하남로", "Eunhanam-ro"))
_STEMS = (
    "가온 Gaon,달빛 Dalbit,솔밭 Solbat,새터 Saeteo,은행나무 Eunhaengnamu,역전 Yeokjeon,시장 Sijang,학교 Hakgyo,"
    "마루 Maru,누리 Nuri,여울 Yeoul,햇살 Haetsal,바람 Baram,느티 Neuti,버들 Beodeul,온누리 Onnuri,아람 Aram,"
    "다솜 Dasom,샘터 Saemteo,들꽃 Deulkkot,별내 Byeollae,구름 Gureum,소리 Sori,한솔 Hansol,우물 Umul,두레 Dure,"
    "나루 Naru,고개 Gogae,해오름 Haeoreum,비단 Bidan,무지개 Mujigae,느루 Neuru,도담 Dodam,라온 Raon,벼리 Byeori,"
    "윤슬 Yunseul,이든 Ideun,진달래 Jindallae,초롱 Chorong,큰샘 Keunsaem,토담 Todam,푸른 Pureun,하늘 Haneul,"
    "동산 Dongsan,서원 Seowon,남산 Namsan,북성 Bukseong,향교 Hyanggyo,관아 Gwana,장터 Jangteo,물레 Mulle,"
    "돌담 Doldam,매화 Maehwa,국화 Gukhwa,모란 Moran,백합 Baekhap,산수 Sansu,청솔 Cheongsol,옥계 Okgye,은빛 Eunbit,"
    "금빛 Geumbit,새싹 Saessak,꽃길 Kkotgil,노을 Noeul,미리내 Mirinae,소담 Sodam,슬기 Seulgi,예솔 Yesol,찬샘 Chansaem,"
    "텃골 Teotgol,한터 Hanteo,양지 Yangji,배나무 Baenamu,감나무 Gamnamu,대추 Daechu,밤골 Bamgol,참나무 Chamnamu"
)
STEMS = tuple(Name(*pair.split(" ")) for pair in _STEMS.split(","))
PARKS = (
    Name("봉수산 자연공원", "Bongsusan Nature Park"),
    Name("솔숲산 자연공원", "Solsupsan Nature Park"),
    *(Name(f"{stem.ko}공원", f"{stem.en} Park") for stem in STEMS),
)
QUARTERS = (
    "달빛동 Dalbit-dong,가온동 Gaon-dong,새터동 Saeteo-dong,솔밭동 Solbat-dong,미르동 Mireu-dong,여울동 Yeoul-dong,"
    "나루동 Naru-dong,역전동 Yeokjeon-dong,느티동 Neuti-dong,햇살동 Haetsal-dong,마루동 Maru-dong,한솔동 Hansol-dong"
)
DONGS = tuple(Name(*pair.split(" ")) for pair in QUARTERS.split(","))
_LETTERS = [
    "가 ga",
    "나 na",
    "다 da",
    "라 ra",
    "마 ma",
    "바 ba",
    "사 sa",
    "아 a",
    "자 ja",
    "차 cha",
    "카 ka",
    "타 ta",
    "파 pa",
    "하 ha",
]
LETTERS = tuple(Name(*pair.split(" ")) for pair in _LETTERS)


def deal_roads(chance: random.Random) -> list[Name]:
    """The 로 of a city, shuffled; take them from the end."""
    roads = [Name(f"{stem.ko}로", f"{stem.en}-ro") for stem in STEMS]
    chance.shuffle(roads)
    numbered = [Name(f"{stem.ko}{n}로", f"{stem.en}{n}-ro") for n in (3, 2, 1) for stem in STEMS]
    return numbered + roads


def side_street(parent: Name, metres: float, on_left: bool) -> Name:
    """A street that leaves `parent` so many metres from its start (…로23번길)."""
    number = max(1, 2 * int(metres / 20) + (1 if on_left else 2))
    return Name(f"{parent.ko}{number}번길", f"{parent.en} {number}beon-gil")


def side_alley(parent: Name, nth: int) -> Name:
    """The nth alley that leaves a side street (…로23번나길)."""
    letter = LETTERS[nth % len(LETTERS)]
    stem, end = parent.ko.removesuffix("길"), parent.en.removesuffix("-gil")
    return Name(f"{stem}{letter.ko}길", f"{end}{letter.en}-gil")


def bridge(road: Name) -> Name:
    """The bridge that carries a road over the river."""
    return Name(
        road.ko.removesuffix("대로").removesuffix("로") + "교",
        road.en.removesuffix("-daero").removesuffix("-ro") + "gyo",
    )
