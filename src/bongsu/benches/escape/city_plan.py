"""How long a plan takes in a metropolis: half a million arcs, 40,000 cameras."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from bongsu.benches.escape.arms import LIVE, K
from bongsu.benches.escape.site import REACH_M
from bongsu.benches.roads import made
from bongsu.city.pursuit.exits import exits_of
from bongsu.city.pursuit.modes import Mode
from bongsu.city.pursuit.plan import Field, begin, field_of, plan_of
from bongsu.city.pursuit.views import Eyes, views_of
from bongsu.city.roads.grid import grid_of
from bongsu.city.roads.snap import Spot, nearest
from bongsu.city.roads.streets import Streets, streets_of
from bongsu.city.roads.turns import network_of
from bongsu.city.roads.vehicles import FOOT, PATROL

SIDE, CAMERAS, PLANS = 383, 40_000, 12


def plan_ms() -> dict[str, Any]:
    """From a report to its plan, ms: particles, passes, cover, replay list, exits and frontier; the mode in turn and
    unknown, each after one untimed plan that compiles."""
    ground = made.city(SIDE)
    streets = streets_of(ground)
    chance = np.random.default_rng(4)
    link = chance.integers(0, len(streets.length_m), CAMERAS)
    xy = streets.shape[streets.lies[link]] + chance.normal(0, 4.0, (CAMERAS, 2))
    eyes = Eyes(xy, np.full(CAMERAS, REACH_M), np.full(CAMERAS, np.nan), np.full(CAMERAS, 180.0))
    networks = {"patrol": network_of(streets, PATROL, ground.turn_rules), "foot": network_of(streets, FOOT)}
    field = field_of(networks, views_of(streets, eyes), exits_of(streets))
    asked = [*Mode, None]
    took = []
    for number in range(PLANS + len(asked)):
        spots = _spots(field, streets, chance)
        began = time.perf_counter()
        plan_of(field, begin(field, spots, LIVE.to_ms, number, asked[number % len(asked)]), LIVE, K)
        took.append((time.perf_counter() - began) * 1000)
    timed = np.array(took[len(asked) :])
    return {"p50": round(float(np.median(timed)), 1), "max": round(float(timed.max()), 1)}


def _spots(field: Field, streets: Streets, chance: np.random.Generator) -> dict[Mode, Spot]:
    """A place in the middle half of the map on everybody's streets."""
    low, high = streets.shape.min(axis=0), streets.shape.max(axis=0)
    xy = low + (high - low) * chance.uniform(0.25, 0.75, (1, 2))
    grid = grid_of(streets)
    found = {mode: nearest(field.paces[mode].network, grid, xy, np.full(1, np.nan), 800.0) for mode in Mode}
    return {mode: Spot(int(arc[0]), float(part[0]), float(off[0])) for mode, (arc, part, off) in found.items()}
