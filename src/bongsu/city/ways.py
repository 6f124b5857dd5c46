"""The city's streets as everybody may move on them, and what is known of them now: what way-finding stands on.

Built beside the platform's loop and replaced whole when the ground changes. Everything but `live` is for ever as it
was built; `live` is written by one thread at a time (the core's way-finding) and read by making a pace of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping

import msgspec
import numpy as np

from bongsu.city.roads.grid import Grid, grid_of
from bongsu.city.roads.live import Live
from bongsu.city.roads.pace import Pace, pace_of
from bongsu.city.roads.streets import Streets, streets_of
from bongsu.city.roads.turns import Network, network_of
from bongsu.city.roads.vehicles import VEHICLES
from bongsu.core.asset import Ground
from bongsu.core.errors import BongsuError, NotFound


class Ways:
    """Streets, their grid and one network for each of `VEHICLES`; `live` is what is known of the moment.

    All methods may be called from any thread.
    """

    def __init__(self, streets: Streets, grid: Grid, networks: Mapping[str, Network]) -> None:
        self.streets = streets
        self.grid = grid
        self.networks = networks
        self.live = Live(streets.arcs)
        self.meets = np.bincount(np.concatenate((streets.head, streets.tail)), minlength=1) // 2
        """How many links meet at each junction."""
        self._paces: dict[str, _Made] = {}
        self._making = threading.Lock()

    def network(self, vehicle: str) -> Network:
        """The streets as one kind of vehicle may drive them. Raises NotFound "roads.vehicle"."""
        found = self.networks.get(vehicle)
        if found is None:
            raise NotFound("roads.vehicle", vehicle=vehicle)
        return found

    def pace(self, vehicle: str, now_ms: int) -> Pace:
        """How long everything takes that vehicle now, with live speeds and closures as they stand.

        Kept for `KEPT_MS` while nothing new is known: one moment's questions share one pace. Raises NotFound.
        """
        network, version = self.network(vehicle), self.live.version
        made = self._paces.get(vehicle)
        if made is not None and made.version == version and 0 <= now_ms - made.at_ms < KEPT_MS:
            return made.pace
        with self._making:
            pace = pace_of(network, self.live, now_ms)
            self._paces[vehicle] = _Made(pace, version, now_ms)
        return pace


KEPT_MS = 5_000
"""So long a pace is good while nothing new was told: a speed grows stale that much later at most."""


class _Made(msgspec.Struct, frozen=True, eq=False):
    """A pace with the word it was made of."""

    pace: Pace
    version: int
    at_ms: int


def ways_of(
    ground: Ground, vehicles: Iterable[str] = tuple(VEHICLES), breathe: Callable[[], None] = lambda: None
) -> Ways | None:
    """A ground's ways for each kind of vehicle; None where it has no road at all ("roads.none").

    `breathe` is called between the parts; seconds for a large city (docs/explanation/roads.md).
    """
    try:
        streets = streets_of(ground)
    except BongsuError as problem:
        if problem.code == "roads.none":
            return None
        raise
    breathe()
    grid = grid_of(streets)
    networks = {}
    for name in vehicles:
        breathe()
        networks[name] = network_of(streets, VEHICLES[name], ground.turn_rules)
    return Ways(streets, grid, networks)
