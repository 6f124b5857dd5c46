"""The streets as somebody may drive them: states joined by turns, with what each turn costs, as compressed rows.

A state is an arc, or an arc on which a rule over several roads is half driven: such an arc has one more state for each
beginning of a forbidden path (Aho and Corasick, 1975), so that the graph forgets nothing and a search needs no memory.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from bongsu.city.roads import classes
from bongsu.city.roads.kernels import STATE_BITS, STATE_MASK
from bongsu.city.roads.memory import with_memory
from bongsu.city.roads.rules import forbidden
from bongsu.city.roads.streets import ALONG, Bools, Ints, Longs, Streets
from bongsu.city.roads.vehicles import TurnCosts, Vehicle
from bongsu.core.asset import TurnRule
from bongsu.core.errors import Invalid

STRAIGHT_RAD = np.radians(35)
MOST_PRICES = 127
CROSSING = 3
"""From so many links on, a junction costs time."""


class Turns(msgspec.Struct, frozen=True, eq=False):
    """Compressed rows: from state s one turns to `onto[k]` at a cost of `ms[k]`, k in `off[s]:off[s + 1]`.

    `turn[k]` holds both: the state, and above it the row of the cost in `price_ms`.
    """

    off: Ints
    turn: Ints
    price_ms: Ints

    @property
    def onto(self) -> Ints:
        """The state of each turn."""
        return self.turn & STATE_MASK

    @property
    def ms(self) -> Ints:
        """The cost of each turn."""
        ms: Ints = self.price_ms[self.turn >> STATE_BITS]
        return ms

    def of(self, state: int) -> list[tuple[int, int]]:
        """The turns of one state: onto which, at what cost in ms."""
        turn = self.turn[self.off[state] : self.off[state + 1]]
        return list(zip((turn & STATE_MASK).tolist(), self.price_ms[turn >> STATE_BITS].tolist(), strict=True))


class Network(msgspec.Struct, frozen=True, eq=False):
    """One vehicle's streets: S states, `arc[s]` the arc of each (state a is arc a), turns ahead and turns behind.

    `passable` by arc: it may be there at all; `joined` by arc: it can come from and go to the bulk of the city.
    """

    streets: Streets
    vehicle: Vehicle
    arc: Ints
    ahead: Turns
    behind: Turns
    passable: Bools
    joined: Bools
    worst_turn_ms: int

    @property
    def states(self) -> int:
        """How many states."""
        return len(self.arc)


def network_of(streets: Streets, vehicle: Vehicle, rules: tuple[TurnRule, ...] = ()) -> Network:
    """What one vehicle may drive of the streets, and what its turns cost."""
    passable = _passable(streets, vehicle)
    source, target = _meetings(streets, passable, vehicle.turns.u_turn_anywhere_s is not None or vehicle.on_foot)
    cost = _costs_ms(streets, passable, vehicle.turns, source, target)
    barred = set() if vehicle.on_foot else forbidden(streets, rules, vehicle.exempt)
    arc, source, target, cost = with_memory(streets.arcs, barred, source, target, cost)
    ahead = rows_of(len(arc), source, target, cost)
    return Network(
        streets=streets,
        vehicle=vehicle,
        arc=arc,
        ahead=ahead,
        behind=rows_of(len(arc), target, source, cost),
        passable=passable,
        joined=_joined(ahead, passable),
        worst_turn_ms=int(cost.max(initial=0)),
    )


def rows_of(states: int, source: Ints, target: Ints, cost_ms: Ints) -> Turns:
    """Turns sorted by the state they leave. Raises Invalid "roads.size" beyond 16 million states or 127 prices."""
    price_ms, row = np.unique(cost_ms, return_inverse=True)
    if states > STATE_MASK or len(price_ms) > MOST_PRICES:
        raise Invalid("roads.size", states=states, prices=len(price_ms))
    order = np.argsort(source, kind="stable")
    off = np.zeros(states + 1, np.int32)
    np.cumsum(np.bincount(source, minlength=states), out=off[1:])
    turn = (target | (row << STATE_BITS))[order]
    return Turns(off, turn.astype(np.int32), price_ms.astype(np.int32))


def _passable(streets: Streets, vehicle: Vehicle) -> Bools:
    allowed = classes.CARS
    if vehicle.siren:
        allowed = classes.SIREN
    if vehicle.on_foot:
        allowed = classes.WALKERS
    road_fits = allowed[streets.kind] & (streets.width_m >= vehicle.needs_m)
    fits = np.repeat(road_fits[streets.road], 2)
    if vehicle.on_foot:
        return fits
    ways = np.repeat(streets.ways, 2)
    signed: Bools = (ways >> (np.arange(streets.arcs) & 1)) & ALONG > 0
    return fits & signed


def _meetings(streets: Streets, passable: Bools, turn_back: bool) -> tuple[Ints, Ints]:
    """Every pair of arcs that follow each other at a junction; back only where allowed, or where nothing else is."""
    arcs = np.flatnonzero(passable)
    leaving = arcs[np.argsort(streets.tail[arcs], kind="stable")]
    first = np.searchsorted(streets.tail[leaving], np.arange(len(streets.node_key) + 1))
    head = streets.head[arcs]
    count = first[head + 1] - first[head]
    source = np.repeat(arcs, count)
    run = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
    target = leaving[np.repeat(first[head], count) + run]
    keep = (target != source ^ 1) | turn_back | (np.repeat(count, count) == 1)
    return source[keep].astype(np.int32), target[keep].astype(np.int32)


def _costs_ms(streets: Streets, passable: Bools, costs: TurnCosts, source: Ints, target: Ints) -> Ints:
    bend = (streets.out_rad[target] - streets.in_rad[source] + np.pi) % (2 * np.pi) - np.pi
    here = streets.head[source]
    links = np.flatnonzero(passable[0::2] | passable[1::2])
    nodes = np.concatenate((streets.tail[2 * links], streets.head[2 * links]))
    crossing = np.bincount(nodes, minlength=len(streets.node_key))[here] >= CROSSING
    rank = np.zeros(len(streets.node_key), np.int8)
    np.maximum.at(rank, nodes, np.tile(classes.RANK[streets.kind[streets.road[links]]], 2))
    waits = np.where(crossing & (rank[here] >= classes.SIGNAL_RANK), costs.wait_s, 0.0)
    left, right = bend > STRAIGHT_RAD, bend < -STRAIGHT_RAD
    turning = np.select([right, left], [costs.right_s, costs.left_s + waits], costs.straight_s + waits)
    seconds = np.where(crossing, turning, 0.0)
    back = source == target ^ 1
    alone = costs.u_turn_s if costs.u_turn_anywhere_s is None else costs.u_turn_anywhere_s
    seconds = np.where(back, np.where(crossing, alone + waits, costs.u_turn_s), seconds)
    return np.round(seconds * 1000).astype(np.int32)


def _joined(ahead: Turns, passable: Bools) -> Bools:
    """The arcs of the largest part of the city within which one comes from everywhere to everywhere."""
    graph = csr_array((np.ones(len(ahead.turn), np.int8), ahead.onto, ahead.off), shape=(len(ahead.off) - 1,) * 2)
    _, part = connected_components(graph, directed=True, connection="strong")
    part = part[: len(passable)]
    sizes: Longs = np.bincount(part[passable]) if passable.any() else np.zeros(1, np.int64)
    joined: NDArray[np.bool_] = passable & (part == np.argmax(sizes))
    return joined
