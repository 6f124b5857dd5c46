"""Where calls come from: near cameras the platform has on its map, spread so that each place has its own camera."""

from __future__ import annotations

import random
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from bongsu.core.geo import Point, distance_m
from bongsu.world.partner.story import near

_BOUNDS = struct.Struct("<iiii")
_BOUNDS_AT = 102
"""PMTiles v3 header: min lon, min lat, max lon, max lat in 1e-7 degrees, from byte 102."""

Box = tuple[float, float, float, float]


def box_of_map(header: bytes) -> Box | None:
    """The box a base map covers, from the first 127 bytes of its PMTiles file; None when it is none."""
    if len(header) < 127 or not header.startswith(b"PMTiles\x03"):
        return None
    west, south, east, north = (value / 1e7 for value in _BOUNDS.unpack_from(header, _BOUNDS_AT))
    return (west, south, east, north)


def cameras_in(columns: Mapping[str, Sequence[Any]], box: Box | None) -> list[Point]:
    """The cameras' places that lie on the map; all of them when there is no map or none lies on it."""
    spots = [Point(float(lon), float(lat)) for lon, lat in zip(columns["lon"], columns["lat"], strict=True)]
    if box is None:
        return spots
    west, south, east, north = box
    inside = [spot for spot in spots if west <= spot.lon <= east and south <= spot.lat <= north]
    return inside or spots


def spread(spots: Sequence[Point], count: int, apart_m: float, chance: random.Random) -> list[Point]:
    """Up to `count` spots, no two nearer than `apart_m`; in an order by chance."""
    chosen: list[Point] = []
    for spot in chance.sample(list(spots), len(spots)):
        if len(chosen) == count:
            break
        if all(distance_m(spot, other) >= apart_m for other in chosen):
            chosen.append(spot)
    return chosen


def call_places(spots: Sequence[Point], count: int, chance: random.Random) -> list[Point]:
    """Places of calls, each some metres from a camera drawn by chance."""
    return [near(chance.choice(spots), chance) for _ in range(count)]
