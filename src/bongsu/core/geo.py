"""Places on the ground: lon before lat (GeoJSON, RFC 7946), metres on a local plane."""

from __future__ import annotations

import math

import msgspec

EARTH_RADIUS_M = 6_371_008.8


class Point(msgspec.Struct, frozen=True, gc=False):
    """A place in WGS 84 degrees."""

    lon: float
    lat: float


def is_on_earth(point: Point) -> bool:
    """Tell whether both coordinates are finite and within their ranges."""
    return math.isfinite(point.lon) and math.isfinite(point.lat) and -180 <= point.lon <= 180 and -90 <= point.lat <= 90


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres (haversine)."""
    phi_a, phi_b = math.radians(a.lat), math.radians(b.lat)
    half = (
        math.sin((phi_b - phi_a) / 2) ** 2
        + math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


class Plane(msgspec.Struct, frozen=True):
    """A flat map around an origin: metres east (x) and north (y); within 0.1 % over a metropolis."""

    origin: Point

    def to_xy(self, point: Point) -> tuple[float, float]:
        """Metres east and north of the origin."""
        east, north = self.metres_per_degree()
        return (point.lon - self.origin.lon) * east, (point.lat - self.origin.lat) * north

    def to_point(self, x: float, y: float) -> Point:
        """The place that lies x metres east and y metres north of the origin."""
        east, north = self.metres_per_degree()
        return Point(self.origin.lon + x / east, self.origin.lat + y / north)

    def metres_per_degree(self) -> tuple[float, float]:
        """Metres per degree of longitude and of latitude at the origin."""
        north = math.radians(1) * EARTH_RADIUS_M
        return north * math.cos(math.radians(self.origin.lat)), north
