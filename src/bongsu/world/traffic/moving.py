"""Everything that moves, as columns: a table look-up by time."""

from __future__ import annotations

import random
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bongsu.world.chance import draws
from bongsu.world.scene import Scene
from bongsu.world.traffic import graph
from bongsu.world.traffic.loops import STEP_S, Round, drive_rounds, walk_rounds

PATROLS = 24
_CARS_A_ROUND = 8
_PEOPLE_A_ROUND = 5


class Kind(IntEnum):
    """What moves."""

    CAR = 0
    VAN = 1
    TRUCK = 2
    BUS = 3
    PATROL = 4
    PERSON = 5
    ENGINE = 6
    AMBULANCE = 7


class Moment(NamedTuple):
    """All movers at one time: metres east and north of the scene's origin, and unit directions."""

    xy: NDArray[np.float32]
    towards: NDArray[np.float32]


class Traffic:
    """The movers of a scene: `kind`, `look` (a number in 0–255 that settles paint and clothes) by row.

    `draw` in [0, 1) says from how full a road on somebody is out at all. `patrols` are the rows of the patrol
    cars. Positions depend on the scene and the time alone.
    """

    def __init__(self, scene: Scene) -> None:
        chance = random.Random(f"traffic {scene.seed}")
        driving = graph.drive(scene.roads, scene.plane)
        walking = graph.walk(scene.roads, scene.plane)
        metres = sum(_length(g) for g in (driving,))
        cars = drive_rounds(driving, int(min(180, max(6, metres / 700))), chance)
        people = walk_rounds(walking, int(min(900, max(20, _length(walking) / 160))), chance)
        self._lay_tracks([*cars, *people])
        self._set_off(cars, people, chance)
        self._latest: tuple[tuple[tuple[int, int], Moment], ...] = ()

    def at(self, ms: int, driven_ms: int | None = None) -> Moment:
        """Where everything is at a Unix time in ms; cameras that ask for the same beat share the answer.

        Vehicles are where they are at `driven_ms` where that is told: on full roads their time goes slower.
        """
        asked = (ms, ms if driven_ms is None else driven_ms)
        for known, moment in self._latest:
            if known == asked:
                return moment
        moment = self._look_up(np.where(self.kind == Kind.PERSON, *asked))
        self._latest = (*self._latest[-3:], (asked, moment))
        return moment

    def speeds_mps(self, ms: int) -> NDArray[np.float32]:
        """How fast everything moves at a Unix time in ms."""
        ahead, behind = (self._look_up(np.full(len(self.kind), ms + by)).xy for by in (250, -250))
        step = ahead - behind
        speeds: NDArray[np.float32] = np.hypot(step[:, 0], step[:, 1]) / np.float32(0.5)
        return speeds

    def _lay_tracks(self, rounds: list[Round]) -> None:
        lengths = np.array([len(r.xy) for r in rounds], dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if rounds else lengths
        self._lengths = lengths
        self._xy = np.concatenate([r.xy for r in rounds]) if rounds else np.zeros((0, 2), np.float32)
        self._towards = np.concatenate([r.towards for r in rounds]) if rounds else np.zeros((0, 2), np.float32)

    def _set_off(self, cars: list[Round], people: list[Round], chance: random.Random) -> None:
        """Spread the movers evenly in time over their rounds, so that none drives into the one in front."""
        track: list[int] = []
        phase: list[float] = []
        kind: list[int] = []
        for number, round_ in enumerate([*cars, *people]):
            on_foot = number >= len(cars)
            many = _PEOPLE_A_ROUND if on_foot else min(_CARS_A_ROUND, len(round_.xy) // 40 + 1)
            first = chance.random()
            for i in range(many):
                slip = chance.uniform(-0.35, 0.35) if on_foot else chance.uniform(-0.12, 0.12)
                track.append(number)
                phase.append((first + (i + slip) / many) % 1.0 * len(round_.xy))
                kind.append(Kind.PERSON if on_foot else _draw_kind(chance))
        self._track = np.array(track, dtype=np.int64)
        self._phase = np.array(phase, dtype=np.float64)
        self.kind = np.array(kind, dtype=np.uint8)
        self.look = np.array([chance.randrange(256) for _ in kind], dtype=np.uint8)
        self.draw = draws(np.arange(len(kind), dtype=np.int64), "traffic")
        drivers = np.flatnonzero(self.kind != Kind.PERSON)
        self.patrols = drivers[:: max(1, len(drivers) // PATROLS)][:PATROLS]
        self.kind[self.patrols] = Kind.PATROL

    def _look_up(self, ms: NDArray[np.int64]) -> Moment:
        """Where everything is, each mover at a Unix time in ms of its own."""
        if not len(self._track):
            return Moment(np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32))
        length = self._lengths[self._track]
        along = (ms / (1000 * STEP_S) + self._phase) % length
        step = along.astype(np.int64)
        part = (along - step).astype(np.float32)[:, None]
        start = self._starts[self._track]
        here, there = start + step % length, start + (step + 1) % length
        xy = self._xy[here] * (1 - part) + self._xy[there] * part
        return Moment(xy, self._towards[here] * (1 - part) + self._towards[there] * part)


def _draw_kind(chance: random.Random) -> Kind:
    return chance.choices((Kind.CAR, Kind.VAN, Kind.TRUCK, Kind.BUS), (70, 14, 10, 6))[0]


def _length(streets: graph.Graph) -> float:
    if not streets.edges:
        return 0.0
    ends = np.array(list(streets.edges), dtype=np.intp)
    return float(np.hypot(*(streets.xy[ends[:, 0]] - streets.xy[ends[:, 1]]).T).sum() / 2)
