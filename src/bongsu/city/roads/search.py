"""How long from here to everywhere, and from many to one: the answers a dispatcher asks of the streets."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from bongsu.city.roads.ends import Start, goals_of, seeds_ahead, seeds_behind, starts_of, to_end_ms
from bongsu.city.roads.kernels import FAR, spread
from bongsu.city.roads.pace import Pace
from bongsu.city.roads.snap import Spot
from bongsu.city.roads.streets import Ints

NO_LIMIT = int(FAR) - 1
NONE: Ints = np.empty(0, np.int32)


def labels_from(pace: Pace, seed: Ints, seed_ms: Ints) -> Ints:
    """Ms from the seeds to the beginning of each state, (S,); FAR where no way leads. Closed arcs are not driven."""
    label, turns = np.full(pace.network.states, FAR, np.int32), pace.network.ahead
    spread(pace.ahead, turns.turn, turns.price_ms, seed, seed_ms, NO_LIMIT, NONE, label, NONE, pace.worst_ms)
    return label


def one_to_all(pace: Pace, spot: Spot) -> Ints:
    """Ms from a spot to the beginning of each state, (S,); FAR where no way leads."""
    return labels_from(pace, *seeds_ahead(pace, starts_of(pace, spot)))


class Toward(msgspec.Struct, frozen=True, eq=False):
    """What one search backwards from a goal knows: `label` by state is the ms from its end to the goal.

    Final for the states searched for; `goal` and `goal_ms` are the arcs the goal lies on and the part driven to it.
    """

    pace: Pace
    goal: Ints
    goal_ms: Ints
    label: Ints


def toward(pace: Pace, goal: Spot, starts: Sequence[Spot] = ()) -> Toward:
    """Search backwards from a goal until all starts are reached; without starts, the whole city."""
    arcs, parts_ms = goals_of(pace, goal)
    seed, seed_ms = seeds_behind(pace, arcs, parts_ms)
    asked = np.array(sorted({start.arc for spot in starts for start in starts_of(pace, spot)}), np.int32)
    label, turns = np.full(pace.network.states, FAR, np.int32), pace.network.behind
    spread(pace.behind, turns.turn, turns.price_ms, seed, seed_ms, NO_LIMIT, asked, label, NONE, pace.worst_ms)
    return Toward(pace, arcs, parts_ms, label)


def arrivals(pace: Pace, goal: Spot, units: Sequence[Spot]) -> Ints:
    """Ms each unit needs to a goal, (n,); FAR where none of its ways leads there. One search serves all."""
    searched = toward(pace, goal, units)
    return np.array([best_start(searched, unit)[0] for unit in units], np.int32)


def best_start(searched: Toward, unit: Spot) -> tuple[int, Start | None, bool]:
    """The ms a unit needs, how it sets out, and whether the goal lies ahead on the very arc it is on."""
    best: tuple[int, Start | None, bool] = (int(FAR), None, False)
    for start in starts_of(searched.pace, unit):
        onward = int(searched.label[start.arc])
        options = [(start.first_ms + to_end_ms(searched.pace, start) + onward, False)] if onward != FAR else []
        options += [
            (start.first_ms + int(part) - start.behind_ms, True)
            for arc, part in zip(searched.goal, searched.goal_ms, strict=True)
            if arc == start.arc and part >= start.behind_ms
        ]
        for ms, is_ahead in options:
            if ms < best[0]:
                best = (ms, start, is_ahead)
    return best
