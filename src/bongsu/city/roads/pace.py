"""How long each arc takes one vehicle now, in whole milliseconds: an overlay on the network, made anew in one pass."""

from __future__ import annotations

from enum import IntEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.city.roads import classes
from bongsu.city.roads.kernels import FAR
from bongsu.city.roads.live import Live
from bongsu.city.roads.streets import Floats, Ints
from bongsu.city.roads.turns import Network, Turns
from bongsu.city.roads.vehicles import Vehicle
from bongsu.core.errors import Invalid

STALE_AFTER_MS = 300_000
"""A live speed older than this is no longer believed: the typical one is used and the arc marked."""
STEPS_MPS = 0.5
SLOWEST_MPS = 0.5
MANY_LANES = 4
LONGEST_MS = 100_000_000
"""More than a day for one arc is no street."""


class Mark(IntEnum):
    """Where an arc's time comes from."""

    TYPICAL = 0
    LIVE = 1
    STALE = 2


class Pace(msgspec.Struct, frozen=True, eq=False):
    """One vehicle's times at one moment.

    `ahead` and `behind` are the searches' rows, (S + 1, 2): first turn and ms of the state's arc, FAR where closed.
    By arc: `open_ms` is its time as if it were open, `mark` a Mark. `stale` counts the passable arcs told of once
    and too long ago; `worst_ms` is more than any one step takes.
    """

    network: Network
    ahead: Ints
    behind: Ints
    open_ms: Ints
    mark: NDArray[np.uint8]
    stale: int
    worst_ms: int


def pace_of(network: Network, live: Live | None, now_ms: int, stale_after_ms: int = STALE_AFTER_MS) -> Pace:
    """The times of all arcs by what is known at `now_ms`; without `live` the typical ones."""
    streets, vehicle = network.streets, network.vehicle
    typical = np.repeat(typical_mps(network), 2)
    mark = np.zeros(streets.arcs, np.uint8)
    closed = ~network.passable
    mps = typical
    if live is not None and not vehicle.on_foot:
        told = ~np.isnan(live.mps)
        fresh = told & (live.at_ms >= now_ms - stale_after_ms)
        mark[told] = Mark.STALE
        mark[fresh] = Mark.LIVE
        mps = typical.copy()
        mps[fresh] = _driven_mps(network, np.flatnonzero(fresh), live.mps[fresh].astype(np.float64), typical[fresh])
        closed = closed | live.closed
    open_ms = milliseconds(np.repeat(streets.length_m, 2), mps)
    ms = np.where(closed, FAR, open_ms)
    return pace_with(network, ms, open_ms, mark)


def pace_with(network: Network, ms: Ints, open_ms: Ints, mark: NDArray[np.uint8]) -> Pace:
    """A pace of times by arc that are known already, FAR where closed."""
    by_state = ms[network.arc]
    driven = by_state[by_state != FAR]
    return Pace(
        network=network,
        ahead=_rows(network.ahead, by_state),
        behind=_rows(network.behind, by_state),
        open_ms=open_ms,
        mark=mark,
        stale=int(np.count_nonzero((mark == Mark.STALE) & network.passable)),
        worst_ms=int(driven.max(initial=0)) + network.worst_turn_ms,
    )


def milliseconds(length_m: Floats, mps: Floats) -> Ints:
    """Whole milliseconds, at least one. Raises Invalid "roads.length" or "roads.speed" for what is not positive."""
    if not (length_m > 0).all() or not np.isfinite(length_m).all():
        raise Invalid("roads.length", arc=int(np.flatnonzero(~((length_m > 0) & np.isfinite(length_m)))[0]))
    if not (mps > 0).all():
        raise Invalid("roads.speed", arc=int(np.flatnonzero(~(mps > 0))[0]))
    return np.clip(np.rint(length_m / mps * 1000), 1, LONGEST_MS).astype(np.int32)


def typical_mps(network: Network) -> Floats:
    """A vehicle's speed on each link when nothing is known of the moment."""
    streets, vehicle = network.streets, network.vehicle
    kind = streets.kind[streets.road]
    if vehicle.on_foot:
        return np.where(kind == classes.STEPS, STEPS_MPS, vehicle.top_mps)
    return np.minimum(classes.TYPICAL_MPS[kind] * vehicle.gain, vehicle.top_mps)


def _driven_mps(network: Network, arcs: NDArray[np.integer], live_mps: Floats, typical: Floats) -> Floats:
    """What a vehicle makes of the speed of the cars around it."""
    streets, vehicle = network.streets, network.vehicle
    passes = _passing(vehicle, streets.lanes[streets.road[arcs >> 1]])
    by_traffic = np.maximum(live_mps, SLOWEST_MPS)
    driven: Floats = np.minimum(by_traffic + passes * np.maximum(typical - by_traffic, 0.0), vehicle.top_mps)
    return driven


def _passing(vehicle: Vehicle, lanes: Ints) -> Floats:
    return np.where(lanes >= MANY_LANES, vehicle.passes, vehicle.passes / 2)


def _rows(turns: Turns, ms: Ints) -> Ints:
    rows = np.empty((len(turns.off), 2), np.int32)
    rows[:, 0] = turns.off
    rows[:-1, 1] = ms
    rows[-1, 1] = FAR
    return rows
