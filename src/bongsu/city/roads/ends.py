"""Where a way begins and ends within an arc: a spot seen from both directions of its road, in milliseconds.

The first and the last arc are driven even where they are closed: whoever stands behind a closure drives out of it, and
what happened on a closed road is why it is closed.
"""

from __future__ import annotations

import msgspec
import numpy as np

from bongsu.city.roads.pace import Pace
from bongsu.city.roads.snap import Spot
from bongsu.city.roads.streets import Ints
from bongsu.city.roads.turns import Network


class Start(msgspec.Struct, frozen=True):
    """One way to set out: along `arc`, `behind_ms` of it done, after `first_ms` of turning round."""

    arc: int
    behind_ms: int
    first_ms: int = 0


def starts_of(pace: Pace, spot: Spot) -> list[Start]:
    """How one may set out: on the spot's arc; on the way back too, for a turn's cost where the heading is known."""
    network = pace.network
    turns = network.vehicle.turns
    own = [Start(spot.arc, _part_ms(pace, spot.arc, spot.part))] if network.passable[spot.arc] else []
    back = spot.arc ^ 1
    anywhere_s = turns.u_turn_anywhere_s if spot.heading_known and not network.vehicle.on_foot else 0.0
    if not network.passable[back] or anywhere_s is None:
        return own
    return [*own, Start(back, _part_ms(pace, back, 1 - spot.part), round(anywhere_s * 1000))]


def goals_of(pace: Pace, spot: Spot) -> tuple[Ints, Ints]:
    """The arcs a spot can be reached on, and the ms of each that are driven to it."""
    both = [(spot.arc, spot.part), (spot.arc ^ 1, 1 - spot.part)]
    found = [(arc, _part_ms(pace, arc, part)) for arc, part in both if pace.network.passable[arc]]
    columns = np.array(found, np.int32).reshape(-1, 2)
    return columns[:, 0].copy(), columns[:, 1].copy()


def seeds_behind(pace: Pace, arcs: Ints, parts_ms: Ints) -> tuple[Ints, Ints]:
    """The states one can turn onto these arcs from, and the ms from the end of each to the goal."""
    found = [
        (state, turn_ms + int(part))
        for arc, part in zip(arcs, parts_ms, strict=True)
        for own in states_on(pace.network, int(arc))
        for state, turn_ms in pace.network.behind.of(own)
    ]
    return _columns(found)


def seeds_ahead(pace: Pace, starts: list[Start]) -> tuple[Ints, Ints]:
    """The states one turns onto from the starts' arcs, and the ms until then."""
    found = [
        (state, start.first_ms + to_end_ms(pace, start) + turn_ms)
        for start in starts
        for state, turn_ms in pace.network.ahead.of(start.arc)
    ]
    return _columns(found)


def to_end_ms(pace: Pace, start: Start) -> int:
    """What is left of a start's arc."""
    return int(pace.open_ms[start.arc]) - start.behind_ms


def states_on(network: Network, arc: int) -> list[int]:
    """All states of an arc: its own and those that remember."""
    arcs = network.streets.arcs
    return [arc, *(arcs + np.flatnonzero(network.arc[arcs:] == arc)).tolist()]


def _part_ms(pace: Pace, arc: int, part: float) -> int:
    return round(part * int(pace.open_ms[arc]))


def _columns(found: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    columns = np.array(found, np.int32).reshape(-1, 2)
    return columns[:, 0].copy(), columns[:, 1].copy()
