"""Where a Korean city puts its cameras: poles at junctions, school gates, park edges, bridges and its own entrances.

Nothing here knows how a camera will be chosen; a camera looks where its purpose wants it to.
"""

from __future__ import annotations

import math
import random
from typing import NamedTuple

from bongsu.world.maker.shapes import Spot, centre
from bongsu.world.maker.streets import ALLEY, AVENUE, LANE, RANKS, ROAD, SIDE
from bongsu.world.maker.town import Town, Way

STREET_POLES = 360
STREET_APART_M = 60.0
"""With two lenses an arm this gives Seoul's density where it has cameras: about 260 a km² (66,290 in the 2021 file)."""

FAR_M = (70.0, 160.0)
"""A pole watches each street with a wide lens close by (근거리) and a long one down the street (원거리)."""

OBSERVE_PX_PER_M = 62.0

KERB_M = (10.3, 7.4, 4.7, 3.5, 2.5)
"""Metres from a street's axis to a pole beside it, by rank."""


class Lens(NamedTuple):
    """A camera on a pole."""

    heading_deg: float
    hfov_deg: float
    width_px: int


class Pole(NamedTuple):
    """A pole with its cameras; `way` is the street it is addressed by, `hint` what stands beside it."""

    at: Spot
    purpose: str
    height_m: float
    lenses: tuple[Lens, ...]
    way: Way
    hint: str = ""


class Junction(NamedTuple):
    """A place where streets meet: for each arm its street and the direction it leaves in (radians, maths)."""

    at: Spot
    arms: tuple[tuple[Way, float], ...]

    @property
    def best(self) -> Way:
        """The street of the highest class."""
        return min((way for way, _ in self.arms), key=lambda way: way.rank)


def plant(town: Town, chance: random.Random) -> list[Pole]:
    """Set up all poles of a town."""
    junctions = find_junctions(town)
    poles: list[Pole] = []
    poles += _traffic(junctions, chance)
    poles += _schools(town, junctions, chance)
    poles += _parks(town, chance)
    poles += _bridges(town, chance)
    poles += _roadside(town, chance)
    poles += _streets(junctions, chance, poles)
    return poles


def find_junctions(town: Town) -> list[Junction]:
    """Every place where at least three arms meet, in the order of the streets."""
    arms: dict[tuple[int, int], list[tuple[Way, float]]] = {}
    spots: dict[tuple[int, int], Spot] = {}
    for way in town.ways:
        for i in way.joints:
            at = way.line[i]
            key = (round(at[0] * 10), round(at[1] * 10))
            spots.setdefault(key, at)
            for j in (i - 1, i + 1):
                if 0 <= j < len(way.line):
                    there = way.line[j]
                    arms.setdefault(key, []).append((way, math.atan2(there[1] - at[1], there[0] - at[0])))
    found = [Junction(spots[key], tuple(sorted(a, key=lambda arm: arm[1]))) for key, a in arms.items()]
    return [junction for junction in found if len(junction.arms) >= 3]


def corner_pole(junction: Junction, nth: int) -> Spot:
    """The spot beside the kerbs between the nth arm and the next one round."""
    arms = junction.arms
    (way_a, a), (way_b, b) = arms[nth % len(arms)], arms[(nth + 1) % len(arms)]
    wide = (b - a) % (2 * math.pi)
    if wide > math.radians(150):
        middle = a + wide / 2
        away = max(KERB_M[way_a.rank], KERB_M[way_b.rank])
        return junction.at[0] + away * math.cos(middle), junction.at[1] + away * math.sin(middle)
    on_a, on_b = KERB_M[way_b.rank] / math.sin(wide), KERB_M[way_a.rank] / math.sin(wide)
    return (
        junction.at[0] + on_a * math.cos(a) + on_b * math.cos(b),
        junction.at[1] + on_a * math.sin(a) + on_b * math.sin(b),
    )


