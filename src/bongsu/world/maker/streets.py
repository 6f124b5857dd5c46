"""Streets from boulevard to alley: a few avenues by hand, the rest by cutting blocks until they are small enough."""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass, field
from typing import NamedTuple

from bongsu.world.maker import names
from bongsu.world.maker.names import Book, Name
from bongsu.world.maker.shapes import (
    Block,
    Corner,
    Halves,
    Spot,
    cut,
    extent,
    longest_angle,
    outline,
)
from bongsu.world.maker.terrain import BANK_M, HALF_DEPTH_M, HALF_LENGTH_M, RIVER_AT_M, RIVER_HALF_M


class Rank(NamedTuple):
    """A class of street: OSM's highway value, lanes, and metres from the axis to the building line."""

    highway: str
    lanes: int
    half_m: float


RANKS = (
    Rank("primary", 6, 15.0),
    Rank("secondary", 4, 10.0),
    Rank("tertiary", 2, 6.5),
    Rank("residential", 2, 4.2),
    Rank("service", 1, 3.0),
)
AVENUE, ROAD, LANE, SIDE, ALLEY = range(5)


@dataclass(slots=True)
class Street:
    """A straight street on the board; `joints` are the places where others meet it."""

    id: int
    start: Spot
    end: Spot
    rank: int
    name: Name
    joints: list[Spot] = field(default_factory=list)
    alleys: int = 0

    def line(self) -> list[Spot]:
        """All joints in order, ends included."""
        at = {self.start: 0.0, self.end: math.dist(self.start, self.end)}
        for joint in self.joints:
            at.setdefault(joint, math.dist(self.start, joint))
        return sorted(at, key=lambda spot: at[spot])


class Plan:
    """The streets drawn so far; streets are numbered in the order they were drawn."""

    def __init__(self, chance: random.Random, book: Book = names.TOWN) -> None:
        self.chance = chance
        self.book = book
        self.streets: list[Street] = []
        self._roads = names.deal_roads(chance, book.before)

    def draw(self, start: Spot, end: Spot, rank: int, name: Name) -> Street:
        """Add a street."""
        street = Street(len(self.streets), start, end, rank, name)
        self.streets.append(street)
        return street

    def road_name(self) -> Name:
        """The next unused 로."""
        return self._roads.pop()

    def half_widths(self) -> dict[int, float]:
        """Metres from each street's axis to the building line."""
        return {street.id: RANKS[street.rank].half_m for street in self.streets}


def lay_avenues(plan: Plan) -> list[Block]:
    """Draw the avenues and both riverside roads; what lies between them are the first, largest blocks."""
    shift = plan.chance.uniform
    columns = [base + shift(-50, 50) for base in (-1260.0, -430.0, 400.0, 1230.0)]
    banks = (RIVER_AT_M - RIVER_HALF_M - BANK_M, RIVER_AT_M + RIVER_HALF_M + BANK_M)
    south = -1010.0 + shift(-40, 40)
    north = (470.0 + shift(-40, 40), 1120.0 + shift(-40, 40))
    ups = [
        plan.draw((u, -HALF_DEPTH_M), (u, HALF_DEPTH_M), AVENUE, name)
        for u, name in zip(columns, plan.book.avenues, strict=False)
    ]
    levels = [south, banks[0], banks[1], *north]
    avenues, (north_bank, south_bank) = plan.book.avenues, plan.book.riverside
    labels = [avenues[4], south_bank, north_bank, avenues[5], avenues[6]]
    across = [
        plan.draw((-HALF_LENGTH_M, v), (HALF_LENGTH_M, v), ROAD if v in banks else AVENUE, name)
        for v, name in zip(levels, labels, strict=True)
    ]
    for up, u in zip(ups, columns, strict=True):
        for over, v in zip(across, levels, strict=True):
            up.joints.append((u, v))
            over.joints.append((u, v))
    return _cells(ups, columns, across, levels)


