"""The rows of the national CCTV register (전국CCTV표준데이터) for the poles of a made district."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import NamedTuple

from bongsu.core.geo import Point
from bongsu.world.maker import names
from bongsu.world.maker.poles import Lens, Pole
from bongsu.world.maker.sheet import Sheet
from bongsu.world.maker.town import Town, nearest

COLUMNS = [
    "개방자치단체코드",
    "관리번호",
    "관리기관명",
    "소재지도로명주소",
    "소재지지번주소",
    "설치목적구분",
    "카메라대수",
    "카메라화소수",
    "촬영방면정보",
    "보관일수",
    "설치연월",
    "관리기관전화번호",
    "WGS84위도",
    "WGS84경도",
    "데이터기준일자",
    "데이터갱신구분",
    "데이터갱신시점",
    "최종수정시점",
]
_TOWARDS = ("북", "북동", "동", "남동", "남", "남서", "서", "북서")
_PIXELS = {1280: "100", 1920: "200", 2560: "400", 3840: "800"}


class Row(NamedTuple):
    """One camera of the register, with what only the world knows of it."""

    id: str
    pole: Pole
    lens: Lens
    place: Point
    told: str
    installed: str
    address: str
    lot: str


def list_rows(
    town: Town, poles: list[Pole], sheet: Sheet, chance: random.Random, book: names.Book = names.TOWN
) -> Iterator[Row]:
    """One register row a camera; the headings of some older poles were never written down."""
    quarters = [mark for mark in town.marks if mark.kind == "neighbourhood"]
    for number, pole in enumerate(poles, start=1):
        place = sheet.to_point(*pole.at)
        place = Point(round(place.lon, 7), round(place.lat, 7))
        quarter = nearest(quarters, pole.at).name.ko
        address = f"{book.address} {pole.way.name.ko} {_house_number(pole)} ({quarter})"
        lot = f"{book.address} {quarter} {chance.randint(10, 980)}-{chance.randint(1, 40)}"
        year = chance.choices(range(2012, 2027), range(2, 17))[0]
        forgotten = chance.random() < (0.3 if year < 2018 else 0.08)
        for nth, lens in enumerate(pole.lenses, start=1):
            told = chance.choice(("", pole.hint)) if forgotten else _told(lens, chance)
            installed = f"{year}{chance.randint(1, 9):02}"
            yield Row(f"{book.mark}-{number:04}-{nth}", pole, lens, place, told, installed, address, lot)


def cells(row: Row, book: names.Book = names.TOWN) -> tuple[str, ...]:
    """The 18 cells of a camera's row."""
    return (
        book.code,
        row.id,
        f"{book.address}청",
        row.address,
        row.lot,
        row.pole.purpose,
        "1",
        _PIXELS[row.lens.width_px],
        row.told,
        "30",
        row.installed,
        "070-0000-0112",
        f"{row.place.lat:.7f}",
        f"{row.place.lon:.7f}",
        "2026-10-01",
        "I",
        "2026-10-05 09:30:00",
        "2026-10-01 18:00:00",
    )


def _told(lens: Lens, chance: random.Random) -> str:
    degrees = round(lens.heading_deg) % 360
    towards = f"{_TOWARDS[round(degrees / 45) % 8]}({degrees}도)"
    return towards if chance.random() < 0.08 else f"{towards}, 화각 {round(lens.hfov_deg)}도"


def _house_number(pole: Pole) -> int:
    """The building number beside a pole: two for every 20 m from the street's start (도로명주소법)."""
    line = pole.way.line
    gone = best = 0.0
    near = float("inf")
    for here, there in itertools.pairwise(line):
        away = (here[0] - pole.at[0]) ** 2 + (here[1] - pole.at[1]) ** 2
        if away < near:
            near, best = away, gone
        gone += ((there[0] - here[0]) ** 2 + (there[1] - here[1]) ** 2) ** 0.5
    return max(1, 2 * int(best / 20) + 1)
