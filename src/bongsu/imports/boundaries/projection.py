"""From a map's metres to degrees: transverse Mercator on GRS 80 and WGS 84, which every current Korean grid is.

Inverse series of Krüger to the fourth order of n (EPSG Guidance Note 7-2, 3.5.3.1; better than 1 mm within 4° of the
central meridian). GRS 80 and WGS 84 differ by less than 0.1 mm here. Older Korean grids stand on the Bessel ellipsoid
and another datum (EPSG:5173–5178, 2096–2098): those are refused, because a shift of some 300 m would go unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.core.errors import Invalid

Floats = NDArray[np.float64]
AXIS_M = 6_378_137.0
"""Half the long axis of GRS 80 and of WGS 84."""


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """A transverse Mercator grid: metres and degrees."""

    meridian_deg: float
    origin_lat_deg: float = 38.0
    scale: float = 1.0
    false_east_m: float = 200_000.0
    false_north_m: float = 600_000.0
    axis_m: float = AXIS_M
    flattening: float = 1 / 298.257222101


KOREAN: Mapping[int, Grid] = {
    5179: Grid(meridian_deg=127.5, scale=0.9996, false_east_m=1_000_000.0, false_north_m=2_000_000.0),
    5180: Grid(meridian_deg=125.0, false_north_m=500_000.0),
    5181: Grid(meridian_deg=127.0, false_north_m=500_000.0),
    5182: Grid(meridian_deg=127.0, false_north_m=550_000.0),
    5183: Grid(meridian_deg=129.0, false_north_m=500_000.0),
    5184: Grid(meridian_deg=131.0, false_north_m=500_000.0),
    5185: Grid(meridian_deg=125.0),
    5186: Grid(meridian_deg=127.0),
    5187: Grid(meridian_deg=129.0),
    5188: Grid(meridian_deg=131.0),
    32651: Grid(meridian_deg=123.0, origin_lat_deg=0.0, scale=0.9996, false_east_m=500_000.0, false_north_m=0.0),
    32652: Grid(meridian_deg=129.0, origin_lat_deg=0.0, scale=0.9996, false_east_m=500_000.0, false_north_m=0.0),
}
"""The unified and the four belts of KGD 2002 (EPSG registry), and UTM 51 and 52."""

DEGREES = (4326, 4737, 4019, 84)
"""WGS 84, KGD 2002, GRS 80, CRS84: degrees already."""
PARAMETERS = {
    "meridian_deg": ("central_meridian", "longitude_of_center"),
    "origin_lat_deg": ("latitude_of_origin",),
    "scale": ("scale_factor",),
    "false_east_m": ("false_easting",),
    "false_north_m": ("false_northing",),
}


def grid_of(crs: str) -> Grid | None:
    """The grid a `crs` name or a .prj text means; None when it is degrees. Raises Invalid("boundary.projection")."""
    if re.match(r"\s*(PROJCS|PROJCRS|GEOGCS|GEOGCRS)\s*\[", crs, re.IGNORECASE):
        return _of_text(crs)
    found = re.search(r"(?:EPSG|CRS)\D{0,4}(\d+)\s*$", crs, re.IGNORECASE)
    code = int(found[1]) if found else 0
    if code in DEGREES:
        return None
    if code not in KOREAN:
        raise Invalid("boundary.projection", name=crs[:80])
    return KOREAN[code]


def _of_text(prj: str) -> Grid | None:
    name = (re.search(r'"([^"]*)"', prj) or ["", prj[:60]])[1]
    ellipsoid = re.search(r'(?:SPHEROID|ELLIPSOID)\s*\[\s*"[^"]*"\s*,\s*([\d.]+)\s*,\s*([\d.]+)', prj, re.IGNORECASE)
    if not ellipsoid or abs(float(ellipsoid[1]) - AXIS_M) > 1:
        raise Invalid("boundary.projection", name=name)
    if not prj.lstrip().upper().startswith("PROJ"):
        return None
    found = {field: _parameter(prj, names) for field, names in PARAMETERS.items()}
    if "transverse_mercator" not in prj.lower().replace(" ", "_") or found["meridian_deg"] is None:
        raise Invalid("boundary.projection", name=name)
    return msgspec.convert({field: value for field, value in found.items() if value is not None}, Grid)


def _parameter(prj: str, names: tuple[str, ...]) -> float | None:
    for name in names:
        if found := re.search(rf'"{name}"\s*,\s*(-?[\d.]+)', prj, re.IGNORECASE):
            return float(found[1])
    return None


def to_degrees(xy: Floats, grid: Grid) -> Floats:
    """Metres east and north, (n, 2), as longitude and latitude; not a number for what is no place on the grid."""
    with np.errstate(over="ignore", invalid="ignore"):
        return _inverse(xy, grid)


def _inverse(xy: Floats, grid: Grid) -> Floats:
    n = grid.flattening / (2 - grid.flattening)
    radius = grid.axis_m / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    origin_m = _meridian_m(np.radians(grid.origin_lat_deg), grid)
    xi = ((xy[:, 1] - grid.false_north_m) / grid.scale + origin_m) / radius
    eta = (xy[:, 0] - grid.false_east_m) / grid.scale / radius
    terms = (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360,
        n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440,
        17 * n**3 / 480 - 37 * n**4 / 840,
        4397 * n**4 / 161280,
    )
    steps = [(2 * k, term) for k, term in enumerate(terms, start=1)]
    xi0 = xi - sum(h * np.sin(k * xi) * np.cosh(k * eta) for k, h in steps)
    eta0 = eta - sum(h * np.cos(k * xi) * np.sinh(k * eta) for k, h in steps)
    lat = _from_conformal(np.arcsin(np.sin(xi0) / np.cosh(eta0)), grid)
    lon = np.radians(grid.meridian_deg) + np.arctan2(np.sinh(eta0), np.cos(xi0))
    lonlat: Floats = np.degrees(np.column_stack([lon, lat]))
    return lonlat


def _eccentricity(grid: Grid) -> float:
    return float(np.sqrt(grid.flattening * (2 - grid.flattening)))


def _from_conformal(beta: Floats, grid: Grid) -> Floats:
    e, q = _eccentricity(grid), np.arcsinh(np.tan(beta))
    deeper = q + e * np.arctanh(e * np.tanh(q))
    for _ in range(4):
        deeper = q + e * np.arctanh(e * np.tanh(deeper))
    lat: Floats = np.arctan(np.sinh(deeper))
    return lat


def _meridian_m(lat: float, grid: Grid) -> float:
    """The length of the meridian from the equator, metres."""
    n = grid.flattening / (2 - grid.flattening)
    e = _eccentricity(grid)
    radius = grid.axis_m / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    q = np.arcsinh(np.tan(lat)) - e * np.arctanh(e * np.sin(lat))
    beta = np.arctan(np.sinh(q))
    terms = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
        61 * n**3 / 240 - 103 * n**4 / 140,
        49561 * n**4 / 161280,
    )
    return float(radius * (beta + sum(h * np.sin(2 * k * beta) for k, h in enumerate(terms, start=1))))
