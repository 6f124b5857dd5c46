"""What a road's class says where the map says no more: how fast, how wide, and who may be on it.

The classes are OSM's highway values. Speeds are what traffic does in a Korean city by day (50 km/h on arterials, 30 on
back streets by law, less by junctions and parked cars), not what the sign allows; a live speed replaces them.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray


class RoadClass(msgspec.Struct, frozen=True):
    """One highway value: typical speed of cars in km/h, assumed width in m, and who may use it.

    `rank` grows with importance: 0 paths, 1 back streets, 2 and more streets with signals where they meet.
    """

    name: str
    typical_kmh: float
    width_m: float
    rank: int
    cars: bool = True
    siren: bool = True
    walkers: bool = True


CLASSES = (
    RoadClass("motorway", 80, 20, 6, walkers=False),
    RoadClass("trunk", 50, 20, 5, walkers=False),
    RoadClass("primary", 36, 20, 4),
    RoadClass("secondary", 32, 14, 3),
    RoadClass("tertiary", 28, 10, 2),
    RoadClass("motorway_link", 45, 6, 4, walkers=False),
    RoadClass("trunk_link", 40, 6, 3, walkers=False),
    RoadClass("primary_link", 30, 6, 3),
    RoadClass("secondary_link", 28, 6, 2),
    RoadClass("tertiary_link", 25, 6, 2),
    RoadClass("unclassified", 24, 6, 1),
    RoadClass("residential", 20, 6, 1),
    RoadClass("road", 20, 5, 1),
    RoadClass("living_street", 12, 4, 1),
    RoadClass("service", 12, 3.5, 1),
    RoadClass("busway", 30, 3.5, 1, cars=False, walkers=False),
    RoadClass("track", 12, 2.5, 1),
    RoadClass("pedestrian", 8, 4, 0, cars=False),
    RoadClass("footway", 6, 1.5, 0, cars=False, siren=False),
    RoadClass("path", 6, 1.2, 0, cars=False, siren=False),
    RoadClass("cycleway", 10, 2, 0, cars=False, siren=False),
    RoadClass("bridleway", 6, 1.5, 0, cars=False, siren=False),
    RoadClass("steps", 3, 1.5, 0, cars=False, siren=False),
)
INDEX = {road_class.name: row for row, road_class in enumerate(CLASSES)}
UNKNOWN = INDEX["road"]
"""A class nobody told us of is taken as a back street."""

TYPICAL_MPS: NDArray[np.float64] = np.array([c.typical_kmh for c in CLASSES]) / 3.6
WIDTH_M: NDArray[np.float64] = np.array([c.width_m for c in CLASSES])
RANK: NDArray[np.int8] = np.array([c.rank for c in CLASSES], np.int8)
CARS: NDArray[np.bool_] = np.array([c.cars for c in CLASSES])
SIREN: NDArray[np.bool_] = np.array([c.siren for c in CLASSES])
WALKERS: NDArray[np.bool_] = np.array([c.walkers for c in CLASSES])
STEPS = INDEX["steps"]
LANE_M = 3.0
"""A lane of a Korean city street; a road with known lanes and no width is as wide as its lanes."""
SIGNAL_RANK = 2
"""From this rank on, junctions are taken to have signals or a right of way to be waited for."""
