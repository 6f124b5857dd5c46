"""What a city keeps registers of besides cameras: bells, lamps, schools, police and fire stations, hydrants.

They are dealt by a chance of their own, so that adding one moves no street and no camera.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from typing import NamedTuple

from bongsu.world.maker.names import Book
from bongsu.world.maker.poles import KERB_M, Junction, Pole, corner_pole, find_junctions
from bongsu.world.maker.shapes import Spot
from bongsu.world.maker.streets import LANE, ROAD, SIDE
from bongsu.world.maker.town import Mark, Town, Way, nearest

BELL_SHARE = 0.3
_BELL_PURPOSES = {"생활방범": "방범용", "어린이보호": "어린이보호", "시설물관리": "공원"}
LAMP_EVERY_M = 34.0
HYDRANT_EVERY_M = 140.0


class Thing(NamedTuple):
    """One row of a register: a place in the district's metres and what the row says of it."""

    id: str
    name: str
    at: Spot
    address: str
    kind: str
    year: int


class Facilities(NamedTuple):
    """All registers of a district."""

    bells: list[Thing]
    lamps: list[Thing]
    schools: list[Thing]
    police: list[Thing]
    fire: list[Thing]
    hydrants: list[Thing]


def equip(town: Town, poles: list[Pole], book: Book, chance: random.Random) -> Facilities:
    """Deal a district's facilities."""
    junctions = find_junctions(town)
    quarters = [mark for mark in town.marks if mark.kind == "neighbourhood"]
    big = [j for j in junctions if j.best.rank <= ROAD]
    return Facilities(
        bells=list(_bells(poles, book, chance)),
        lamps=list(_along(town, book, chance, range(LANE, 9), LAMP_EVERY_M, "SL", "보안등")),
        schools=_schools(town, book, quarters, chance),
        police=list(_stations(big, book, quarters, chance, ("경찰서", "지구대", "지구대", "파출소"), "PS")),
        fire=list(_stations(big, book, quarters, chance, ("소방서", "119안전센터", "119안전센터"), "FS")),
        hydrants=list(_along(town, book, chance, range(ROAD, SIDE + 1), HYDRANT_EVERY_M, "FH", "지상식")),
    )


def _bells(poles: list[Pole], book: Book, chance: random.Random) -> Iterator[Thing]:
    """On the poles of street, school and park cameras, as cities put them up."""
    for pole in poles:
        kind = _BELL_PURPOSES.get(pole.purpose)
        if kind is None or chance.random() >= BELL_SHARE:
            continue
        address = f"{book.address} {pole.way.name.ko}"
        year = chance.randint(2014, 2026)
        yield Thing(f"{book.mark}-EB-{chance.randrange(10**8):08}", pole.hint, pole.at, address, kind, year)


def _along(
    town: Town, book: Book, chance: random.Random, ranks: range, every_m: float, letters: str, kind: str
) -> Iterator[Thing]:
    """Beside the streets of some ranks, one every so many metres, on alternating sides."""
    number = 0
    for way in town.ways:
        if way.rank not in ranks or way.bridge:
            continue
        for at in _spots(way, every_m, chance.uniform(0.3, 0.9) * every_m):
            number += 1
            address = f"{book.address} {way.name.ko}"
            yield Thing(
                f"{book.mark}-{letters}-{number:05}", way.name.ko, at, address, kind, chance.randint(2010, 2026)
            )


def _spots(way: Way, every_m: float, first_m: float) -> Iterator[Spot]:
    left, side = first_m, 1.0
    for (x0, y0), (x1, y1) in itertools.pairwise(way.line):
        long = math.dist((x0, y0), (x1, y1))
        while left < long and long > 0:
            part, away = left / long, side * KERB_M[way.rank] / long
            yield x0 + part * (x1 - x0) + (y1 - y0) * away, y0 + part * (y1 - y0) - (x1 - x0) * away
            left, side = left + every_m, -side
        left -= long


def _schools(town: Town, book: Book, quarters: list[Mark], chance: random.Random) -> list[Thing]:
    made: list[Thing] = []
    for number, mark in enumerate((m for m in town.marks if m.kind == "school"), start=1):
        address = f"{book.address} {nearest(quarters, mark.at).name.ko}"
        kind = next(k for k in ("초등학교", "중학교", "고등학교") if mark.name.ko.endswith(k))
        made.append(
            Thing(f"{book.mark}-SC-{number:03}", mark.name.ko, mark.at, address, kind, chance.randint(1962, 2015))
        )
    return made


def _stations(
    junctions: list[Junction],
    book: Book,
    quarters: list[Mark],
    chance: random.Random,
    kinds: tuple[str, ...],
    letters: str,
) -> Iterator[Thing]:
    """At crossings of big streets, far from each other."""
    taken: list[Spot] = []
    for number, kind in enumerate(kinds, start=1):
        sample = chance.sample(junctions, min(len(junctions), 24))
        best = max(sample, key=lambda j: min((math.dist(j.at, at) for at in taken), default=-math.dist(j.at, (0, 0))))
        taken.append(best.at)
        at = corner_pole(best, chance.randrange(len(best.arms)))
        quarter = nearest(quarters, at).name.ko
        whose = (book.before.ko or book.city.ko.removesuffix("시")) if number == 1 else quarter.removesuffix("동")
        address = f"{book.address} {best.best.name.ko}"
        yield Thing(
            f"{book.mark}-{letters}-{number:02}", f"{whose}{kind}", at, address, kind, chance.randint(1975, 2020)
        )