def _along(pole: Spot, junction: Junction, arm: float, chance: random.Random, reach_m: float) -> float:
    """The bearing from a pole to the middle of a street some way down it, as a fitter would aim by eye."""
    east = junction.at[0] + reach_m * math.cos(arm) - pole[0]
    north = junction.at[1] + reach_m * math.sin(arm) - pole[1]
    return (math.degrees(math.atan2(east, north)) + chance.gauss(0, 4)) % 360


def _traffic(junctions: list[Junction], chance: random.Random) -> list[Pole]:
    """교통정보수집: on the masts of the large crossings, two or three looking down the avenues."""
    poles: list[Pole] = []
    for junction in junctions:
        big = [arm for arm in junction.arms if arm[0].rank <= ROAD]
        if junction.best.rank != AVENUE or len(big) < 3 or chance.random() < 0.55:
            continue
        at = corner_pole(junction, chance.randrange(len(junction.arms)))
        seen = chance.sample(big, min(len(big), chance.choice((2, 2, 3))))
        hfov = chance.choice((50.0, 54.0, 58.0))
        width = chance.choice((1920, 1920, 3840))
        lenses = tuple(Lens(_along(at, junction, a, chance, 60), hfov, width) for _, a in seen)
        poles.append(Pole(at, "교통정보수집", 6.0, lenses, junction.best, f"{junction.best.name.ko} 사거리"))
    return poles


def _schools(town: Town, junctions: list[Junction], chance: random.Random) -> list[Pole]:
    """어린이보호: at the corners around every school and kindergarten."""
    poles: list[Pole] = []
    names = [mark.name.ko for mark in town.marks if mark.kind == "school"]
    for ring, name in zip(town.schools, names, strict=True):
        middle = centre(ring)
        reach = max(math.dist(middle, p) for p in ring) + 25
        near = [j for j in junctions if math.dist(j.at, middle) < reach and j.best.rank >= ROAD]
        for junction in chance.sample(near, min(len(near), 5)):
            poles.append(_watch(junction, chance, "어린이보호", f"{name} 앞", chance.choice((2, 2, 3))))
    return poles


def _streets(junctions: list[Junction], chance: random.Random, others: list[Pole]) -> list[Pole]:
    """생활방범: at the corners of side streets and alleys, never two poles close together."""
    taken = [pole.at for pole in others]
    quiet = [j for j in junctions if j.best.rank in (LANE, SIDE, ALLEY)]
    chance.shuffle(quiet)
    poles: list[Pole] = []
    for junction in quiet:
        if len(poles) >= STREET_POLES:
            break
        if any(math.dist(junction.at, at) < STREET_APART_M for at in taken):
            continue
        taken.append(junction.at)
        poles.append(_watch(junction, chance, "생활방범", f"{junction.best.name.ko} 삼거리", chance.choice((3, 3, 4))))
    return poles


def _watch(junction: Junction, chance: random.Random, purpose: str, hint: str, cameras: int) -> Pole:
    at = corner_pole(junction, chance.randrange(len(junction.arms)))
    arms = chance.sample(junction.arms, min(len(junction.arms), cameras))
    height = chance.choice((4.0, 4.5, 4.5, 5.0, 5.0, 5.5))
    near = chance.choice((60.0, 68.0, 74.0, 82.0, 90.0, 96.0))
    far = chance.choice((1920, 2560, 3840))
    lenses: list[Lens] = []
    for _, arm in arms:
        lenses.append(Lens(_along(at, junction, arm, chance, 25), near, 1920))
        fitted = _lens_for(far, chance.uniform(*FAR_M))
        lenses.append(Lens(_along(at, junction, arm, chance, 70), fitted, far))
    return Pole(at, purpose, height, tuple(lenses), junction.best, hint)


def _lens_for(width_px: int, away_m: float) -> float:
    """The field of view that still observes a person so far away (EN 62676-4: 62 px/m), degrees."""
    angle = math.degrees(2 * math.atan(width_px / (2 * OBSERVE_PX_PER_M * away_m)))
    return float(max(16, round(angle)))


