"""The living city: its cameras, its ground and its crews, in memory and ready to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bongsu.city import optics
from bongsu.city.breath import Breathe
from bongsu.city.eyes import Sights
from bongsu.city.latest import Latest
from bongsu.city.parts import Given, Parts, parts_of
from bongsu.city.places import Standing
from bongsu.city.purposes import Purposes, Terms
from bongsu.city.readings import Readings
from bongsu.city.shapes import Floats
from bongsu.core.asset import Bell, Boundary, Camera, Facility, FacilityKind, Ground, Unit
from bongsu.core.batch import Batch
from bongsu.core.dispatch import Crew
from bongsu.core.geo import Plane, Point
from bongsu.core.grant import View
from bongsu.settings import CameraSettings

if TYPE_CHECKING:  # it reads a compiler's code, which whoever asks no way has no need of
    from bongsu.city.ways import Ways

REMEMBERED = 64
MARGIN_M = 2_000.0
"""So far outside the outermost camera or road a place still counts as in the city."""
USUAL_AREA_M2 = 100e6
"""How large a city is taken to be while nothing of it is known."""


class City:
    """A city as it stands: cameras and ground are fixed for its life, crews move.

    An import makes a new City out of the old one; crews, where they are, and the terms on cameras go with it.
    """

    def __init__(
        self,
        cameras: Iterable[Camera],
        ground: Ground,
        assume: CameraSettings,
        *,
        bells: Iterable[Bell] = (),
        facilities: Iterable[Facility] = (),
        boundaries: Iterable[Boundary] = (),
        old: City | None = None,
        breathe: Breathe = lambda: None,
    ) -> None:
        """Build the city; what did not change and where crews are is taken over from an `old` one.

        `breathe` is called every millisecond or so of work.
        """
        self.given = Given(tuple(cameras), ground, tuple(bells), tuple(facilities), tuple(boundaries))
        self._assume = assume
        self._parts: Parts = parts_of(
            self.given, assume, old._parts if old else None, old.given if old else None, breathe
        )
        self._extent = _extent(np.concatenate([self._parts.drawn, self._parts.eyes.lonlat]))
        self._purposes: Purposes = Purposes(self._parts.eyes.cameras, old._purposes.terms if old else {}, breathe)
        self._latest: Latest = old._latest if old else Latest()
        self.readings: Readings = old.readings if old else Readings()
        self.ways: Ways | None = old.ways if old is not None and self.given.same(old.given, "ground") else None
        """How one moves on its streets; None until built, beside the loop (`bongsu.wayfinding`)."""
        self._cameras = MappingProxyType(self._parts.cameras)
        # Several services ask of the same place within one change.
        self._asked = lru_cache(REMEMBERED)(self._rank)

    @property
    def cameras(self) -> Mapping[str, Camera]:
        """Every camera by its id."""
        return self._cameras

    @property
    def purpose_terms(self) -> Terms:
        """To whom cameras of each purpose may be shown, as the records say now."""
        return self._purposes.terms

    @property
    def units(self) -> Sequence[Unit]:
        """Every registered crew; its index is its row in frames."""
        return tuple(self._latest.units)

    def ground_center(self) -> Point | None:
        """The middle of the map, of the cameras where there is no map; None of an empty city."""
        return self._parts.center

    def is_on_map(self, where: Point) -> bool:
        """Tell whether a place lies within the city's extent and 2 km around; an empty city refuses nothing."""
        if self._extent is None:
            return True
        (west, south), (east, north) = self._extent
        return bool(west <= where.lon <= east and south <= where.lat <= north)

    def area_m2(self) -> float:
        """The extent in which places count as on the map, square metres; of an empty city a usual one's."""
        if self._extent is None:
            return USUAL_AREA_M2
        (west, south), (east, north) = self._extent
        per_east, per_north = Plane(Point(float(west), float((south + north) / 2))).metres_per_degree()
        return float((east - west) * per_east * (north - south) * per_north)

    def address_of(self, where: Point) -> str:
        """The place in the words people use, e.g. "잠실동 올림픽로 부근"; "" where nothing near has a name."""
        return self._parts.names.near(where)

    def reach_m(self, camera: Camera) -> float:
        """How far the camera shows a person well enough, metres (EN 62676-4; 62 px/m unless set otherwise)."""
        return optics.reach_m(camera, self._assume)

    def nearest(self, where: Point, *, within_m: float, at_most: int) -> tuple[tuple[Camera, float], ...]:
        """The nearest cameras with their distances in metres, nearest first; what they see is not asked."""
        rows, distances = self._parts.eyes.nearest(where, within_m, at_most)
        return tuple((self._parts.eyes.cameras[row], float(d)) for row, d in zip(rows, distances, strict=True))

    def district_of(self, where: Point) -> Boundary | None:
        """The district a place lies in, a 구·시·군 before any other; None outside all of them."""
        return self._parts.districts.find(where)

    def bells_near(self, where: Point, *, within_m: float, at_most: int) -> tuple[tuple[Standing, float], ...]:
        """The nearest emergency bells with their distances in metres, nearest first."""
        return tuple(self._parts.registers.bells.nearest(where, within_m, at_most))

    def places_near(
        self, where: Point, kind: FacilityKind, *, within_m: float, at_most: int
    ) -> tuple[tuple[Standing, float], ...]:
        """The nearest places of a kind with their distances in metres, nearest first."""
        return tuple(self._parts.registers.facilities[kind].nearest(where, within_m, at_most))

    def places_in(
        self, south_west: Point, north_east: Point, kind: FacilityKind | None, at_most: int
    ) -> tuple[Standing, ...]:
        """The places of a kind in a box, emergency bells for None, in the order of their register."""
        registers = self._parts.registers
        asked = registers.bells if kind is None else registers.facilities[kind]
        return asked.inside(south_west, north_east, at_most)

    def set_purposes(self, terms: Terms) -> None:
        """From now on cameras are shown on these terms (docs/explanation/purposes.md)."""
        self._purposes.terms = dict(terms)
        self._asked.cache_clear()

    def beyond_terms(self, breathe: Breathe = lambda: None) -> dict[str, int]:
        """How many cameras keep their pictures shorter or longer than their purposes say."""
        return self._purposes.beyond_terms(breathe)

    def who_sees(
        self, where: Point, *, within_m: float, at_most: int, agency: str = "", basis: str = ""
    ) -> tuple[View, ...]:
        """The cameras that really see a place, best first.

        With an agency and its legal basis, only cameras of which some purpose lets it see on that basis.
        In reach, in sector and behind no building: cameras of known heading by px/m, then those whose
        heading nobody knows by px/m; where these are fewer than `at_most`, the nearest others, not clear.
        Method and limits: docs/explanation/who-really-sees-it.md.
        """
        return self._asked(where, within_m, at_most, agency, basis)

    def _rank(self, where: Point, within_m: float, at_most: int, agency: str, basis: str) -> tuple[View, ...]:
        if not self._cameras or at_most <= 0:
            return ()
        sights = self._parts.eyes.sights(where, within_m)
        if agency:
            sights = sights.only(self._purposes.may_see(sights.rows, agency, basis))
        asked = np.flatnonzero(sights.in_view)
        clear = sights.in_view.copy()
        eyes = self._parts.eyes.mounted[sights.rows[asked]]
        clear[asked] = ~self._parts.walls.hides(eyes, self._parts.plane.to_xy(where))
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

    def whereabouts(self) -> list[Crew]:
        """Every crew ever seen, where it was seen last."""
        return self._latest.whereabouts()

    def units_near(self, places: Sequence[Point], within_m: float) -> list[int]:
        """Rows of the crews last seen within a radius of any of the places."""
        return self._latest.near(places, within_m)

    def _view(self, sights: Sights, row: int, clear: bool) -> View:
        return View(
            camera=self._parts.eyes.cameras[sights.rows[row]].id,
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
