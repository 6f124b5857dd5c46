"""What stands on a block: villas, shops, apartment slabs, a school, a park or a market."""

from __future__ import annotations

import math
import random
from enum import StrEnum
from typing import NamedTuple

from bongsu.world.maker.shapes import Block, Spot, area, centre, clip, extent, inset, longest_angle, outline
from bongsu.world.maker.streets import ALLEY, AVENUE, LANE, RANKS, ROAD, SIDE, Plan, divide

STOREY_M = 3.1
MIN_FOOTPRINT_M2 = 45.0


class Use(StrEnum):
    """What a block is for."""

    VILLAS = "villas"
    SHOPS = "shops"
    APARTMENTS = "apartments"
    SCHOOL = "school"
    PARK = "park"


class House(NamedTuple):
    """A building on the board."""

    ring: list[Spot]
    height_m: float
    kind: str


class Ward(NamedTuple):
    """A block with its use; `ring` is the land inside the building lines, on the board."""

    use: Use
    block: Block
    ring: list[Spot]


def settle(plan: Plan, cells: list[Block]) -> tuple[list[Ward], list[House]]:
    """Cut the large cells into wards, give each a use, and build on it."""
    wards: list[Ward] = []
    houses: list[House] = []
    hills = [cell for cell in cells if _is_hill(cell)]
    wards += [Ward(Use.PARK, hill, inset(hill, plan.half_widths(), 0.0)) for hill in hills]
    lanes = [
        small
        for cell in cells
        if not _is_hill(cell)
        for big in divide(plan, cell, ROAD, 430, 380)
        for small in divide(plan, big, LANE, 240, 212)
    ]
    schools = 0
    for block in lanes:
        use = _use(plan, block, schools)
        schools += use is Use.SCHOOL
        built = _PLOTS.get(use, _plot_whole)
        for piece in built(plan, block):
            ring = inset(piece, plan.half_widths(), 2.5)
            if len(ring) >= 3 and area(ring) > 150:
                wards.append(Ward(use, piece, ring))
                houses += _BUILD[use](plan, piece, ring)
    return wards, houses


def _is_hill(cell: Block) -> bool:
    """The north-east and south-west corners of the city are wooded hills."""
    u, v = centre(outline(cell))
    return abs(u) > 1300 and abs(v) > 1200 and u * v > 0


def _use(plan: Plan, block: Block, schools: int) -> Use:
    size = area(outline(block))
    best = min((plan.streets[c.street].rank for c in block if c.street >= 0), default=ALLEY)
    draw = plan.chance.random()
    if size > 15_000 and best >= ROAD and schools < 12 and draw < 0.11:
        return Use.SCHOOL
    if size < 30_000 and 0.11 <= draw < 0.165:
        return Use.PARK
    if size > 14_000 and 0.17 <= draw < 0.43:
        return Use.APARTMENTS
    return Use.SHOPS if best == AVENUE and draw < 0.72 else Use.VILLAS


def _plot_villas(plan: Plan, block: Block) -> list[Block]:
    return [small for big in divide(plan, block, SIDE, 150, 122) for small in divide(plan, big, ALLEY, 118, 60)]


def _plot_shops(plan: Plan, block: Block) -> list[Block]:
    return divide(plan, block, SIDE, 165, 92)


def _plot_whole(plan: Plan, block: Block) -> list[Block]:
    return [block]


def _build_rows(plan: Plan, piece: Block, ring: list[Spot], front: tuple[float, float]) -> list[House]:
    """One row of houses along the block's long side, or two back to back where it is deep enough."""
    chance = plan.chance
    angle = longest_angle(ring)
    a0, a1, b0, b1 = extent(ring, angle)
    rows = 1 if b1 - b0 < 25 else 2 if b1 - b0 < 68 else 3
    depth = (b1 - b0) / rows
    houses: list[House] = []
    for row in range(rows):
        a = a0
        while a < a1 - 5:
            wide = chance.uniform(*front)
            if a1 - a - wide < front[0] * 0.6:
                wide = a1 - a
            back = chance.uniform(0.6, 3.2)
            lot = _lot(angle, a + 0.8, a + wide - 0.8, b0 + row * depth + back, b0 + (row + 1) * depth - back)
            houses += _house(plan, piece, ring, lot)
            a += wide
    return houses


