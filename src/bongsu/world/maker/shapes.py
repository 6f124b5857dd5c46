"""Convex shapes whose edges remember the street they lie on: what blocks are cut from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

Spot = tuple[float, float]
"""Metres on the drawing board (before the city's bends are laid over it), or on the ground."""


class Corner(NamedTuple):
    """A corner, and the number of the street along the edge that starts there (-1: none)."""

    x: float
    y: float
    street: int


Block = tuple[Corner, ...]
"""A convex polygon, counter-clockwise."""


class Halves(NamedTuple):
    """A block cut in two, and where the cut meets the edges, with the streets it meets there."""

    left: list[Corner]
    right: list[Corner]
    start: Corner
    end: Corner


def cut(block: Block, through: Spot, angle: float, street: int) -> Halves | None:
    """Cut a block along a line; the new edges carry `street`. None when the line misses the block."""
    nx, ny = -math.sin(angle), math.cos(angle)
    sides = [(c.x - through[0]) * nx + (c.y - through[1]) * ny for c in block]
    left: list[Corner] = []
    right: list[Corner] = []
    meets: list[Corner] = []
    for here, there, a, b in zip(block, block[1:] + block[:1], sides, sides[1:] + sides[:1], strict=True):
        (left if a >= 0 else right).append(here)
        if (a >= 0) == (b >= 0):
            continue
        part = a / (a - b)
        x, y = round(here.x + part * (there.x - here.x), 3), round(here.y + part * (there.y - here.y), 3)
        meets.append(Corner(x, y, here.street))
        leaves, enters = (left, right) if a >= 0 else (right, left)
        leaves.append(Corner(x, y, street))
        enters.append(Corner(x, y, here.street))
    if len(meets) != 2 or len(left) < 3 or len(right) < 3:
        return None
    return Halves(left, right, meets[0], meets[1])


def clip(ring: Sequence[Spot], at: Spot, normal: Spot) -> list[Spot]:
    """Keep the part of a convex ring on the side of `at` that `normal` points to."""
    kept: list[Spot] = []
    sides = [(x - at[0]) * normal[0] + (y - at[1]) * normal[1] for x, y in ring]
    for i, (x, y) in enumerate(ring):
        a, b = sides[i], sides[(i + 1) % len(ring)]
        nx, ny = ring[(i + 1) % len(ring)]
        if a >= 0:
            kept.append((x, y))
        if (a >= 0) != (b >= 0):
            part = a / (a - b)
            kept.append((x + part * (nx - x), y + part * (ny - y)))
    return kept


def inset(block: Block, by: dict[int, float], otherwise: float) -> list[Spot]:
    """Draw a block's edges in by its streets' half widths; fewer than three corners when nothing is left."""
    ring: list[Spot] = [(c.x, c.y) for c in block]
    for here, there in zip(block, block[1:] + block[:1], strict=True):
        dx, dy = there.x - here.x, there.y - here.y
        long = math.hypot(dx, dy)
        if long < 0.01:
            continue
        normal = (-dy / long, dx / long)
        depth = by.get(here.street, otherwise)
        ring = clip(ring, (here.x + normal[0] * depth, here.y + normal[1] * depth), normal)
        if len(ring) < 3:
            return []
    return ring


def area(ring: Sequence[Spot]) -> float:
    """Square metres, positive when counter-clockwise."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2


def centre(ring: Sequence[Spot]) -> Spot:
    """The mean of the corners."""
    return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)


def longest_angle(ring: Sequence[Spot]) -> float:
    """The direction of the longest edge, radians."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    a, b = max(pairs, key=lambda ab: math.dist(ab[0], ab[1]))
    return math.atan2(b[1] - a[1], b[0] - a[0])


def extent(ring: Sequence[Spot], angle: float) -> tuple[float, float, float, float]:
    """Least and greatest distance along `angle`, then across it (to its left)."""
    ex, ey = math.cos(angle), math.sin(angle)
    along = [x * ex + y * ey for x, y in ring]
    across = [y * ex - x * ey for x, y in ring]
    return min(along), max(along), min(across), max(across)


def outline(block: Block) -> list[Spot]:
    """The corners without their streets."""
    return [(c.x, c.y) for c in block]