def _cells(ups: list[Street], columns: list[float], across: list[Street], levels: list[float]) -> list[Block]:
    us = [(-HALF_LENGTH_M, -1), *zip(columns, [s.id for s in ups], strict=True), (HALF_LENGTH_M, -1)]
    vs = [(-HALF_DEPTH_M, -1), *zip(levels, [s.id for s in across], strict=True), (HALF_DEPTH_M, -1)]
    cells: list[Block] = []
    for (u0, west), (u1, east) in itertools.pairwise(us):
        for (v0, low), (v1, high) in itertools.pairwise(vs):
            if v0 < RIVER_AT_M < v1:
                continue
            corners = (Corner(u0, v0, low), Corner(u1, v0, east), Corner(u1, v1, high), Corner(u0, v1, west))
            cells.append(corners)
    return cells


def divide(plan: Plan, block: Block, rank: int, long_m: float, short_m: float) -> list[Block]:
    """Cut a block with streets of one rank until no piece is longer than `long_m` or deeper than `short_m`."""
    angle = longest_angle(outline(block))
    a0, a1, b0, b1 = extent(outline(block), angle)
    long_side, short_side = a1 - a0, b1 - b0
    if long_side <= long_m and short_side <= short_m:
        return [block]
    along = short_side / short_m > long_side / long_m
    turn = plan.chance.gauss(0, 0.035)
    split_at = plan.chance.uniform(0.42, 0.58)
    middle = (a0 + split_at * (a1 - a0), b0 + plan.chance.uniform(0.42, 0.58) * (b1 - b0))
    through = _from_axes(middle, angle)
    direction = (angle if along else angle + math.pi / 2) + turn
    halves = _cut_street(plan, block, through, direction, rank)
    if halves is None:
        return [block]
    pieces = _maybe_cross(plan, halves, through, direction, rank, min(long_side / long_m, short_side / short_m))
    return [small for piece in pieces for small in divide(plan, piece, rank, long_m, short_m)]


def _maybe_cross(plan: Plan, halves: Halves, through: Spot, direction: float, rank: int, need: float) -> list[Block]:
    """Cut both halves by one crossing street where both ways are too big; most crossings have four arms."""
    left, right = tuple(halves.left), tuple(halves.right)
    if need < 1.0 or plan.chance.random() < 0.25:
        return [left, right]
    across = direction + math.pi / 2 + plan.chance.gauss(0, 0.03)
    first = _cut_street(plan, left, through, across, rank)
    if first is None:
        return [left, right]
    name = plan.streets[-1].name
    second = _cut_street(plan, right, through, across, rank, name)
    pieces = [tuple(first.left), tuple(first.right)]
    return pieces + ([tuple(second.left), tuple(second.right)] if second else [right])


def _cut_street(
    plan: Plan, block: Block, through: Spot, angle: float, rank: int, name: Name | None = None
) -> Halves | None:
    halves = cut(block, through, angle, len(plan.streets))
    if halves is None:
        return None
    ends = [halves.start, halves.end]
    ends.sort(key=lambda c: (c.street < 0, plan.streets[c.street].rank if c.street >= 0 else 9))
    start, end = ends
    plan.draw((start.x, start.y), (end.x, end.y), rank, name or _name(plan, start, rank, (end.x, end.y)))
    for corner in ends:
        if corner.street >= 0:
            plan.streets[corner.street].joints.append((corner.x, corner.y))
    return halves


def _name(plan: Plan, start: Corner, rank: int, end: Spot) -> Name:
    """A 로 of its own down to the lanes; below that, named after the street it leaves."""
    if rank <= ROAD or start.street < 0 or (rank == LANE and plan.chance.random() < 0.12):
        return plan.road_name()
    parent = plan.streets[start.street]
    if parent.name.ko.endswith("길"):
        parent.alleys += 1
        return names.side_alley(parent.name, parent.alleys - 1)
    dx, dy = parent.end[0] - parent.start[0], parent.end[1] - parent.start[1]
    on_left = dx * (end[1] - start.y) - dy * (end[0] - start.x) > 0
    return names.side_street(parent.name, math.dist(parent.start, (start.x, start.y)), on_left)


def _from_axes(at: Spot, angle: float) -> Spot:
    along, across = at
    ex, ey = math.cos(angle), math.sin(angle)
    return along * ex - across * ey, along * ey + across * ex
