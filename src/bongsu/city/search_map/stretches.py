"""The streets cut into stretches to be searched, and how far each lies from where somebody was last seen."""

from __future__ import annotations

import msgspec
import numpy as np

from bongsu.city.roads.kernels import FAR
from bongsu.city.roads.pace import Pace
from bongsu.city.roads.search import one_to_all
from bongsu.city.roads.snap import Spot
from bongsu.city.roads.streets import Floats, Longs, Streets

LONGEST_M = 100.0


class Stretches(msgspec.Struct, frozen=True, eq=False):
    """S stretches of at most 100 m: `link`, `middle` (part of the way along it, 0 to 1), `length_m`; those of link l
    are rows `first[l]:first[l + 1]`."""

    link: Longs
    middle: Floats
    length_m: Floats
    first: Longs


def stretches_of(streets: Streets) -> Stretches:
    """Every link cut into equal stretches."""
    count = np.maximum(np.ceil(streets.length_m / LONGEST_M), 1).astype(np.int64)
    first = np.concatenate(([0], np.cumsum(count)))
    link = np.repeat(np.arange(len(count)), count)
    middle = (np.arange(len(link)) - first[link] + 0.5) / count[link]
    return Stretches(link, middle, streets.length_m[link] / count[link], first)


def stretch_at(stretches: Stretches, spot: Spot) -> int:
    """The stretch a spot lies on."""
    link, part = _along(spot)
    count = int(stretches.first[link + 1] - stretches.first[link])
    return int(stretches.first[link]) + min(int(part * count), count - 1)


def walked_m(pace: Pace, stretches: Stretches, spot: Spot) -> Floats:
    """Metres from a spot to the middle of each stretch by the shortest walk, (S,); inf where no way leads.

    `pace` is a walker's: its time times its speed is the way, so that a slow path counts as a longer one.
    """
    label = one_to_all(pace, spot)[: pace.network.streets.arcs].reshape(-1, 2)
    entry = np.where(label == FAR, np.inf, label * (pace.network.vehicle.top_mps / 1000))
    length = pace.network.streets.length_m[stretches.link]
    ahead = entry[stretches.link, 0] + stretches.middle * length
    back = entry[stretches.link, 1] + (1 - stretches.middle) * length
    metres: Floats = np.minimum(ahead, back)
    link, part = _along(spot)
    own = slice(int(stretches.first[link]), int(stretches.first[link + 1]))
    metres[own] = np.minimum(metres[own], np.abs(stretches.middle[own] - part) * length[own])
    return metres


def _along(spot: Spot) -> tuple[int, float]:
    """The link of a spot and the part of the way along its line."""
    return spot.arc >> 1, 1 - spot.part if spot.arc & 1 else spot.part
