"""SUMO's signal programmes as the programmes of real controllers: rings, barriers, minimums for pedestrians.

Each of SUMO's greens becomes a barrier; each approach that has green there a phase of a ring of its own, so that the
approaches of one green go and stop together. The cycle and the splits are SUMO's where the minimums leave them room.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bongsu.benches.arrivals.kinds import Junction
from bongsu.benches.arrivals.net import Net
from bongsu.core.signal import Phase, Turn, between_deg
from bongsu.world.signals.plan import Junction as Plan
from bongsu.world.signals.plan import check

YELLOW_MS, CLEARANCE_MS = 3_000, 2_000
WALK_MS, PACE_MPS, LANE_M = 6_000, 1.0, 3.2
"""Pedestrians are given six seconds to set out, and cross at a metre a second (the Korean norm for crossings)."""
GREEN_LEAST_MS, TURN_LEAST_MS = 7_000, 5_000
SAME_DEG = 45.0
TURNS = {"s": Turn.THROUGH, "l": Turn.LEFT, "L": Turn.LEFT, "t": Turn.LEFT, "r": Turn.RIGHT, "R": Turn.RIGHT}


def junctions_of(net: Net) -> tuple[Junction, ...]:
    """Every junction with signals and at least two greens, by name."""
    made = (_junction(net, light) for light in net.raw.getTrafficLights())
    return tuple(sorted((one for one in made if one is not None), key=lambda one: one.name))


def _junction(net: Net, light: Any) -> Junction | None:
    programme = next(iter(light.getPrograms().values()))
    greens = [phase for phase in programme.getPhases() if "y" not in phase.state and set(phase.state) & set("Gg")]
    if len(greens) < 2:
        return None
    links = [(source.getEdge(), target.getEdge(), row) for source, target, row in light.getConnections()]
    approaches = _approaches(links)
    rings = max(len(_served(green.state, approaches)) for green in greens)
    phases: list[Phase] = []
    for barrier, green in enumerate(greens, start=1):
        served = _served(green.state, approaches)
        least = _walk_clearance_ms(green.state, links)
        for ring in range(rings):
            heading, rows = served[min(ring, len(served) - 1)]
            turns = _turns(green.state, [link for link in links if link[2] in rows])
            phases.append(_phase(len(phases) + 1, heading, turns, ring + 1, barrier, green.duration, least))
    plan = check(Plan(id=light.getID(), phases=tuple(phases), offset_ms=1000 * round(programme.getOffset())))
    ends = sorted({source.getToNode().getCoord()[:2] for source, _, _ in links})
    where = np.mean(ends, axis=0)
    return Junction(light.getID(), net.place(where), plan, {row: one.state for row, one in enumerate(greens, start=1)})


Link = tuple[Any, Any, int]


def _approaches(links: list[Link]) -> list[tuple[float, set[int]]]:
    """The headings traffic comes in on, each with its connections; edges of nearly one heading are one approach."""
    found: list[tuple[float, set[int]]] = []
    for source, _, row in links:
        heading = _heading(source)
        near = next((rows for other, rows in found if between_deg(other, heading) <= SAME_DEG), None)
        if near is None:
            found.append((heading, {row}))
        else:
            near.add(row)
    return found


def _heading(edge: Any) -> float:
    """Degrees clockwise from north at the edge's end."""
    (x0, y0), (x1, y1) = edge.getShape()[-2][:2], edge.getShape()[-1][:2]
    return math.degrees(math.atan2(x1 - x0, y1 - y0)) % 360.0


def _served(state: str, approaches: list[tuple[float, set[int]]]) -> list[tuple[float, set[int]]]:
    """The approaches that have a green in a state, those with an unhindered one first."""
    some = [(heading, {row for row in rows if state[row] in "Gg"}) for heading, rows in approaches]
    return sorted((one for one in some if one[1]), key=lambda one: -sum(state[row] == "G" for row in one[1]))


def _turns(state: str, links: list[Link]) -> tuple[Turn, ...]:
    """What may be done on a green; a left turn against oncoming traffic counts too."""
    found = {TURNS.get(_direction(source, target), Turn.THROUGH) for source, target, row in links if state[row] in "Gg"}
    return tuple(turn for turn in Turn if turn in found) or (Turn.THROUGH,)


def _direction(source: Any, target: Any) -> str:
    found = source.getConnections(target)
    return str(found[0].getDirection()) if found else "s"


def _walk_clearance_ms(state: str, links: list[Link]) -> int:
    """How long the widest road that stands still takes to cross on foot beside the traffic that goes; 0: none does."""
    waiting = [source for source, _, row in links if state[row] == "r"]
    going = [source for source, target, row in links if state[row] == "G" and _direction(source, target) == "s"]
    if not waiting or not going:
        return 0
    lanes = max(int(source.getLaneNumber()) for source in waiting)
    return round(2 * lanes * LANE_M / PACE_MPS * 1000)


def _phase(
    number: int,
    heading: float,
    turns: tuple[Turn, ...],
    ring: int,
    barrier: int,
    green_s: float,
    walk_clearance_ms: int,
) -> Phase:
    walk_ms = WALK_MS if walk_clearance_ms else 0
    least = max(GREEN_LEAST_MS if Turn.THROUGH in turns else TURN_LEAST_MS, walk_ms + walk_clearance_ms)
    change = YELLOW_MS + CLEARANCE_MS
    return Phase(
        number=number,
        heading_deg=round(heading, 1),
        turns=turns,
        ring=ring,
        barrier=barrier,
        split_ms=1000 * math.ceil(max(green_s, least / 1000) + change / 1000),
        green_at_least_ms=GREEN_LEAST_MS if Turn.THROUGH in turns else TURN_LEAST_MS,
        yellow_ms=YELLOW_MS,
        red_clearance_ms=CLEARANCE_MS,
        walk_ms=walk_ms,
        walk_clearance_ms=walk_clearance_ms,
    )
