"""A day of the simulated city: how full its roads are and how fast one gets on, by hour, weekday, road class, weather.

Volumes follow the two-peaked weekday of Seoul's counting posts: the morning peak is short and sharp, the evening
peak longer and, on main roads, slower. Every figure is a pure function of the simulated time.
"""

from __future__ import annotations

import math
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from bongsu.core.clock import KST
from bongsu.world.sky import Sky, Weather

CLASSES = ("main", "street", "lane")
"""Main roads (motorway to secondary), streets (tertiary, unclassified), and lanes where people live."""

_MAIN = frozenset({"motorway", "trunk", "primary", "secondary"})
_STREET = frozenset({"tertiary", "unclassified"})

_WORKDAY = (22, 15, 11, 10, 14, 30, 62, 90, 100, 86, 78, 76, 74, 76, 79, 83, 89, 96, 100, 92, 72, 60, 49, 34)
_FREE_DAY = (30, 22, 16, 13, 13, 18, 26, 34, 44, 55, 65, 72, 76, 78, 80, 81, 82, 80, 75, 66, 56, 47, 39, 33)
_SLOWED = (0.58, 0.34, 0.16)
"""What a full main road, street and lane lose of their free speed."""

_EVENING = (1.12, 1.04, 1.0)
_SLIPPERY = {Weather.CLEAR: 1.0, Weather.RAIN: 0.88, Weather.SNOW: 0.62, Weather.FOG: 0.8}


def class_of(road_class: str) -> int:
    """The row of CLASSES a road belongs to, by OSM's highway value."""
    bare = road_class.removesuffix("_link")
    return 0 if bare in _MAIN else 1 if bare in _STREET else 2


def volume(at: datetime) -> float:
    """How full the roads are, 0–1 of the fullest hour; linear between the middles of the hours."""
    local = at.astimezone(KST)
    hours = _WORKDAY if local.weekday() < 5 else _FREE_DAY
    along = local.hour + local.minute / 60 + local.second / 3600 - 0.5
    hour = math.floor(along)
    here, there = hours[hour % 24], hours[(hour + 1) % 24]
    return (here + (there - here) * (along - hour)) / 100


def paces(at: datetime, sky: Sky) -> NDArray[np.float64]:
    """The share of its free speed that traffic keeps, one number for each of CLASSES."""
    full = volume(at)
    evening = at.astimezone(KST).hour >= 15
    grip = _SLIPPERY[sky.weather] * (1 - 0.12 * sky.white)
    lost = [slowed * full**2 * (late if evening else 1.0) for slowed, late in zip(_SLOWED, _EVENING, strict=True)]
    return np.array([max(0.15, 1 - part) * grip for part in lost])


def walking_pace(sky: Sky) -> float:
    """The share of their usual speed at which people walk: snow and rain slow them, or make them hurry."""
    return {Weather.SNOW: 0.8, Weather.RAIN: 1.08}.get(sky.weather, 1.0) * (1 - 0.1 * sky.white)
