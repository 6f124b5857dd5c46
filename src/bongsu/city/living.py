"""The living city: its cameras, its ground and its crews, in memory and ready to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from bongsu.city import optics
from bongsu.city.address import Names
from bongsu.city.eyes import Eyes, Sights
from bongsu.city.latest import Latest
from bongsu.city.shapes import Floats, middle, points_of
from bongsu.city.walls import Walls
from bongsu.core.asset import Camera, Ground, Unit
from bongsu.core.batch import Batch
from bongsu.core.geo import Plane, Point
from bongsu.core.grant import View
from bongsu.settings import CameraSettings

REMEMBERED = 64
MARGIN_M = 2_000.0
"""So far outside the outermost camera or road a place still counts as in the city."""


class City:
    """A city as it stands: cameras and ground are fixed for its life, crews move.

    An import makes a new City; `register(old.units)` carries the crews over.
    """

    def __init__(self, cameras: Iterable[Camera], ground: Ground, assume: CameraSettings) -> None:
        known = {camera.id: camera for camera in cameras}
        drawn = points_of(ground)
        stood = np.array([(c.where.lon, c.where.lat) for c in known.values()]).reshape(-1, 2)
        self._center = middle(drawn) or middle(stood)
        self._extent = _extent(np.concatenate([drawn, stood]))
        self._assume = assume
        self._plane = Plane(self._center or Point(0.0, 0.0))
        self._walls = Walls(ground.buildings, self._plane)
        self._eyes = Eyes(known.values(), self._plane, self._walls, assume)
        self._names = Names(ground, self._plane)
        self._latest = Latest()
        self._cameras = MappingProxyType(known)
        # Several services ask of the same place within one change.
        self._asked = lru_cache(REMEMBERED)(self._rank)

    @property
    def cameras(self) -> Mapping[str, Camera]:
        """Every camera by its id."""
        return self._cameras

    @property
    def units(self) -> Sequence[Unit]:
        """Every registered crew; its index is its row in frames."""
        return tuple(self._latest.units)

    def ground_center(self) -> Point | None:
        """The middle of the map, of the cameras where there is no map; None of an empty city."""
        return self._center

    def is_on_map(self, where: Point) -> bool:
        """Tell whether a place lies within the city's extent and 2 km around; an empty city refuses nothing."""
        if self._extent is None:
            return True
        (west, south), (east, north) = self._extent
        return bool(west <= where.lon <= east and south <= where.lat <= north)

    def address_of(self, where: Point) -> str:
        """The place in the words people use, e.g. "잠실동 올림픽로 부근"; "" where nothing near has a name."""
        return self._names.near(where)

    def reach_m(self, camera: Camera) -> float:
        """How far the camera shows a person well enough, metres (EN 62676-4; 62 px/m unless set otherwise)."""
        return optics.reach_m(camera, self._assume)

    def nearest(self, where: Point, *, within_m: float, at_most: int) -> tuple[tuple[Camera, float], ...]:
        """The nearest cameras with their distances in metres, nearest first; what they see is not asked."""
        rows, distances = self._eyes.nearest(where, within_m, at_most)
        return tuple((self._eyes.cameras[row], float(d)) for row, d in zip(rows, distances, strict=True))

    def who_sees(self, where: Point, *, within_m: float, at_most: int) -> tuple[View, ...]:
        """The cameras that really see a place, best first.

        In reach, in sector and behind no building: cameras of known heading by px/m, then those whose
        heading nobody knows by px/m; where these are fewer than `at_most`, the nearest others, not clear.
        Method and limits: docs/explanation/who-really-sees-it.md.
        """
        return self._asked(where, within_m, at_most)

    def _rank(self, where: Point, within_m: float, at_most: int) -> tuple[View, ...]:
        if not self._cameras or at_most <= 0:
            return ()
        sights = self._eyes.sights(where, within_m)
        asked = np.flatnonzero(sights.in_view)
        clear = sights.in_view.copy()
        eyes = self._eyes.mounted[sights.rows[asked]]
        clear[asked] = ~self._walls.hides(eyes, self._plane.to_xy(where))
        group = np.where(clear, np.where(sights.confident, 0, 1), 2)
        by = np.where(clear, -sights.px_per_m, sights.distance_m)
        order = np.lexsort((sights.rows, by, group))[:at_most]
        return tuple(self._view(sights, int(row), bool(clear[row])) for row in order)

    def register(self, units: Iterable[Unit]) -> None:
        """Make crews known, or rename them; TooMuch("city.units") past 65,536."""
        self._latest.register(units)

    def see(self, batch: Batch) -> int:
        """Take in where crews are; returns the number of observations of crews nobody registered."""
        return self._latest.see(batch)

    def frame(self, only: Sequence[int] | None = None) -> bytes:
        """The crews' latest positions as the 14-byte records of the live board, all or the given rows."""
        return self._latest.frame(only)

    def units_near(self, places: Sequence[Point], within_m: float) -> list[int]:
        """Rows of the crews last seen within a radius of any of the places."""
        return self._latest.near(places, within_m)

    def _view(self, sights: Sights, row: int, clear: bool) -> View:
        return View(
            camera=self._eyes.cameras[sights.rows[row]].id,
            distance_m=float(sights.distance_m[row]),
            px_per_m=float(sights.px_per_m[row]),
            clear=clear,
            confident=bool(sights.confident[row]),
        )


def _extent(lonlat: Floats) -> tuple[Floats, Floats] | None:
    """South-west and north-east corner with the margin, degrees; None of nothing."""
    if len(lonlat) == 0:
        return None
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    per_degree = Plane(Point(float(low[0]), float((low[1] + high[1]) / 2))).metres_per_degree()
    margin = MARGIN_M / np.array(per_degree)
    return low - margin, high + margin
