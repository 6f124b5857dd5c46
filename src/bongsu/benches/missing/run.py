"""MapScore of the map and of distance rings, on finds of the map's own kind and of wanderers it does not know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.benches.roads import made
from bongsu.city.roads.grid import Grid, grid_of, near
from bongsu.city.roads.pace import Pace, pace_of
from bongsu.city.roads.snap import Spot
from bongsu.city.roads.streets import Streets, streets_of
from bongsu.city.roads.turns import network_of
from bongsu.city.roads.vehicles import FOOT
from bongsu.city.search_map.prior import prior_of
from bongsu.city.search_map.stretches import Stretches, stretch_at, stretches_of, walked_m
from bongsu.city.search_map.subjects import DEMENTIA_URBAN
from bongsu.core.asset import Ground
from bongsu.imports.osm.read import read as read_osm
from bongsu.world.fugitives import Net, net_of
from bongsu.world.wanderers import WAYS, strays

Floats = NDArray[np.float64]
LIMITS = {"map": 0.80, "rings": 0.75}
"""On wanderers the map does not know."""
TRAINING, HELD_OUT = 100, 9_000
SIDE = 121
RINGS_M, RING_SHARES = (0.0, 320.0, 1130.0, 3220.0, 12550.0, 1e9), (0.25, 0.25, 0.25, 0.20, 0.05)
RESAMPLES = 2_000

Row = tuple[str, int, str, float, float]
"""Site, seed, how they strayed ("in_model" or one of WAYS), the map's R, the rings' R."""


class Site(msgspec.Struct, frozen=True, eq=False):
    """A city to be lost in: what the map stands on and what wanderers stand on; `middle` of each stretch, metres."""

    name: str
    streets: Streets
    grid: Grid
    pace: Pace
    stretches: Stretches
    middle: Floats
    net: Net


def site_of(name: str, ground: Ground) -> Site:
    """Make a city ready for both sides."""
    streets = streets_of(ground)
    stretches = stretches_of(streets)
    ends = streets.shape[streets.lies[:-1]], streets.shape[streets.lies[1:] - 1]
    link, part = stretches.link, stretches.middle[:, None]
    middle = ends[0][link] * (1 - part) + ends[1][link] * part
    pace = pace_of(network_of(streets, FOOT), None, 0)
    return Site(name, streets, grid_of(streets), pace, stretches, middle, net_of(ground, streets.plane, middle[:0]))


def run(osm: Path | None, seeds: int, training: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """All figures over so many cases a city; `missed` names rows beyond their limits, `skipped` what was not there."""
    sites = [site_of("made", made.city(SIDE))]
    skipped = ["real extract: none given (--osm)"]
    if osm is not None and osm.is_file():
        sites, skipped = [*sites, site_of(osm.name, read_osm(osm)[0])], []
    first = TRAINING if training else HELD_OUT
    rows: list[Row] = []
    off_map = 0
    for site in sites:
        say(f"{site.name}: {len(site.middle)} stretches, {seeds} cases")
        for seed in range(first, first + seeds):
            found, lost = case(site, seed)
            rows, off_map = rows + found, off_map + lost
    off = figures_of([row for row in rows if row[2] != "in_model"])
    told = {"off_model": off, "in_model": figures_of([row for row in rows if row[2] == "in_model"])}
    by_site = {site.name: figures_of([r for r in rows if r[0] == site.name and r[2] != "in_model"]) for site in sites}
    by_way = {way: figures_of([row for row in rows if row[2] == way]) for way in WAYS}
    missed = [name for name, limit in LIMITS.items() if off[name]["r"] < limit]
    more = {"found_beyond_the_map": off_map, "limits": LIMITS, "seeds": [first, seeds], "skipped": skipped}
    return {**told, "by_site": by_site, "by_way": by_way, **more, "missed": missed}


def case(site: Site, seed: int) -> tuple[list[Row], int]:
    """One person lost, found in each way there is; and how many were found beyond the map."""
    chance = np.random.default_rng((seed, 23))
    spot = _start(site, chance)
    start = stretch_at(site.stretches, spot)
    after_s = float(chance.lognormal(np.log(3 * 3600), 0.6))
    poa = prior_of(DEMENTIA_URBAN, site.stretches, walked_m(site.pace, site.stretches, spot), start, after_s)
    density = poa / site.stretches.length_m, _rings(site, start)
    finds = [("in_model", int(chance.choice(len(poa), p=poa)))]
    strayed = [(how, strays(site.net, how, site.middle[start], after_s, chance)) for how in WAYS]
    finds += [(how, _stretch_near(site, xy)) for how, xy in strayed if xy is not None]
    area = site.stretches.length_m
    rows = [(site.name, seed, how, score(density[0], area, at), score(density[1], area, at)) for how, at in finds]
    return rows, sum(xy is None for _, xy in strayed)


def score(density: Floats, area: Floats, at: int) -> float:
    """R = (0.5 - r) / 0.5; r is the share of all streets that would be searched before `at`, ties half."""
    ahead = area[density > density[at]].sum() + area[density == density[at]].sum() / 2
    return float((0.5 - ahead / area.sum()) / 0.5)


def _rings(site: Site, start: int) -> Floats:
    """The published quantiles as rings around the start by the crow, each spread evenly over its streets."""
    crow = np.hypot(*(site.middle - site.middle[start]).T)
    ring = np.searchsorted(RINGS_M, crow, side="right") - 1
    length = np.bincount(ring, site.stretches.length_m, minlength=len(RING_SHARES))
    return np.asarray((np.array(RING_SHARES) / np.maximum(length, 1.0))[ring])


def _start(site: Site, chance: np.random.Generator) -> Spot:
    """A place in the middle half of the map, by street length, on streets joined to the bulk of the city."""
    low, high = site.middle.min(axis=0), site.middle.max(axis=0)
    inside = (np.abs(site.middle - (low + high) / 2) <= (high - low) / 4).all(axis=1)
    weight = site.stretches.length_m * (inside & site.pace.network.joined[2 * site.stretches.link])
    row = int(chance.choice(len(weight), p=weight / weight.sum()))
    return Spot(2 * int(site.stretches.link[row]), float(site.stretches.middle[row]), 0.0)


def _stretch_near(site: Site, xy: Floats) -> int:
    found = near(site.grid, site.streets, xy[None], 100.0, 1, site.pace.network.joined)
    link = int(found.link[0, 0])
    part = float(found.along_m[0, 0] / site.streets.length_m[link])
    return stretch_at(site.stretches, Spot(2 * link, min(part, 1.0), 0.0))


def figures_of(rows: list[Row]) -> dict[str, Any]:
    """Mean R of both with 95 % intervals, cases drawn anew as wholes."""
    cases = sorted({row[:2] for row in rows})
    number = {one: at for at, one in enumerate(cases)}
    sums = np.zeros((len(cases), 3))
    for row in rows:
        sums[number[row[:2]]] += (row[3], row[4], 1.0)
    drawn = np.random.default_rng(1).integers(0, len(cases), (RESAMPLES, len(cases)))
    again = sums[drawn].sum(axis=1)
    told: dict[str, Any] = {"finds": len(rows)}
    for column, name in enumerate(LIMITS):
        interval = np.percentile(again[:, column] / again[:, 2], (2.5, 97.5))
        told[name] = {"r": round(float(sums[:, column].sum() / len(rows)), 3), "ci": np.round(interval, 3).tolist()}
    return told
