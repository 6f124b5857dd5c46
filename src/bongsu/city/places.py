"""What the city keeps registers of besides cameras: emergency bells, street lamps, schools, posts, shelters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bongsu.city.breath import Breathe, columns, in_steps
from bongsu.city.shapes import Floats, lonlat_of, metres, tree_of
from bongsu.core.asset import Bell, Facility, FacilityKind
from bongsu.core.geo import Plane, Point

Standing = Bell | Facility


class Standings:
    """Places of one kind on the plane."""

    def __init__(self, places: Sequence[Standing], plane: Plane, breathe: Breathe) -> None:
        self.places = tuple(places)
        self.lonlat: Floats = columns(self.places, lonlat_of, 2, breathe)
        self._plane = plane
        self._tree = tree_of(metres(self.lonlat, plane))
        breathe()

    def nearest(self, where: Point, within_m: float, at_most: int) -> list[tuple[Standing, float]]:
        """The nearest with their distances in metres, nearest first."""
        if not self.places or at_most <= 0:
            return []
        spot = self._plane.to_xy(where)
        distance, row = self._tree.query(spot, k=min(at_most, len(self.places)), distance_upper_bound=within_m)
        found = zip(np.atleast_1d(distance).tolist(), np.atleast_1d(row).tolist(), strict=True)
        return [(self.places[row], apart) for apart, row in found if np.isfinite(apart)]

    def inside(self, south_west: Point, north_east: Point, at_most: int) -> tuple[Standing, ...]:
        """Those in a box, in the order of the register."""
        low, high = (south_west.lon, south_west.lat), (north_east.lon, north_east.lat)
        rows = np.flatnonzero(((self.lonlat >= low) & (self.lonlat <= high)).all(axis=1))[:at_most]
        return tuple(self.places[row] for row in rows.tolist())


class Registers:
    """Bells and places of every kind."""

    def __init__(
        self, bells: Iterable[Bell], facilities: Iterable[Facility], plane: Plane, breathe: Breathe = lambda: None
    ) -> None:
        self.bells = Standings(tuple(bells), plane, breathe)
        of_kind: dict[FacilityKind, list[Facility]] = {kind: [] for kind in FacilityKind}
        for facility in in_steps(tuple(facilities), breathe):
            of_kind[facility.kind].append(facility)
        self.facilities = {kind: Standings(places, plane, breathe) for kind, places in of_kind.items()}
