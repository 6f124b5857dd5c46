"""Which rows of a register are fit to use: the first matching reason of a fixed order keeps a row out.

The order: unreadable_row · impossible_coordinate · shared_coordinate · far_outside. A swapped pair is put right
before the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from bongsu.imports.cctv_standard.extent import Columns64, Extent, find_extent, vouched
from bongsu.imports.cctv_standard.values import KOREA_LAT, KOREA_LON

UNREADABLE, IMPOSSIBLE, SHARED, FAR = (
    "unreadable_row",
    "impossible_coordinate",
    "shared_coordinate",
    "far_outside",
)
REASONS = (UNREADABLE, IMPOSSIBLE, SHARED, FAR)

SHARED_ALWAYS = 100
"""Hundreds of rows at one coordinate are a placeholder whatever they say; real poles carry up to 27 rows."""
SHARED_BY_STRANGERS = 30
"""From here on it is a placeholder when the rows give as many different addresses as half their number."""
BOUNDARY_MARGIN_M = 1000.0
"""Simplified boundaries cut corners by some hundred metres, and cameras stand on the border road."""

Flags = NDArray[np.bool_]


class Places(msgspec.Struct, frozen=True):
    """The coordinates of all rows as columns (NaN where unreadable), and which were swapped back."""

    lon: Columns64
    lat: Columns64
    swapped: Flags


def put_right(lon: Columns64, lat: Columns64) -> Places:
    """Swap back the pairs that lie in Korea only when read the other way round."""
    swapped = ~_in_korea(lon, lat) & _in_korea(lat, lon)
    return Places(np.where(swapped, lat, lon), np.where(swapped, lon, lat), swapped)


def judge(
    places: Places, addresses: Sequence[str], quarters: Sequence[str], boundary: BaseGeometry | None
) -> tuple[list[str], Extent | None]:
    """The reason that keeps each row out ("" for a good one), and the extent they were measured against."""
    lon, lat = places.lon, places.lat
    reasons = np.full(len(lon), "", dtype=object)
    unreadable = np.isnan(lon) | np.isnan(lat)
    reasons[unreadable] = UNREADABLE
    reasons[~unreadable & ~_in_korea(lon, lat)] = IMPOSSIBLE
    reasons[[row for row in _shared(lon, lat, addresses) if not reasons[row]]] = SHARED
    left = np.flatnonzero(reasons == "")
    extent = find_extent(lon[left], lat[left]) if boundary is None else None
    if boundary is not None:
        reasons[left[_outside(boundary, lon[left], lat[left])]] = FAR
    elif extent is not None:
        own = [quarters[row] for row in left.tolist()]
        far = extent.distance_m(lon[left], lat[left]) > extent.radius_m
        reasons[left[far & ~vouched(extent, lon[left], lat[left], own)]] = FAR
    return [str(reason) for reason in reasons], extent


def _in_korea(lon: Columns64, lat: Columns64) -> Flags:
    inside: Flags = (lon >= KOREA_LON[0]) & (lon <= KOREA_LON[1]) & (lat >= KOREA_LAT[0]) & (lat <= KOREA_LAT[1])
    return inside


def _shared(lon: Columns64, lat: Columns64, addresses: Sequence[str]) -> list[int]:
    rows_at: dict[tuple[float, float], list[int]] = defaultdict(list)
    for row, place in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
        rows_at[place].append(row)
    return [row for rows in rows_at.values() if _is_placeholder(rows, addresses) for row in rows]


def _is_placeholder(rows: Sequence[int], addresses: Sequence[str]) -> bool:
    if len(rows) >= SHARED_ALWAYS:
        return True
    if len(rows) < SHARED_BY_STRANGERS:
        return False
    return len({addresses[row] for row in rows} - {""}) >= len(rows) / 2


def _outside(boundary: BaseGeometry, lon: Columns64, lat: Columns64) -> Flags:
    middle = shapely.centroid(boundary)
    shrink = np.cos(np.radians(shapely.get_y(middle)))
    metres = 111_195.0

    def flat(xy: Columns64) -> Columns64:
        scaled: Columns64 = xy * np.array([metres * shrink, metres])
        return scaled

    points = shapely.points(flat(np.column_stack([lon, lat])))
    area = shapely.transform(boundary, flat)
    shapely.prepare(area)
    far: Flags = ~shapely.dwithin(area, points, BOUNDARY_MARGIN_M)
    return far
