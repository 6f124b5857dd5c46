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


class Book(NamedTuple):
    """The names of one district: `avenues` are four from south to north, then four of the levels across.

    A city of one district has none of its own: `district` and `before` are then empty. `mark` begins the ids of its
    cameras, `code` is the authority's number in registers.
    """

    city: Name
    district: Name
    before: Name
    avenues: tuple[Name, ...]
    riverside: tuple[Name, Name]
    river: Name
    dongs: tuple[Name, ...]
    mark: str
    code: str

    @property
    def address(self) -> str:
        """How every address in it begins."""
        return f"{self.city.ko} {self.district.ko}".strip()


TOWN = Book(CITY, Name("", ""), Name("", ""), AVENUES, RIVERSIDE, RIVER, DONGS, "HB", "3990000")
METROPOLIS = Name("한빛광역시", "Hanbit Metropolitan City")
_MORE = "한빛 Hanbit,은하 Eunha,봉수 Bongsu,새벽 Saebyeok,미르 Mireu"
_PLAIN = frozenset({"역전", "시장", "학교", "은행나무", "우물", "장터", "관아"})
GU = (
    *(Name(*pair.split(" ")) for pair in _MORE.split(",")),
    *(stem for stem in STEMS if stem.ko not in _PLAIN),
)
_HEADS = "윗 Wit,아랫 Araet,큰 Keun,새 Sae,안 An,바깥 Bakkat,동 Dong,서 Seo,남 Nam,북 Buk,중 Jung,본 Bon"
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


def district(city: Name, number: int, column: int, row: int) -> Book:
    """The names of a district in a grid: avenues keep their names across it, all else begins with its own."""
    stem = GU[number]
    ups = [Name(f"{s.ko}대로", f"{s.en}-daero") for s in _around(4 * column, 4)]
    levels = [Name(f"{s.ko}대로", f"{s.en}-daero") for s in _around(-3 * (row + 1), 3)]
    river = GU[-1 - row]
    return Book(
        city=city,
        district=Name(f"{stem.ko}구", f"{stem.en}-gu"),
        before=stem,
        avenues=(*ups, *levels, levels[0]),
        riverside=(
            Name(f"{river.ko}북로", f"{river.en}buk-ro"),
            Name(f"{river.ko}남로", f"{river.en}nam-ro"),
        ),
        river=Name(f"{river.ko}천", f"{river.en}cheon"),
        dongs=tuple(
            Name(f"{ko}{stem.ko}동", f"{en}{stem.en.lower()}-dong")
            for ko, en in (head.split(" ") for head in _HEADS.split(","))
        ),
        mark=f"HB{number + 1:02}",
        code=str(3990000 + 10000 * number),
    )


def _around(first: int, many: int) -> list[Name]:
    return [STEMS[(first + n) % len(STEMS)] for n in range(many)]


def deal_roads(chance: random.Random, before: Name | None = None) -> list[Name]:
    """The 로 of a city, shuffled; take them from the end. `before` stands in front of each (은하솔밭로)."""
    stems = [Name(before.ko + s.ko, before.en + s.en.lower()) for s in STEMS] if before and before.ko else STEMS
    roads = [Name(f"{stem.ko}로", f"{stem.en}-ro") for stem in stems]
    chance.shuffle(roads)
    numbered = [Name(f"{stem.ko}{n}로", f"{stem.en}{n}-ro") for n in (3, 2, 1) for stem in stems]
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
