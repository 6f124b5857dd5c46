"""The plan: who to watch when, which recordings to look at first, where they may leave the city; and planning again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import msgspec
import numpy as np

from bongsu.city.pursuit.cover import Watch, cover
from bongsu.city.pursuit.exits import Exits, Leaving, leaving_of
from bongsu.city.pursuit.mixture import KINDS, MIXTURE, Mixture, draw
from bongsu.city.pursuit.modes import NETWORK, Mode, flight_of
from bongsu.city.pursuit.particles import particles_of
from bongsu.city.pursuit.paths import Paths, joined, place_on, standing, with_start
from bongsu.city.pursuit.sights import Slots, cells_of, passes_of
from bongsu.city.pursuit.views import Views
from bongsu.city.roads.frontier import Frontier, Scratch, frontier_of
from bongsu.city.roads.pace import Pace
from bongsu.city.roads.snap import Spot
from bongsu.city.roads.streets import Bools, Floats
from bongsu.city.roads.turns import Network

PARTICLES = 2_400
WATCHED = 9
MODES = {Mode.FOOT: 0.5, Mode.BIKE: 0.2, Mode.CAR: 0.3}
"""How somebody flees of whom nobody said how: an assumption."""
NEAR_M = 150.0
"""A particle so near a sighting explains it."""
LEAST_MODE = 0.01
LEAST_SHARE = 0.1
"""No kind of behaviour is ruled out by sightings."""


class Field(msgspec.Struct, frozen=True, eq=False):
    """What plans of one city stand on: a flight's pace for each mode, what cameras see, the exits.

    `scratch` by mode is written on: one plan at a time for a field.
    """

    paces: Mapping[Mode, Pace]
    views: Views
    exits: Exits
    scratch: Mapping[Mode, Scratch]


class Belief(msgspec.Struct, frozen=True, eq=False):
    """Where the fugitive may be: particles since `since_ms` (ms after the act) at a spot, by mode with its share."""

    spots: Mapping[Mode, Spot]
    since_ms: int
    share: Mapping[Mode, float]
    kinds: tuple[float, ...]
    paths: Paths
    weight: Floats
    counts: tuple[int, ...] = ()
    """How many particles each mode has; they stand one after another."""
    explained: bool = True
    """Some particle was near the sighting this stands on: it is no surprise to the mixture."""


class Plan(msgspec.Struct, frozen=True, eq=False):
    """What follows from a belief: `watch` by slot, `replay` (its gains are those of looking at recordings), exits,
    and by mode how far they can be by the end of the last slot."""

    slots: Slots
    watch: Watch
    replay: Watch
    leaving: Leaving
    reach: Mapping[Mode, Frontier]


def field_of(networks: Mapping[str, Network], views: Views, exits: Exits) -> Field:
    """A city made ready for plans."""
    paces = {mode: flight_of(networks[NETWORK[mode]], mode) for mode in Mode}
    return Field(paces, views, exits, {mode: Scratch(pace.network.states) for mode, pace in paces.items()})


def begin(
    field: Field, spots: Mapping[Mode, Spot], until_ms: int, seed: int, mode: Mode | None = None,
    mixture: Mixture = MIXTURE, particles: int = PARTICLES,
) -> Belief:  # fmt: skip
    """Who fled at moment zero from a place; `spots` is that place for each mode that is asked of."""
    share = {mode: 1.0} if mode is not None else {one: MODES[one] for one in spots}
    return _drawn(field, spots, 0, until_ms, share, mixture.shares, seed, mixture, particles)


def sighted(
    field: Field, belief: Belief, spots: Mapping[Mode, Spot], at_ms: int, until_ms: int, seed: int,
    mode: Mode | None = None, mixture: Mixture = MIXTURE, particles: int = PARTICLES,
) -> Belief:  # fmt: skip
    """What is believed after they were seen at a place (with a heading where the spots know one).

    Particles that were not near are dropped; what those who were tell of behaviour and mode is kept, and all set out
    anew from the sighting: nobody is where they could not have come to from there.
    """
    near = _near(field, belief, spots, at_ms)
    kinds, share = belief.kinds, dict(belief.share)
    if near.any():
        weight = belief.weight * near
        counted = np.bincount(belief.paths.kind, weight, minlength=len(KINDS)) / weight.sum()
        kinds = tuple((LEAST_SHARE + (1 - LEAST_SHARE * len(KINDS)) * counted).tolist())
        share = _share_of(belief, weight)
    if mode is not None:
        share = {mode: 1.0}
    told = msgspec.structs.replace(mixture, delay_s=0.0)
    found = _drawn(field, spots, at_ms, until_ms, share, kinds, seed, told, particles)
    return msgspec.structs.replace(found, explained=bool(near.any()))


def plan_of(
    field: Field, belief: Belief, slots: Slots, most: int = WATCHED, usable: Bools | None = None, noticed: float = 0.8
) -> Plan:
    """The cameras to watch from a belief; only those in `usable`, (C,), where given."""
    passes = passes_of(belief.paths, field.views)
    count = len(belief.paths)
    cells = cells_of(passes, slots, count, usable)
    back = Slots(belief.since_ms, 1, max(slots.from_ms - belief.since_ms, 1))
    replay = cover(cells_of(passes, back, count, usable), 1, most, belief.weight, noticed)
    limit_ms = max(slots.to_ms - belief.since_ms, 0)
    reach = {mode: reach_of(field, belief.spots[mode], mode, limit_ms) for mode in belief.share}
    return Plan(
        slots=slots,
        watch=cover(cells, slots.count, most, belief.weight, noticed),
        replay=replay,
        leaving=leaving_of(field.exits, belief.paths, belief.weight),
        reach=reach,
    )


def reach_of(field: Field, spot: Spot, mode: Mode, limit_ms: int) -> Frontier:
    """How far anybody can be at top speed: no particle is beyond it."""
    return frontier_of(field.paces[mode], Spot(spot.arc, spot.part, spot.off_m), limit_ms, field.scratch[mode])


def _drawn(
    field: Field, spots: Mapping[Mode, Spot], since_ms: int, until_ms: int, share: Mapping[Mode, float],
    kinds: tuple[float, ...], seed: int, mixture: Mixture, particles: int,
) -> Belief:  # fmt: skip
    chance = np.random.default_rng(seed)
    drawn_paths, weight = [], []
    for mode, part in share.items():
        count = max(round(particles * part), 1)
        drawn = draw(count, mode, mixture, chance, np.array(kinds))
        own = particles_of(
            field.paces[mode], spots[mode], drawn, mixture, until_ms - since_ms, chance, field.scratch[mode],
            field.exits.arc,
        )  # fmt: skip
        drawn_paths.append(own)
        weight.append(np.full(count, part / count))
    paths = reduce(joined, drawn_paths)  # a share is never empty
    counts = tuple(len(part) for part in weight)
    return Belief(spots, since_ms, share, kinds, with_start(paths, since_ms), np.concatenate(weight), counts)


def _near(field: Field, belief: Belief, spots: Mapping[Mode, Spot], at_ms: int) -> Bools:
    """Which particles are near a sighting at its time."""
    streets = next(iter(field.paces.values())).network.streets
    spot = next(iter(spots.values()))
    there = standing(belief.paths, streets, at_ms)
    seen = place_on(streets, spot.arc, spot.part)
    with np.errstate(invalid="ignore"):
        near: Bools = np.hypot(there[:, 0] - seen[0], there[:, 1] - seen[1]) <= NEAR_M
    return near


def _share_of(belief: Belief, weight: Floats) -> dict[Mode, float]:
    """By mode, how much of the weight is left."""
    parts = np.split(weight, np.cumsum(belief.counts)[:-1])
    left = {mode: float(part.sum() / weight.sum()) for mode, part in zip(belief.share, parts, strict=True)}
    kept = {mode: part for mode, part in left.items() if part > LEAST_MODE}
    return {mode: part / sum(kept.values()) for mode, part in kept.items()}
