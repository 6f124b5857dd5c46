"""The independent judge of sight: whether a camera truly shows a person well enough to be of use.

It shares no code with the platform's own answer (`bongsu.city`). It knows each camera's true heading, lens
and height, projects a one-metre board through a pinhole, and walks the sight line through the raw rings
of the map with its height above ground. The platform's answer is measured against it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bongsu.core.asset import Building
from bongsu.core.geo import Point

Floats = NDArray[np.float64]

OBSERVE_PX_PER_M = 62.0
"""EN 62676-4 "observe": what somebody wears and does can be told."""

PERSON_EYES_M = 1.6
UNKNOWN_BUILDING_M = 9.0
DOME_FROM_DEG = 180.0
DOME_LENS_DEG = 60.0
"""A dome turns to the place and shows it through a lens of this width."""

STEP_M = 0.25
BRACKET_M = 0.5
"""A camera on a wall hangs so far out from it."""

_WGS84_A_M = 6_378_137.0
_WGS84_E2 = 6.694379990141e-3


class Eye(Protocol):
    """A camera as it truly stands; headings are degrees clockwise from north."""

    @property
    def where(self) -> Point:
        """Where it stands."""

    @property
    def heading_deg(self) -> float:
        """Where it looks."""

    @property
    def hfov_deg(self) -> float:
        """How wide it looks; 180 and more is a dome."""

    @property
    def height_m(self) -> float:
        """How high it hangs above ground."""

    @property
    def width_px(self) -> int:
        """How many pixels wide its picture is."""


@dataclass(frozen=True, slots=True)
class _Block:
    """One building: its ring in metres, closed, its height, and the box around it."""

    ring: Floats
    height_m: float
    low: Floats
    high: Floats


class Judge:
    """The true scene: where its cameras hang and what stands between them and a place."""

    def __init__(self, eyes: Sequence[Eye], buildings: Iterable[Building]) -> None:
        self._origin = eyes[0].where if eyes else Point(0.0, 0.0)
        self._blocks = [block for building in buildings if (block := self._block(building))]
        self._lows = np.array([block.low for block in self._blocks]).reshape(-1, 2)
        self._highs = np.array([block.high for block in self._blocks]).reshape(-1, 2)
        self._ground = np.array([self._hang(self._metres(eye.where)) for eye in eyes]).reshape(-1, 2)
        self._height = np.array([eye.height_m for eye in eyes])
        self._heading = np.radians([eye.heading_deg for eye in eyes])
        self._dome = np.array([eye.hfov_deg >= DOME_FROM_DEG for eye in eyes], dtype=bool)
        lens = np.where(self._dome, DOME_LENS_DEG, [eye.hfov_deg for eye in eyes])
        self._half_px = np.array([eye.width_px for eye in eyes]) / 2
        self._focal_px = self._half_px / np.tan(np.radians(lens) / 2)

    def useful(self, where: Point, px_per_m: float = OBSERVE_PX_PER_M) -> NDArray[np.int64]:
        """Which cameras, by their number, show a person at a place with so many pixels per metre, unobstructed."""
        place = self._metres(where)
        large = np.flatnonzero(self.pixels(where) >= px_per_m)
        seen = [row for row in large if not self._is_hidden(int(row), place)]
        return np.array(seen, dtype=np.int64)

    def pixels(self, where: Point) -> Floats:
        """How wide each camera's picture shows a one-metre board held at the place, parallel to the picture.

        Pixels, by explicit projection of the board's two ends through a pinhole tilted to the person's eyes;
        0 where the board's middle lies outside the camera's sector on the ground. Buildings are not asked.
        """
        ray = self._metres(where) - self._ground
        heading = np.where(self._dome, np.arctan2(ray[:, 0], ray[:, 1]), self._heading)
        ahead, aside = np.sin(heading), np.cos(heading)
        drop = self._height - PERSON_EYES_M
        depth = ray[:, 0] * ahead + ray[:, 1] * aside
        across = ray[:, 0] * aside - ray[:, 1] * ahead
        front = depth > 0
        slant = np.hypot(np.where(front, depth, 1.0), drop)
        left, right = ((across + end) * self._focal_px / slant for end in (-0.5, 0.5))
        inside = np.abs(across * self._focal_px) <= self._half_px * np.where(front, depth, 1.0)
        return np.where(front & inside, right - left, 0.0)

    def _is_hidden(self, row: int, place: Floats) -> bool:
        """Walk from the camera to the person's eyes; tell whether any step is inside a building."""
        start = self._ground[row]
        steps = max(2, math.ceil(float(np.hypot(*(place - start))) / STEP_M))
        part = np.linspace(0.0, 1.0, steps + 1)[:, None]
        walk = start + (place - start) * part
        above = self._height[row] + (PERSON_EYES_M - self._height[row]) * part[:, 0]
        return any(
            bool(np.any(_inside(walk, block.ring) & (above < block.height_m)))
            for block in self._near(walk.min(axis=0), walk.max(axis=0))
        )

    def _hang(self, spot: Floats) -> Floats:
        """Where a camera truly hangs: one drawn inside a building, on the nearest wall with air before it."""
        if not self._holds(spot):
            return spot
        walls = [wall for block in self._near(spot, spot) for wall in _outside_walls(spot, block.ring)]
        for wall in sorted(walls, key=lambda wall: float(np.hypot(*(wall - spot)))):
            if not self._holds(wall):
                return wall
        return spot

    def _holds(self, spot: Floats) -> bool:
        return any(bool(_inside(spot[None, :], block.ring)[0]) for block in self._near(spot, spot))

    def _near(self, low: Floats, high: Floats) -> list[_Block]:
        meets = np.all((self._lows <= high) & (self._highs >= low), axis=1)
        return [self._blocks[row] for row in np.flatnonzero(meets)]

    def _block(self, building: Building) -> _Block | None:
        if len(building.ring) < 3:
            return None
        ring = np.array([self._metres(Point(lon, lat)) for lon, lat in building.ring])
        height = UNKNOWN_BUILDING_M if building.height_m is None else building.height_m
        return _Block(ring, height, ring.min(axis=0), ring.max(axis=0))

    def _metres(self, where: Point) -> Floats:
        """Metres east and north of the origin, by the radii of curvature of the WGS 84 ellipsoid."""
        phi = math.radians(self._origin.lat)
        bulge = 1 - _WGS84_E2 * math.sin(phi) ** 2
        meridian = _WGS84_A_M * (1 - _WGS84_E2) / bulge**1.5
        parallel = _WGS84_A_M / math.sqrt(bulge) * math.cos(phi)
        east = math.radians(where.lon - self._origin.lon) * parallel
        north = math.radians(where.lat - self._origin.lat) * meridian
        return np.array([east, north])


