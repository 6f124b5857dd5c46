"""How somebody gets away: on foot, by motorbike or by car, and how fast at the very most.

The top speeds are assumptions on the fast side, for they bound where a fugitive can be: nobody is taken to be faster.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec
import numpy as np

from bongsu.city.roads import classes
from bongsu.city.roads.kernels import FAR
from bongsu.city.roads.pace import Pace, milliseconds, pace_with
from bongsu.city.roads.streets import Floats
from bongsu.city.roads.turns import Network, Turns

HASTE = {"bike": 1.7, "car": 1.8}
"""How many times traffic's typical speed at the most."""
TOP_MPS = {"bike": 33.0, "car": 36.0}
BIKE_ON_PATHS_MPS, BIKE_ON_STEPS_MPS = 6.0, 1.0
RUN_MPS, RUN_ON_STEPS_MPS = 4.6, 2.5
SLOWEST_PART, FASTEST_PART = {"foot": 0.28, "bike": 0.45, "car": 0.45}, 0.95
"""What part of the top speed somebody keeps up on the whole: from a walk to nearly all of it."""


class Mode(StrEnum):
    """What the report says of how they flee."""

    FOOT = "foot"
    BIKE = "bike"
    CAR = "car"


NETWORK = {Mode.FOOT: "foot", Mode.BIKE: "foot", Mode.CAR: "patrol"}
"""Whose streets each takes: a motorbike goes wherever walkers go, against one-way signs too; a car where a patrol
car may."""


def top_mps(network: Network, mode: Mode) -> Floats:
    """The top speed on each link, (L,)."""
    kind = network.streets.kind[network.streets.road]
    steps = kind == classes.STEPS
    if mode is Mode.FOOT:
        return np.where(steps, RUN_ON_STEPS_MPS, RUN_MPS)
    driven = np.minimum(classes.TYPICAL_MPS[kind] * HASTE[mode.value], TOP_MPS[mode.value])
    if mode is Mode.CAR:
        return driven
    return np.where(steps, BIKE_ON_STEPS_MPS, np.where(classes.CARS[kind], driven, BIKE_ON_PATHS_MPS))


def flight_of(network: Network, mode: Mode) -> Pace:
    """The quickest anybody could flee in this mode: at top speed, turning for nothing, past every closure."""
    open_ms = milliseconds(np.repeat(network.streets.length_m, 2), np.repeat(top_mps(network, mode), 2))
    free = msgspec.structs.replace(network, ahead=_free(network.ahead), behind=_free(network.behind), worst_turn_ms=0)
    ms = np.where(network.passable, open_ms, FAR).astype(np.int32)
    return pace_with(free, ms, open_ms, np.zeros(len(open_ms), np.uint8))


def _free(turns: Turns) -> Turns:
    return Turns(turns.off, turns.turn, np.zeros_like(turns.price_ms))
