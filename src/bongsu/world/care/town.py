"""Where the devices of a city stand: each service's sites put at real buildings and streets of a map."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec

from bongsu.core.device import Device
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.world import osm
from bongsu.world import scene as scenes
from bongsu.world.care.story import Place, Reading, Scene

OUTDOORS = frozenset({"childcare", "smart_bins", "structures"})
TOGETHER = frozenset({"room_fire"})
"""Services whose sites stand side by side: a quarter of single rooms is one place."""


class Spots(NamedTuple):
    """Places indoors and at streets, WGS 84."""

    indoors: tuple[Point, ...]
    streets: tuple[Point, ...]


def spots_of(city: Path) -> Spots:
    """The spots of a made city's folder (its scene.json) or of a .osm.pbf; raise Invalid("scene.unreadable")."""
    ground = osm.read(city) if city.suffix == ".pbf" else scenes.load(city)
    indoors = tuple(_middle(building.ring) for building in ground.buildings)
    streets = tuple(_middle(road.line) for road in ground.roads)
    if not indoors and not streets:
        raise Invalid("scene.unreadable", path=str(city), detail="neither buildings nor streets")
    return Spots(indoors or streets, streets or indoors)


def moved(scene: Scene, service: str, spots: Spots, seed: int) -> Scene:
    """The same scene with every site at a spot of its own, drawn by seed; ways and zones move along."""
    sites = {device.id: device.site or device.id for device in scene.devices}
    here = {site: at for site, at in _middles(scene, sites).items() if at is not None}
    chance = Random(f"{seed}:town:{service}")
    where = spots.streets if service in OUTDOORS else spots.indoors
    if service in TOGETHER:
        by = _between(here[min(here)], chance.choice(where))
        shift = dict.fromkeys(here, by)
    else:
        shift = {site: _between(here[site], chance.choice(where)) for site in sorted(here)}
    return Scene(
        tuple(_device(one, shift.get(sites[one.id])) for one in scene.devices),
        [_told(one, shift.get(sites[one.device])) for one in scene.told],
        scene.cases,
        {site: tuple((lon + shift[site].lon, lat + shift[site].lat) for lon, lat in ring)
         for site, ring in scene.zones.items()},
    )  # fmt: skip


def _middles(scene: Scene, sites: Mapping[str, str]) -> dict[str, Point | None]:
    """Where each site is in its own scene: at its device, or in the middle of its zone."""
    middles: dict[str, Point | None] = {sites[device.id]: device.where for device in scene.devices}
    return {**middles, **{site: _middle(ring[:-1]) for site, ring in scene.zones.items()}}


def _middle(line: tuple[tuple[float, float], ...]) -> Point:
    return Point(sum(lon for lon, _ in line) / len(line), sum(lat for _, lat in line) / len(line))


def _between(start: Point, end: Point) -> Point:
    return Point(end.lon - start.lon, end.lat - start.lat)


def _device(device: Device, by: Point | None) -> Device:
    if by is None or device.where is None:
        return device
    return msgspec.structs.replace(device, where=_by(device.where.lon, device.where.lat, by))


def _told(one: Reading | Place, by: Point | None) -> Reading | Place:
    if by is None or isinstance(one, Reading):
        return one
    where = _by(one.lon, one.lat, by)
    return one._replace(lon=where.lon, lat=where.lat)


def _by(lon: float, lat: float, by: Point) -> Point:
    return Point(round(lon + by.lon, 7), round(lat + by.lat, 7))