def _inside(spots: Floats, ring: Floats) -> NDArray[np.bool_]:
    """Even-odd rule: a spot is inside when a line to the east crosses the ring an odd number of times."""
    x, y = spots[:, :1], spots[:, 1:]
    x0, y0 = ring[:, 0], ring[:, 1]
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    spans = (y0 > y) != (y1 > y)
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    crossing = x0 + (y - y0) / rise * (x1 - x0)
    odd: NDArray[np.bool_] = np.count_nonzero(spans & (x < crossing), axis=1) % 2 == 1
    return odd


def _outside_walls(spot: Floats, ring: Floats) -> list[Floats]:
    """For each edge of a ring, the spot on a bracket before its point nearest to `spot`, both sides."""
    starts, ends = ring, np.roll(ring, -1, axis=0)
    edge = ends - starts
    long = np.hypot(edge[:, 0], edge[:, 1])
    starts, edge, long = starts[long > 0], edge[long > 0], long[long > 0]
    part = np.clip(np.sum((spot - starts) * edge, axis=1) / long**2, 0, 1)
    on_wall = starts + edge * part[:, None]
    normal = np.stack([-edge[:, 1], edge[:, 0]], axis=1) * (BRACKET_M / long)[:, None]
    return [*(on_wall + normal), *(on_wall - normal)]
