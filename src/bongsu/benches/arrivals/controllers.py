"""The signal controllers of the simulated street, in every arm the same ones: their states as SUMO's letters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bongsu.benches.arrivals.kinds import Junction
from bongsu.core.signal import Light
from bongsu.world.signals.state import State, begin
from bongsu.world.signals.step import step

LETTER = {Light.YELLOW: "y", Light.RED_CLEARANCE: "r", Light.RED: "r"}


def letters(junction: Junction, state: State) -> str:
    """What each of SUMO's connections is shown: the greens of every ring's barrier, yellow and red as its light is."""
    shown = ["r"] * len(next(iter(junction.greens.values())))
    for ring in state.rings:
        barrier = junction.plan.phase(ring.phase).barrier
        for at, letter in enumerate(junction.greens[barrier]):
            if letter in "Gg" and ring.light is not Light.RED:
                shown[at] = letter if ring.light is Light.GREEN else LETTER[ring.light]
    return "".join(shown)


class Controllers:
    """All junctions by their plans, with nobody asking for priority: what each shows at any whole second.

    One settled cycle of each controller is kept; every plan's cycle is of whole seconds.
    """

    def __init__(self, junctions: Iterable[Junction]) -> None:
        self._cycles = {one.name: _cycle(one) for one in junctions}

    def at(self, now_ms: int) -> Mapping[str, str]:
        """Every junction's letters at a moment (Unix ms)."""
        second = now_ms // 1000
        return {name: cycle[second % len(cycle)] for name, cycle in self._cycles.items()}


SETTLES = 3
"""After so many cycles from all red a controller keeps to its plan."""


def _cycle(junction: Junction) -> list[str]:
    """The letters of one cycle, second by second from a multiple of the cycle."""
    cycle_s = junction.plan.cycle_ms // 1000
    state, shown = begin(junction.plan, 0), []
    for second in range(1, cycle_s * (SETTLES + 1)):
        state = step(junction.plan, state, second * 1000)
        if second >= cycle_s * SETTLES:
            shown.append(letters(junction, state))
    return shown