def _parks(town: Town, chance: random.Random) -> list[Pole]:
    """시설물관리: at the edges of parks and along the river banks, looking in."""
    poles: list[Pole] = []
    for field in town.fields:
        if field.kind != "park":
            continue
        middle = centre(field.ring)
        long = len(field.ring) > 40
        spots = field.ring[4 : len(field.ring) // 2 - 4 : 11] if long else chance.sample(field.ring, 2)
        for spot in spots:
            aim = math.degrees(math.atan2(middle[0] - spot[0], middle[1] - spot[1])) + chance.gauss(0, 9)
            hfov = chance.choice((80.0, 88.0, 96.0, 100.0))
            lenses = [Lens(aim % 360, hfov, 1920)]
            if chance.random() < 0.4:
                lenses.append(Lens((aim + chance.choice((-95, 95))) % 360, hfov, 1920))
            purpose = chance.choice(("시설물관리", "생활방범", "재난재해")) if long else "시설물관리"
            poles.append(Pole(spot, purpose, 5.0, tuple(lenses), _nearest_way(town, spot), field.name.ko))
    return poles


def _bridges(town: Town, chance: random.Random) -> list[Pole]:
    """차량방범 at both heads of every bridge: one lens on each way of the traffic."""
    poles: list[Pole] = []
    for way in town.ways:
        if not way.bridge:
            continue
        for here, there in ((way.line[0], way.line[3]), (way.line[-1], way.line[-4])):
            poles.append(_beside(way, here, there, chance, "차량방범", (50.0, 52.0), 6.0, way.name.ko))
    return poles


def _roadside(town: Town, chance: random.Random) -> list[Pole]:
    """Between the junctions: 교통단속 on roads, 쓰레기단속 in alleys, 차량방범 where avenues enter the city."""
    poles: list[Pole] = []
    for way in town.ways:
        middle = len(way.line) // 2
        here, there = way.line[middle - 1], way.line[middle]
        if way.rank == ROAD and chance.random() < 0.3:
            poles.append(_beside(way, here, there, chance, "교통단속", (58.0, 64.0), 5.5, way.name.ko))
        elif way.rank == ALLEY and len(way.line) > 2 and chance.random() < 0.035:
            poles.append(_beside(way, here, there, chance, "쓰레기단속", (72.0, 90.0), 4.0, "분리수거장"))
        elif way.rank == AVENUE and not way.bridge:
            poles.append(_beside(way, way.line[-3], way.line[-5], chance, "차량방범", (50.0, 56.0), 6.0, "시 경계"))
    return poles


def _beside(
    way: Way,
    here: Spot,
    there: Spot,
    chance: random.Random,
    purpose: str,
    hfovs: tuple[float, ...],
    height_m: float,
    hint: str,
) -> Pole:
    """A pole on the right-hand kerb of a street; one camera along it, and every third time one back."""
    angle = math.atan2(there[1] - here[1], there[0] - here[0])
    kerb = KERB_M[way.rank]
    at = (here[0] + kerb * math.sin(angle), here[1] - kerb * math.cos(angle))
    ahead = (90 - math.degrees(angle) - math.degrees(math.atan2(kerb, 45)) + chance.gauss(0, 3)) % 360
    hfov = chance.choice(hfovs)
    lenses = [Lens(ahead, hfov, 1920)]
    if chance.random() < 0.35:
        lenses.append(Lens((ahead + 180 + 2 * math.degrees(math.atan2(kerb, 45))) % 360, hfov, 1920))
    return Pole(at, purpose, height_m, tuple(lenses), way, hint)


def _nearest_way(town: Town, spot: Spot) -> Way:
    return min(town.ways, key=lambda way: min(math.dist(spot, way.line[i]) for i in way.joints))


def carriageway_m(rank: int) -> float:
    """The width of the carriageway in metres."""
    return 3.1 * RANKS[rank].lanes