def _house(plan: Plan, piece: Block, ring: list[Spot], lot: list[Spot]) -> list[House]:
    for i, at in enumerate(ring):
        there = ring[(i + 1) % len(ring)]
        long = math.dist(at, there)
        if long > 0.01:
            lot = clip(lot, at, (-(there[1] - at[1]) / long, (there[0] - at[0]) / long))
        if len(lot) < 3:
            return []
    if area(lot) < MIN_FOOTPRINT_M2 or plan.chance.random() < 0.03:
        return []
    rank = _front_rank(plan, piece, centre(lot))
    floors = _floors(plan.chance, rank)
    return [House(lot, round(floors * STOREY_M + plan.chance.uniform(0.3, 1.2), 1), _KINDS[min(rank, 2)])]


_KINDS = ("commercial", "retail", "residential")


def _floors(chance: random.Random, rank: int) -> int:
    if rank == AVENUE:
        return min(24, max(4, round(chance.lognormvariate(2.0, 0.42))))
    if rank == ROAD:
        return chance.choice((3, 4, 4, 5, 5, 6, 7, 9))
    return chance.choice((2, 3, 3, 4, 4, 4, 5)) if rank <= LANE else chance.choice((1, 2, 2, 3, 3, 4, 4, 5))


def _front_rank(plan: Plan, piece: Block, spot: Spot) -> int:
    """The rank of the best street within a lot's reach."""
    best = ALLEY
    for here, there in zip(piece, piece[1:] + piece[:1], strict=True):
        if here.street < 0:
            continue
        rank = plan.streets[here.street].rank
        long = math.dist((here.x, here.y), (there.x, there.y)) or 1.0
        off = ((there.x - here.x) * (spot[1] - here.y) - (there.y - here.y) * (spot[0] - here.x)) / long
        if abs(off) < RANKS[rank].half_m + 20:
            best = min(best, rank)
    return best


def _build_villas(plan: Plan, piece: Block, ring: list[Spot]) -> list[House]:
    return _build_rows(plan, piece, ring, (22.0, 40.0))


def _build_shops(plan: Plan, piece: Block, ring: list[Spot]) -> list[House]:
    return _build_rows(plan, piece, ring, (20.0, 40.0))


def _build_slabs(plan: Plan, piece: Block, ring: list[Spot]) -> list[House]:
    """An apartment estate: parallel slabs facing the sun, far enough apart not to shade each other."""
    angle = plan.chance.uniform(-0.25, 0.25)
    a0, a1, b0, b1 = extent(ring, angle)
    floors = plan.chance.choice((12, 15, 15, 18, 21, 25))
    houses: list[House] = []
    b = b0 + 10
    while b + 12 < b1:
        a = a0 + plan.chance.uniform(4, 16)
        while a + 30 < a1:
            wide = plan.chance.uniform(42, 62)
            slab = _lot(angle, a, a + wide, b, b + 12.5)
            for i, at in enumerate(ring):
                there = ring[(i + 1) % len(ring)]
                long = math.dist(at, there) or 1.0
                slab = clip(slab, at, (-(there[1] - at[1]) / long, (there[0] - at[0]) / long)) if slab else slab
            if len(slab) >= 3 and area(slab) > 250:
                houses.append(House(slab, round(floors * 2.9 + 1.5, 1), "apartments"))
            a += wide + 14
        b += 46
    return houses


def _build_school(plan: Plan, piece: Block, ring: list[Spot]) -> list[House]:
    """A long classroom wing on the north side and a hall; the rest is the playground."""
    angle = longest_angle(ring)
    a0, a1, _b0, b1 = extent(ring, angle)
    long = a1 - a0
    wing = _lot(angle, a0 + 0.16 * long, a1 - 0.16 * long, b1 - 30, b1 - 15)
    hall = _lot(angle, a0 + 0.16 * long, a0 + 0.16 * long + 24, b1 - 56, b1 - 34)
    return [House(wing, 15.5, "school"), House(hall, 9.5, "school")]


def _build_park(plan: Plan, piece: Block, ring: list[Spot]) -> list[House]:
    return []


def _lot(angle: float, a0: float, a1: float, b0: float, b1: float) -> list[Spot]:
    ex, ey = math.cos(angle), math.sin(angle)
    corners = ((a0, b0), (a1, b0), (a1, b1), (a0, b1))
    return [(a * ex - b * ey, a * ey + b * ex) for a, b in corners]


_PLOTS = {Use.VILLAS: _plot_villas, Use.SHOPS: _plot_shops}
_BUILD = {
    Use.VILLAS: _build_villas,
    Use.SHOPS: _build_shops,
    Use.APARTMENTS: _build_slabs,
    Use.SCHOOL: _build_school,
    Use.PARK: _build_park,
}
