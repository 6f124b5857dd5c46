"""The finished plan laid on the ground: streets as lines with shared joints, houses, water, parks and places."""

from __future__ import annotations

import itertools
import random
from typing import NamedTuple

from bongsu.world.maker import names
from bongsu.world.maker.lots import House, Use, Ward, settle
from bongsu.world.maker.names import Book, Name
from bongsu.world.maker.shapes import Spot, centre
from bongsu.world.maker.streets import AVENUE, RANKS, Plan, Street, lay_avenues
from bongsu.world.maker.terrain import (
    BANK_M,
    HALF_DEPTH_M,
    HALF_LENGTH_M,
    RIVER_AT_M,
    RIVER_HALF_M,
    Land,
)


class Way(NamedTuple):
    """A street laid on the ground, metres east and north; `joints` are the indices where others meet it."""

    line: list[Spot]
    rank: int
    name: Name
    joints: list[int]
    bridge: bool = False


class Field(NamedTuple):
    """Water or a park."""

    kind: str
    ring: list[Spot]
    name: Name


class Mark(NamedTuple):
    """A named point: a quarter, a school or a station."""

    kind: str
    at: Spot
    name: Name


class Town(NamedTuple):
    """Everything of the city but its cameras, in metres east and north of its middle."""

    ways: list[Way]
    houses: list[House]
    fields: list[Field]
    marks: list[Mark]
    schools: list[list[Spot]]


def build(chance: random.Random, book: Book = names.TOWN) -> Town:
    """Make the whole town with the names of a book; the same chance makes the same town."""
    land = Land.of(chance)
    plan = Plan(chance, book)
    wards, houses = settle(plan, lay_avenues(plan))
    ways = [way for street in plan.streets for way in _ways(land, street)]
    quarters = _quarters(land, chance, book)
    schools = [ward for ward in wards if ward.use is Use.SCHOOL]
    return Town(
        ways=ways,
        houses=[House([land.lay(p) for p in house.ring], house.height_m, house.kind) for house in houses],
        fields=[*_river(land, book), *_parks(land, wards)],
        marks=[*quarters, *_schools(land, schools, quarters), *_stations(land, plan)],
        schools=[[land.lay(p) for p in ward.ring] for ward in schools],
    )


def _ways(land: Land, street: Street) -> list[Way]:
    """One way, or three where an avenue crosses the river: its bridge is a way of its own."""
    line = street.line()
    low, high = RIVER_AT_M - RIVER_HALF_M, RIVER_AT_M + RIVER_HALF_M
    if street.rank != AVENUE or street.start[0] != street.end[0]:
        return [_way(land, line, street.rank, street.name)]
    u = street.start[0]
    south = [p for p in line if p[1] < low] + [(u, low)]
    north = [(u, high)] + [p for p in line if p[1] > high]
    return [
        _way(land, south, street.rank, street.name),
        _way(land, [(u, low), (u, high)], street.rank, names.bridge(street.name), bridge=True),
        _way(land, north, street.rank, street.name),
    ]


def _way(land: Land, line: list[Spot], rank: int, name: Name, *, bridge: bool = False) -> Way:
    laid: list[Spot] = [land.lay(line[0])]
    joints = [0]
    for a, b in itertools.pairwise(line):
        laid += land.lay_line([a, b])[1:]
        joints.append(len(laid) - 1)
    return Way(laid, rank, name, joints, bridge)


def _river(land: Land, book: Book) -> list[Field]:
    def band(low: float, high: float) -> list[Spot]:
        near, far = -HALF_LENGTH_M - 60, HALF_LENGTH_M + 60
        return land.lay_line([(near, low), (far, low)], 40) + land.lay_line([(far, high), (near, high)], 40)

    road_half = RANKS[1].half_m
    low, high = RIVER_AT_M - RIVER_HALF_M, RIVER_AT_M + RIVER_HALF_M
    banks = Name(f"{book.river.ko} 둔치공원", f"{book.river.en} Riverside Park")
    return [
        Field("water", band(low, high), book.river),
        Field("park", band(low - BANK_M + road_half, low), banks),
        Field("park", band(high, high + BANK_M - road_half), banks),
    ]


def _parks(land: Land, wards: list[Ward]) -> list[Field]:
    parks = [ward for ward in wards if ward.use is Use.PARK]
    return [
        Field(
            "park",
            [land.lay(p) for p in ward.ring],
            name,
        )
        for ward, name in zip(parks, names.PARKS, strict=False)
    ]


def _quarters(land: Land, chance: random.Random, book: Book) -> list[Mark]:
    spots: list[Spot] = []
    for v, count in ((-1080.0, 4), (330.0, 4), (1080.0, 4)):
        for i in range(count):
            u = -HALF_LENGTH_M + (i + 0.5) * 2 * HALF_LENGTH_M / count
            spots.append((u + chance.uniform(-110, 110), min(HALF_DEPTH_M, v + chance.uniform(-90, 90))))
    return [Mark("neighbourhood", land.lay(s), n) for s, n in zip(spots, book.dongs, strict=False)]


def _schools(land: Land, schools: list[Ward], quarters: list[Mark]) -> list[Mark]:
    marks: list[Mark] = []
    taken: dict[str, int] = {}
    for ward in schools:
        at = land.lay(centre(ward.ring))
        quarter = nearest(quarters, at).name
        nth = taken.get(quarter.ko, 0)
        taken[quarter.ko] = nth + 1
        kind = (("초등학교", "Elementary School"), ("중학교", "Middle School"), ("고등학교", "High School"))[
            min(nth, 2)
        ]
        stem_ko, stem_en = quarter.ko.removesuffix("동"), quarter.en.removesuffix("-dong")
        marks.append(Mark("school", at, Name(stem_ko + kind[0], f"{stem_en} {kind[1]}")))
    return marks


def _stations(land: Land, plan: Plan) -> list[Mark]:
    line = next(s for s in plan.streets if s.name == plan.book.avenues[5])
    own = plan.book.before
    stems = ("가온 Gaon", "한빛시청 Hanbit City Hall", "중앙 Jungang", "새터 Saeteo")
    if own.ko:
        stems = (
            f"{own.ko}북 {own.en} North",
            f"{own.ko}구청 {own.en} Office",
            f"{own.ko}중앙 {own.en} Centre",
            f"{own.ko}남 {own.en} South",
        )
    crossings = [p for p in line.line() if any(p[0] == s.start[0] for s in plan.streets[:4])]
    marks: list[Mark] = []
    for at, stem in zip(crossings, stems, strict=False):
        ko, en = stem.split(" ", 1)
        marks.append(Mark("station", land.lay(at), Name(f"{ko}역", f"{en} Station")))
    return marks


def nearest(marks: list[Mark], at: Spot) -> Mark:
    """The mark nearest to a spot."""
    return min(marks, key=lambda mark: (mark.at[0] - at[0]) ** 2 + (mark.at[1] - at[1]) ** 2)
