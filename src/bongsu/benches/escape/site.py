"""A city to flee in: its streets, its cameras, and what each arm is told of them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.benches.roads import made
from bongsu.city.pursuit.exits import exits_of
from bongsu.city.pursuit.modes import Mode
from bongsu.city.pursuit.plan import Field, field_of
from bongsu.city.pursuit.views import Eyes, views_of
from bongsu.city.roads.grid import Grid, grid_of
from bongsu.city.roads.snap import Spot, nearest
from bongsu.city.roads.streets import Streets, streets_of
from bongsu.city.roads.turns import network_of
from bongsu.city.roads.vehicles import FOOT, PATROL
from bongsu.city.shapes import metres
from bongsu.core.asset import Ground
from bongsu.imports.cctv_standard import read as read_cameras
from bongsu.imports.osm.read import read as read_osm
from bongsu.world.fugitives import Net, net_of

Floats = NDArray[np.float64]
REACH_M = 40.0
"""How far a camera that turns shows somebody who flees; the judge's and the planner's."""
POLES_PER_KM2 = 62.0
"""Seoul's register: 37,330 places on 605 km²."""
CELL_M = 250.0
SIDE = 121
OFF_M = 400.0


class Site(msgspec.Struct, frozen=True, eq=False):
    """One city: what the planner stands on, what fugitives stand on, and the cameras both are judged by."""

    name: str
    streets: Streets
    grid: Grid
    field: Field
    net: Net
    cameras: Floats


def made_site() -> Site:
    """A made city of 13 km with Seoul's density of cameras."""
    ground = made.city(SIDE)
    return site_of("made", ground, None, seed=3)


def real_site(osm: Path, cctv: Path | None) -> Site:
    """A real extract; real cameras where a register is given, else Seoul's density strewn on its streets."""
    return site_of(osm.name, read_osm(osm)[0], cctv, seed=3)


def site_of(name: str, ground: Ground, cctv: Path | None, seed: int) -> Site:
    """Make a city ready for both sides."""
    streets = streets_of(ground)
    cameras = _strewn(streets, seed) if cctv is None else _registered(streets, cctv)
    count = len(cameras)
    eyes = Eyes(cameras, np.full(count, REACH_M), np.full(count, np.nan), np.full(count, 180.0))
    networks = {"patrol": network_of(streets, PATROL, ground.turn_rules), "foot": network_of(streets, FOOT)}
    field = field_of(networks, views_of(streets, eyes), exits_of(streets))
    return Site(name, streets, grid_of(streets), field, net_of(ground, streets.plane, cameras), cameras)


def _strewn(streets: Streets, seed: int) -> Floats:
    """Poles at and beside streets, seven in ten at a junction, by the square kilometres that have streets."""
    chance = np.random.default_rng(seed)
    cells = np.unique(np.floor(streets.shape / CELL_M).astype(np.int64), axis=0)
    count = int(len(cells) * (CELL_M / 1000) ** 2 * POLES_PER_KM2)
    link = chance.integers(0, len(streets.length_m), count)
    ends = streets.shape[streets.lies[link]]
    other = streets.shape[streets.lies[link + 1] - 1]
    part = np.where(chance.random(count) < 0.7, 0.0, chance.random(count))
    return np.asarray(ends + (other - ends) * part[:, None] + chance.normal(0, 4.0, (count, 2)))


def _registered(streets: Streets, cctv: Path) -> Floats:
    """The register's places on this map, each once."""
    lonlat = np.array([(one.where.lon, one.where.lat) for one in read_cameras(cctv)[0]])
    xy = np.unique(np.round(metres(lonlat, streets.plane), 1), axis=0)
    low, high = streets.shape.min(axis=0), streets.shape.max(axis=0)
    return np.asarray(xy[((xy >= low) & (xy <= high)).all(axis=1)])


def spots_at(site: Site, xy: Floats) -> dict[Mode, Spot] | None:
    """A place on everybody's streets; None where some have none near."""
    spots = {}
    for mode in Mode:
        network = site.field.paces[mode].network
        arc, part, off = nearest(network, site.grid, xy[None], np.full(1, np.nan), OFF_M)
        if arc[0] < 0:
            return None
        spots[mode] = Spot(int(arc[0]), float(part[0]), float(off[0]))
    return spots


def places(site: Site, seeds: range) -> list[tuple[int, Floats, dict[Mode, Spot]]]:
    """For each seed a place of a deed, by street length in the middle of the map (half its width and height)."""
    low, high = site.streets.shape.min(axis=0), site.streets.shape.max(axis=0)
    middle, half = (low + high) / 2, (high - low) / 4
    start = site.streets.shape[site.streets.lies[:-1]]
    inside = np.flatnonzero((np.abs(start - middle) <= half).all(axis=1))
    found = []
    for seed in seeds:
        chance = np.random.default_rng((seed, 17))
        while True:
            weight = site.streets.length_m[inside]
            xy = start[chance.choice(inside, p=weight / weight.sum())]
            spots = spots_at(site, xy)
            if spots is not None:
                found.append((seed, xy, spots))
                break
    return found
