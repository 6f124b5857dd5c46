"""Who lives in the simulated city and where: homes, work, school, and the people a city must look after.

Shares are those of a Korean city of 2025: 11 % children at school age, 20 % aged 65 and over, a third of them living
alone, one in ten of them with dementia. Everything is columns, one row a person, settled by the seed alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from bongsu.core.geo import Plane
from bongsu.world.chance import draws, pick
from bongsu.world.scene import STOREY_M, Scene, height_m
from bongsu.world.streets import Ints, Streets

HUBS_PER_1000 = 12
"""Places people go to, for every thousand junctions."""

_DEMENTIA, _ALONE = 0.10, 0.33
_FARTHEST = 256
_CHOICES = 32
_AT_ONCE = 20_000


class Life(IntEnum):
    """What somebody's days are like."""

    CHILD = 0
    WORKER = 1
    AT_HOME = 2
    OLDER = 3


@dataclass(frozen=True, slots=True)
class Homes:
    """People by row: `home` (junction), `life`, `age`, `alone`, `dementia`; `work` and `errand` are rows of `hubs`.

    `hubs` are the junctions where people go: to work, to school, to shops and parks.
    """

    hubs: Ints
    home: NDArray[np.int32]
    life: NDArray[np.uint8]
    age: NDArray[np.uint8]
    alone: NDArray[np.bool_]
    dementia: NDArray[np.bool_]
    work: NDArray[np.int16]
    errand: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.home)


def settle(scene: Scene, streets: Streets, people: int, seed: int) -> Homes:
    """Give so many people a home in the scene's buildings, and places to go; the same seed, the same people."""
    hubs = _hubs(streets, seed)
    rows = np.arange(people, dtype=np.int64)
    if not len(streets.xy):
        rows = rows[:0]
    home = _nearest_homes(scene, streets, draws(rows, seed, "home"))
    age = _ages(draws(rows, seed, "age"))
    life = np.select(
        [age < 7, age < 19, age >= 66], [Life.AT_HOME, Life.CHILD, Life.OLDER], default=Life.WORKER
    ).astype(np.uint8)
    life[(life == Life.WORKER) & (draws(rows, seed, "idle") < 0.22)] = Life.AT_HOME
    older = age >= 65
    return Homes(
        hubs=hubs,
        home=home,
        life=life,
        age=age,
        alone=older & (draws(rows, seed, "alone") < _ALONE),
        dementia=older & (draws(rows, seed, "dementia") < _DEMENTIA),
        work=np.where(
            life == Life.CHILD,
            _chosen(streets, hubs, home, 400.0, draws(rows, seed, "school")),
            _chosen(streets, hubs, home, 3_000.0, draws(rows, seed, "work")),
        ),
        errand=_chosen(streets, hubs, home, 700.0, draws(rows, seed, "errand")),
    )


def _hubs(streets: Streets, seed: int) -> Ints:
    """Junctions by chance, those on main roads four times as likely, as shops and offices are."""
    many = max(2, len(streets.xy) * HUBS_PER_1000 // 1000)
    if len(streets.xy) < 3:
        return np.arange(len(streets.xy), dtype=np.int64)
    main = np.zeros(len(streets.xy))
    np.maximum.at(main, streets.tail, np.array([4.0, 2.0, 1.0])[streets.cls])
    rows = np.arange(len(streets.xy), dtype=np.int64)
    rank = draws(rows, seed, "hub") ** (1 / main)
    return np.sort(np.argsort(-rank, kind="stable")[: min(many, len(rows))]).astype(np.int64)


def _nearest_homes(scene: Scene, streets: Streets, drawn: NDArray[np.float64]) -> NDArray[np.int32]:
    """Homes are where there is room to live: a building's footprint times its storeys."""
    middles, room = _rooms(scene.plane, scene)
    if not len(drawn):
        return np.zeros(0, np.int32)
    if not len(room):
        return (drawn * len(streets.xy)).astype(np.int32)
    return streets.nearest(middles).astype(np.int32)[pick(room, drawn)]


def _rooms(plane: Plane, scene: Scene) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    east, north = plane.metres_per_degree()
    origin = np.array([plane.origin.lon, plane.origin.lat])
    middles, room = [], []
    for building in scene.buildings:
        ring = (np.array(building.ring) - origin) * (east, north)
        x, y = ring.T
        footprint = abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2
        middles.append(ring[:-1].mean(axis=0))
        room.append(footprint * max(1.0, height_m(building) / STOREY_M))
    return np.array(middles).reshape(-1, 2), np.array(room)


def _ages(drawn: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Ages by the broad pyramid of 2025: quantiles joined by straight lines."""
    return np.interp(drawn, (0, 0.05, 0.16, 0.45, 0.80, 0.95, 1.0), (0, 7, 19, 42, 65, 80, 96)).astype(np.uint8)


def _chosen(
    streets: Streets, hubs: Ints, home: NDArray[np.int32], scale_m: float, drawn: NDArray[np.float64]
) -> NDArray[np.int16]:
    """A hub for everybody by chance: the pull of a place falls with its distance from home."""
    chosen = np.zeros(len(home), np.int16)
    if not len(home):
        return chosen
    tree = KDTree(streets.xy[hubs])
    many = min(len(hubs), _FARTHEST)
    rank = np.unique(np.geomspace(1, many, _CHOICES).astype(np.int64))
    stands_for = np.diff(np.concatenate([[0], rank])).astype(np.float64)
    order = np.argsort(home, kind="stable")
    for start in range(0, len(streets.xy), _AT_ONCE):
        part = order[np.searchsorted(home[order], start) : np.searchsorted(home[order], start + _AT_ONCE)]
        away, near = tree.query(streets.xy[start : start + _AT_ONCE], k=list(rank))
        total = np.cumsum(np.exp(-away / scale_m) * stands_for, axis=1)
        at = home[part] - start
        nth = np.sum(total[at] < (drawn[part] * total[at, -1])[:, None], axis=1)
        chosen[part] = near[at, np.minimum(nth, len(rank) - 1)]
    return chosen
