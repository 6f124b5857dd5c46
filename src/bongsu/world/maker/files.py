"""The made city as a real city would hand it over: the national CCTV register and an OpenStreetMap extract."""

from __future__ import annotations

import csv
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import osmium
from osmium.osm import mutable

from bongsu.core.geo import Plane, Point
from bongsu.world.maker import names
from bongsu.world.maker.poles import Lens, Pole
from bongsu.world.maker.shapes import Spot
from bongsu.world.maker.streets import AVENUE, RANKS
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


def list_rows(town: Town, poles: list[Pole], plane: Plane, chance: random.Random) -> Iterator[Row]:
    """One register row a camera; the headings of some older poles were never written down."""
    quarters = [mark for mark in town.marks if mark.kind == "neighbourhood"]
    for number, pole in enumerate(poles, start=1):
        place = plane.to_point(*pole.at)
        place = Point(round(place.lon, 7), round(place.lat, 7))
        quarter = nearest(quarters, pole.at).name.ko
        address = f"{names.CITY.ko} {pole.way.name.ko} {_house_number(pole)} ({quarter})"
        lot = f"{names.CITY.ko} {quarter} {chance.randint(10, 980)}-{chance.randint(1, 40)}"
        year = chance.choices(range(2012, 2027), range(2, 17))[0]
        forgotten = chance.random() < (0.3 if year < 2018 else 0.08)
        for nth, lens in enumerate(pole.lenses, start=1):
            told = chance.choice(("", pole.hint)) if forgotten else _told(lens, chance)
            installed = f"{year}{chance.randint(1, 9):02}"
            yield Row(f"HB-{number:04}-{nth}", pole, lens, place, told, installed, address, lot)


def write_register(rows: list[Row], path: Path) -> None:
    """Write 전국CCTV표준데이터: 18 columns, cp949, CRLF."""
    with path.open("w", encoding="cp949", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow(_cells(row))


def _cells(row: Row) -> tuple[str, ...]:
    return (
        "3990000",
        row.id,
        f"{names.CITY.ko}청",
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


class _Nodes:
    """Hands out one node a spot, so that streets which meet share it."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.ids: dict[tuple[int, int], int] = {}
        self.made: list[tuple[int, Point, dict[str, str]]] = []

    def at(self, spot: Spot) -> int:
        key = (round(spot[0] * 20), round(spot[1] * 20))
        if key not in self.ids:
            self.ids[key] = self.mark(spot, {})
        return self.ids[key]

    def mark(self, spot: Spot, tags: dict[str, str]) -> int:
        number = len(self.made) + 1
        self.made.append((number, self.plane.to_point(*spot), tags))
        return number


def write_map(town: Town, plane: Plane, path: Path) -> None:
    """Write the town as an .osm.pbf with the tags OpenStreetMap's contributors would use."""
    nodes = _Nodes(plane)
    ways: list[tuple[list[int], dict[str, str]]] = []
    for way in town.ways:
        ways.append(([nodes.at(p) for p in way.line], _road_tags(way.rank, way.name, way.bridge)))
    for field in town.fields:
        tags = {"natural": "water", "water": "river"} if field.kind == "water" else {"leisure": "park"}
        ways.append((_closed(nodes, field.ring), tags | _named(field.name)))
    for house in town.houses:
        tags = {"building": house.kind, "height": f"{house.height_m:g}"}
        ways.append((_closed(nodes, house.ring), tags))
    for mark in town.marks:
        nodes.mark(mark.at, _MARK_TAGS[mark.kind] | _named(mark.name))
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for number, point, tags in nodes.made:
            writer.add_node(mutable.Node(id=number, location=(point.lon, point.lat), tags=tags, version=1))
        for number, (refs, tags) in enumerate(ways, start=1):
            writer.add_way(mutable.Way(id=number, nodes=refs, tags=tags, version=1))


_MARK_TAGS = {
    "neighbourhood": {"place": "neighbourhood"},
    "school": {"amenity": "school"},
    "station": {"railway": "station", "public_transport": "station"},
}


def _road_tags(rank: int, name: names.Name, bridge: bool) -> dict[str, str]:
    tags = {"highway": RANKS[rank].highway, "lanes": str(RANKS[rank].lanes)} | _named(name)
    if rank == AVENUE:
        tags["maxspeed"] = "60"
    return tags | {"bridge": "yes", "layer": "1"} if bridge else tags


def _named(name: names.Name) -> dict[str, str]:
    return {"name": name.ko, "name:en": name.en}


def _closed(nodes: _Nodes, ring: list[Spot]) -> list[int]:
    refs = [nodes.at(p) for p in ring]
    return [*refs, refs[0]]
