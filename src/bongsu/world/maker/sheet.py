"""Where a district lies: its own metres, moved to their place in the city and onto the earth."""

from __future__ import annotations

from typing import NamedTuple

from bongsu.core.geo import Plane, Point


class Sheet(NamedTuple):
    """The plane of the whole city, and how far east and north of its middle a district's own middle lies."""

    plane: Plane
    east_m: float = 0.0
    north_m: float = 0.0

    def to_point(self, x: float, y: float) -> Point:
        """The place of a spot given in the district's own metres."""
        return self.plane.to_point(self.east_m + x, self.north_m + y)
