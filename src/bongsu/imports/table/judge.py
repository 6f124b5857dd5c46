"""Which rows of a register are fit to use: the first matching reason of a fixed order keeps a row out.

The order: unreadable_row · impossible_coordinate · shared_coordinate · far_outside · away_from_address. A swapped
pair is put right before the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.imports.table.addresses import Cells, district_of, lot_or_road_of, quarter_of, road_of
from bongsu.imports.table.extent import Columns64, Extent, find_extent, vouched
from bongsu.imports.table.limits import Limits, outside, outside_named
from bongsu.imports.table.neighbours import Column, gaps_m
from bongsu.imports.table.values import KOREA_LAT, KOREA_LON

UNREADABLE, NOWHERE, IMPOSSIBLE, SHARED, FAR, AWAY = (
    "unreadable_row",
    "no_coordinate",
    "impossible_coordinate",
    "shared_coordinate",
    "far_outside",
    "away_from_address",
)
REASONS = (UNREADABLE, NOWHERE, IMPOSSIBLE, SHARED, FAR, AWAY)

SHARED_ALWAYS = 100
"""Hundreds of rows at one coordinate are a placeholder whatever they say; real poles carry up to 27 rows."""
SHARED_BY_STRANGERS = 30
"""From here on it is a placeholder when the rows give as many different addresses as half their number."""
ROADS_LOOSER, DISTRICTS_LOOSER = 2.8, 3.0
"""A road runs through several neighbourhoods, a district holds many: farther is still at home."""

Flags = NDArray[np.bool_]


class Places(msgspec.Struct, frozen=True):
    """The coordinates of all rows as columns (NaN where unreadable), and which were swapped back."""

    lon: Columns64
    lat: Columns64
    swapped: Flags


class Verdict(msgspec.Struct, frozen=True):
    """Why each row is kept out ("" for a good one), what more there is to say of some, and the extent held against."""

    reasons: list[str]
    details: Mapping[int, str]
    extent: Extent | None


def put_right(lon: Columns64, lat: Columns64) -> Places:
    """Swap back the pairs that lie in Korea only when read the other way round."""
    swapped = ~_in_korea(lon, lat) & _in_korea(lat, lon)
    return Places(np.where(swapped, lat, lon), np.where(swapped, lon, lat), swapped)


def judge(places: Places, rows: Sequence[Cells], limits: Limits | None) -> Verdict:
    """Why each row must be kept out, if it must."""
    reasons = _by_itself(places, rows)
    left = np.flatnonzero(reasons == "")
    extent = None
    if limits is None:
        extent = find_extent(places.lon[left], places.lat[left])
        reasons[_far(places, rows, left, extent)] = FAR
    else:
        reasons[left[outside(limits.area, places.lon[left], places.lat[left])]] = FAR
    details = _away(places, rows, np.flatnonzero(reasons == ""), limits)
    reasons[list(details)] = AWAY
    return Verdict([str(reason) for reason in reasons], details, extent)


def _by_itself(places: Places, rows: Sequence[Cells]) -> NDArray[np.object_]:
    lon, lat = places.lon, places.lat
    reasons = np.full(len(lon), "", dtype=object)
    missing = np.isnan(lon) | np.isnan(lat)
    reasons[missing] = UNREADABLE
    empty = [row for row in np.flatnonzero(missing).tolist() if rows[row] and _is_empty(rows[row])]
    reasons[empty] = NOWHERE
    reasons[~missing & ~_in_korea(lon, lat)] = IMPOSSIBLE
    addresses = [lot_or_road_of(row) for row in rows]
    reasons[[row for row in _shared(lon, lat, addresses) if not reasons[row]]] = SHARED
    return reasons


def _is_empty(cells: Cells) -> bool:
    return not cells.get("lat") and not cells.get("lon")


def _far(places: Places, rows: Sequence[Cells], left: NDArray[np.int64], extent: Extent | None) -> NDArray[np.int64]:
    if extent is None:
        return left[:0]
    lon, lat = places.lon[left], places.lat[left]
    own = [quarter_of(rows[row]) for row in left.tolist()]
    far = extent.distance_m(lon, lat) > extent.radius_m
    return left[far & ~vouched(extent, lon, lat, own)]


def _away(places: Places, rows: Sequence[Cells], left: NDArray[np.int64], limits: Limits | None) -> dict[int, str]:
    """The rows that stand away from where their address says, each with what contradicts it.

    An outline of the neighbourhood or district that the row names decides; where there is none, the others of the
    same neighbourhood, road or district do.
    """
    lon, lat, own = places.lon[left], places.lat[left], [rows[row] for row in left.tolist()]
    districts, quarters, roads = (list(map(of, own)) for of in (district_of, quarter_of, road_of))
    named = limits.named if limits is not None else {}
    outlined = [q if q in named else district for q, district in zip(quarters, districts, strict=True)]
    beyond = np.flatnonzero(outside_named(named, outlined, lon, lat)).tolist()
    fine = [
        Column([(d, name) if name else None for d, name in zip(districts, names, strict=True)], looser)
        for names, looser in ((quarters, 1.0), (roads, ROADS_LOOSER))
    ]
    gaps = gaps_m(lon, lat, [*fine, Column(districts, DISTRICTS_LOOSER)])
    gaps[[at for at, quarter in enumerate(quarters) if quarter in named]] = 0.0
    said = {int(left[at]): f"{gaps[at] / 1000:.1f} km" for at in np.flatnonzero(gaps).tolist()}
    return said | {int(left[at]): outlined[at] for at in beyond}


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
