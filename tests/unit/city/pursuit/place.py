"""A small made city to flee in."""

from __future__ import annotations

from functools import cache

import numpy as np

from bongsu.benches.roads import made
from bongsu.city.pursuit.exits import exits_of
from bongsu.city.pursuit.modes import Mode
from bongsu.city.pursuit.plan import Field, field_of
from bongsu.city.pursuit.views import Eyes, views_of
from bongsu.city.roads.grid import Grid, grid_of
from bongsu.city.roads.snap import Spot, nearest
from bongsu.city.roads.streets import streets_of
from bongsu.city.roads.turns import network_of
from bongsu.city.roads.vehicles import FOOT, PATROL

REACH_M = 40.0


@cache
def a_town(side: int = 26) -> tuple[Field, Grid, np.ndarray]:
    """Streets, their index, and the places of its cameras."""
    ground = made.city(side)
    streets = streets_of(ground)
    chance = np.random.default_rng(1)
    cameras = streets.shape[streets.lies[chance.integers(0, len(streets.length_m), side * 12)]]
    count = len(cameras)
    eyes = Eyes(cameras, np.full(count, REACH_M), np.full(count, np.nan), np.full(count, 180.0))
    networks = {"patrol": network_of(streets, PATROL, ground.turn_rules), "foot": network_of(streets, FOOT)}
    return field_of(networks, views_of(streets, eyes), exits_of(streets)), grid_of(streets), cameras


def spots_at(xy: tuple[float, float], heading_rad: float = np.nan) -> dict[Mode, Spot]:
    """A place on everybody's streets."""
    field, grid, _ = a_town()
    spots = {}
    for mode in Mode:
        network = field.paces[mode].network
        arc, part, off = nearest(network, grid, np.array([xy]), np.array([heading_rad]), 500.0)
        spots[mode] = Spot(int(arc[0]), float(part[0]), float(off[0]), not np.isnan(heading_rad))
    return spots
