"""One seed's evening: who drives where, who rings 119 and when, which streets are shut. The same in every arm."""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.benches.arrivals.kinds import Blocked, Call, Rig
from bongsu.benches.arrivals.net import Net, Spot

Floats = NDArray[np.float64]
SITES = 7
"""Stations stand where they stand in every seed; this draws the places."""


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a city's evening is like; calibrated on training seeds against the baseline alone, then frozen.

    `cars_per_h` set out in the whole net, `rush_share` of them into the centre's direction; `probe_share` of all cars
    tell where they are. `handling_s` from the ring to the alarm in the station, `turnout_s` until the wheels turn.
    """

    stations: int
    engines_each: int = 2
    calls: int = 12
    closures: int = 8
    cars_per_h: int = 9_000
    rush_share: float = 0.65
    probe_share: float = 0.05
    handling_s: float = 70.0
    turnout_s: float = 60.0
    warm_s: int = 600
    run_s: int = 1_200


class Asked(msgspec.Struct, frozen=True):
    """A call with what only the street knows: where on the streets it is, and when it was rung."""

    call: Call
    spot: Spot
    rung_s: float


class Shut(msgspec.Struct, frozen=True):
    """A street nobody gets through: its edges, and what the control room will be told."""

    edges: tuple[str, ...]
    told: Blocked


class Trip(msgspec.Struct, frozen=True):
    """One car: when it sets out (SUMO's seconds, warm-up counted), from where to where; a probe tells its place."""

    name: str
    depart_s: float
    start: str
    goal: str
    is_probe: bool


class Scene(msgspec.Struct, frozen=True):
    """One seed's evening. Seconds of calls and closures count from the end of the warm-up."""

    seed: int
    terms: Terms
    stations: dict[str, Spot]
    engines: tuple[Rig, ...]
    probes: tuple[Rig, ...]
    asked: tuple[Asked, ...]
    shut: tuple[Shut, ...]
    trips: tuple[Trip, ...]


def scene_of(net: Net, terms: Terms, seed: int) -> Scene:
    """Draw an evening; the same of the same seed, terms and net."""
    chance = Random(seed)
    stations = _stations(net, terms.stations)
    engines = tuple(
        Rig(f"{name}-{number}", name, "engine", spot.place)
        for name, spot in stations.items()
        for number in range(1, terms.engines_each + 1)
    )
    asked = _calls(net, terms, chance)
    taken = {edge for one in asked for edge in one.spot.edges} | {e for spot in stations.values() for e in spot.edges}
    shut = _shut(net, terms, chance, taken)
    trips = _trips(net, terms, Random(seed * 7919 + 1))
    nowhere = next(iter(stations.values())).place
    probes = tuple(Rig(trip.name, "", "car", nowhere) for trip in trips if trip.is_probe)
    return Scene(seed, terms, stations, engines, probes, asked, shut, trips)


def _stations(net: Net, count: int) -> dict[str, Spot]:
    """Sites spread over the city's streets (Lloyd), each moved to the nearest street of some importance."""
    every = sorted(net.edges.values(), key=lambda edge: edge.id)
    middle = np.array([edge.line.mean(axis=0) for edge in every])
    weight = np.array([edge.length_m for edge in every])
    chance = np.random.default_rng(SITES)
    sites = middle[chance.choice(len(middle), count, replace=False, p=weight / weight.sum())]
    for _ in range(30):
        near = np.linalg.norm(middle[:, None] - sites[None], axis=2).argmin(axis=1)
        sites = np.array([np.average(middle[near == row], axis=0, weights=weight[near == row]) for row in range(count)])
    main = [edge for edge in every if 2 <= edge.rank <= 5 and edge.length_m > 40]
    spots = {}
    for number, site in enumerate(sites, start=1):
        edge = min(main, key=lambda one: float(np.linalg.norm(one.line.mean(axis=0) - site)))
        spots[f"station-{number}"] = net.spot(edge.id, edge.length_m / 2)
    return spots


def _calls(net: Net, terms: Terms, chance: Random) -> tuple[Asked, ...]:
    """Addresses by length of street, rung for in the first part of the run: the last has seven minutes left too."""
    homes = sorted(name for name, edge in net.edges.items() if edge.rank >= 3 and edge.length_m >= 20)
    weights = [net.edges[name].length_m for name in homes]
    until_s = terms.run_s - 430.0
    found = []
    for number, rung_s in enumerate(sorted(chance.uniform(20, until_s) for _ in range(terms.calls)), start=1):
        edge = chance.choices(homes, weights)[0]
        spot = net.spot(edge, chance.uniform(0.3, 0.7) * net.edges[edge].length_m)
        call = Call(f"call-{number}", round(rung_s + terms.handling_s), spot.place)
        found.append(Asked(call, spot, round(rung_s)))
    return tuple(found)


def _shut(net: Net, terms: Terms, chance: Random, taken: set[str]) -> tuple[Shut, ...]:
    """Stretches of streets with traffic, both ways, where a driver who comes upon one can still turn off before it."""
    fit = [name for name, edge in net.edges.items() if 3 <= edge.rank <= 5 and edge.length_m >= 40]
    fit = sorted(name for name in fit if name not in taken and _can_turn_off(net, name))
    found = []
    for number, edge in enumerate(chance.sample(fit, min(terms.closures, len(fit))), start=1):
        spot = net.spot(edge, net.edges[edge].length_m / 2)
        since_s = -60.0
        known_s = round(since_s + chance.uniform(30, 120))
        found.append(Shut(tuple(spot.edges), Blocked(f"closure-{number}", (spot.place,), since_s, known_s)))
    return tuple(found)


def _can_turn_off(net: Net, name: str) -> bool:
    before = [edge for edge in net.edges.values() if name in edge.onto]
    return bool(before) and all(len(edge.onto) >= 2 for edge in before)


def _trips(net: Net, terms: Terms, chance: Random) -> tuple[Trip, ...]:
    """Cars over the warm-up and the run: most into one side of the city, as in the evening's rush."""
    names = sorted(name for name, edge in net.edges.items() if edge.length_m >= 25)
    middle = np.array([net.edges[name].line.mean(axis=0) for name in names])
    side = (middle[:, 0] - middle[:, 0].mean()) / np.ptp(middle[:, 0])
    busy = np.array([net.edges[name].length_m * (8 - min(net.edges[name].rank, 7)) for name in names])
    leaving, coming = _draw(busy * np.exp(-3.0 * side)), _draw(busy * np.exp(3.0 * side))
    anywhere = _draw(busy)
    total_s = terms.warm_s + terms.run_s
    trips = []
    count = round(terms.cars_per_h * total_s / 3600)
    for number, depart_s in enumerate(sorted(chance.uniform(0, total_s) for _ in range(count))):
        rush = chance.random() < terms.rush_share
        start, goal = (leaving, coming) if rush else (anywhere, anywhere)
        a, b = _apart(middle, start, goal, chance)
        is_probe = chance.random() < terms.probe_share
        trips.append(
            Trip(f"{'probe' if is_probe else 'car'}-{number}", round(depart_s, 1), names[a], names[b], is_probe)
        )
    return tuple(trips)


def _draw(weight: Floats) -> Floats:
    return np.asarray(np.cumsum(weight) / weight.sum())


def _apart(middle: Floats, start: Floats, goal: Floats, chance: Random) -> tuple[int, int]:
    """Two edges a kilometre apart at least; nobody takes the car for less."""
    while True:
        a = min(int(np.searchsorted(start, chance.random())), len(start) - 1)
        b = min(int(np.searchsorted(goal, chance.random())), len(goal) - 1)
        if math.dist(middle[a], middle[b]) >= 1_000:
            return a, b


def write_trips(scene: Scene, path: Path) -> None:
    """SUMO's route file of an evening."""
    lines = [
        f'<trip id="{one.name}" type="car" depart="{one.depart_s}" from="{one.start}" to="{one.goal}" '
        'departLane="best" departSpeed="max"/>'
        for one in scene.trips
    ]
    path.write_text("<routes>\n" + "\n".join(lines) + "\n</routes>\n")
