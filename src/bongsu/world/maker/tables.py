"""The registers of a made city as files: the national standards' columns where there is one, cp949 and CRLF."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, TextIO

from bongsu.world.maker.facilities import Facilities, Thing
from bongsu.world.maker.files import COLUMNS, Row, cells
from bongsu.world.maker.names import Book
from bongsu.world.maker.sheet import Sheet

DATED = "2026-10-01"
_PHONE = "070-0000-0112"
_UPDATED = ("I", "2026-10-05 09:30:00", "2026-10-01 18:00:00")


class Table(NamedTuple):
    """One register: its file, its columns with commas between, how a row is written (thing, lat, lon, district)."""

    file: str
    columns: str
    write: Callable[[Thing, str, str, Book], tuple[str, ...]]


def _bell(one: Thing, lat: str, lon: str, book: Book) -> tuple[str, ...]:
    number = one.id.rpartition("-")[2]
    where = (one.name, one.address, one.address, lat, lon)
    links = ("양방향", "Y" if int(number) % 5 < 3 else "N", "N", "N", "경보등+경보음", str(one.year))
    owner = (f"{book.address}청", _PHONE, DATED, *_UPDATED)
    return (book.code, one.id, f"{one.year}-{number[-4:]}", one.kind, "기타", *where, *links, "2026-05-30", "Y", *owner)


def _lamp(one: Thing, lat: str, lon: str, book: Book) -> tuple[str, ...]:
    return (one.id, "1", one.address, "", lat, lon, str(one.year), "한전주", _PHONE, f"{book.address}청", DATED)


def _school(one: Thing, lat: str, lon: str, book: Book) -> tuple[str, ...]:
    office = (book.code, f"{book.city.ko}교육청", book.code, f"{book.city.ko}교육지원청")
    facts = (f"{one.year}-03-01", "공립", "본교", "운영", one.address, one.address)
    return (one.id, one.name, one.kind, *facts, *office, "2013-11-29", "2026-07-01", lat, lon, DATED)


def _police(one: Thing, lat: str, lon: str, book: Book) -> tuple[str, ...]:
    city = book.city.ko.removesuffix("광역시").removesuffix("시")
    return (book.address, one.name, f"{city}청", book.before.ko or city, one.kind, "", "", one.address, lat, lon)


def _fire(one: Thing, lat: str, lon: str, book: Book) -> tuple[str, ...]:
    return (one.id, one.name, one.kind, one.address, lat, lon, _PHONE, DATED)


def _hydrant(one: Thing, lat: str, lon: str, book: Book) -> tuple[str, ...]:
    return (one.id, one.kind, one.address, lat, lon, str(one.year), f"{book.address}", DATED)


TABLES = {
    "bells": Table(
        "bells.csv",
        "개방자치단체코드,관리번호,안전비상벨관리번호,설치목적,설치장소유형,설치위치,소재지도로명주소,소재지지번주소,"
        "WGS84위도,WGS84경도,연계방식,경찰연계유무,경비업체연계유무,관리사무소연계유무,부가기능,안전비상벨설치연도,"
        "최종점검일자,최종점검결과구분,관리기관명,관리기관전화번호,데이터기준일자,데이터갱신구분,데이터갱신시점,"
        "최종수정시점",
        _bell,
    ),
    "lamps": Table(
        "lamps.csv",
        "보안등위치명,설치개수,소재지도로명주소,소재지지번주소,위도,경도,설치연도,설치형태,관리기관전화번호,"
        "관리기관명,데이터기준일자",
        _lamp,
    ),
    "schools": Table(
        "schools.csv",
        "학교ID,학교명,학교급구분,설립일자,설립형태,본교분교구분,운영상태,소재지지번주소,소재지도로명주소,"
        "시도교육청코드,시도교육청명,교육지원청코드,교육지원청명,생성일자,변경일자,위도,경도,데이터기준일자",
        _school,
    ),
    "police": Table(
        "police.csv",
        "시군명,관서명,지방청명,경찰서명,구분명,소재지우편번호,소재지지번주소,소재지도로명주소,WGS84위도,WGS84경도",
        _police,
    ),
    "fire": Table("fire.csv", "관리번호,관서명,구분명,소재지도로명주소,위도,경도,전화번호,데이터기준일자", _fire),
    "hydrants": Table(
        "hydrants.csv", "시설번호,시설유형,소재지도로명주소,위도,경도,설치연도,관할기관명,데이터기준일자", _hydrant
    ),
}
"""The registers beside the cameras', by the names of `Facilities`."""


class Registers:
    """All registers of a city, written district by district."""

    def __init__(self, folder: Path) -> None:
        self._files: list[TextIO] = []
        self._cameras = self._open(folder / "cctv.csv", COLUMNS)
        self._tables = {word: self._open(folder / one.file, one.columns.split(",")) for word, one in TABLES.items()}

    def close(self) -> None:
        """Close all files."""
        for file in self._files:
            file.close()

    def add(self, rows: Iterable[Row], facilities: Facilities, sheet: Sheet, book: Book) -> None:
        """Write one district."""
        self._cameras.writerows(cells(row, book) for row in rows)
        for word, things in facilities._asdict().items():
            for one in things:
                place = sheet.to_point(*one.at)
                self._tables[word].writerow(TABLES[word].write(one, f"{place.lat:.7f}", f"{place.lon:.7f}", book))

    def _open(self, path: Path, columns: Iterable[str]):  # type: ignore[no-untyped-def]  # csv's writer has no public type
        file = path.open("w", encoding="cp949", newline="")
        self._files.append(file)
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        return writer
