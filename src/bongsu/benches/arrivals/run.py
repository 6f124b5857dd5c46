"""One arm on one seed, in lockstep: the street moves a second, the platform hears of it and answers, crews obey."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bongsu.benches.arrivals.controllers import Controllers
from bongsu.benches.arrivals.crews import Crews, nearest
from bongsu.benches.arrivals.ground import Ground
from bongsu.benches.arrivals.kinds import Arms, Junction
from bongsu.benches.arrivals.net import Net
from bongsu.benches.arrivals.platform import platform
from bongsu.benches.arrivals.platform.lockstep import Lockstep
from bongsu.benches.arrivals.rows import Row
from bongsu.benches.arrivals.scene import Scene
from bongsu.benches.arrivals.street import Street

BEGINS = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
"""A Tuesday evening at six in Korea."""
BEGINS_MS = int(BEGINS.timestamp() * 1000)
SETTLE_S = 60
"""So long before the first second calls can come in the platform hears probes and closures."""


class Site(msgspec.Struct, frozen=True, eq=False):
    """What every run of a city stands on."""

    ground: Ground
    net: Net
    junctions: tuple[Junction, ...]
    lights: Controllers


@asynccontextmanager
async def _city(site: Site, scene: Scene, arms: Arms, folder: Path) -> AsyncIterator[Lockstep | None]:
    if arms == Arms():
        yield None
        return
    rigs = (*scene.engines, *scene.probes)
    own = folder / f"{scene.seed}-{arms.name}"
    async with platform(site.ground.osm, rigs, site.junctions, arms, own, BEGINS) as city:
        yield city


async def run(site: Site, scene: Scene, arms: Arms, folder: Path, blank: Row) -> Row:
    """One run to its end, with the blank row filled in. Without any help nobody asks the platform."""
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    street = Street(site.ground, site.net, scene, folder, blank.draw)
    crews = Crews(site.net, street, scene, arms)
    async with _city(site, scene, arms, folder) as city:
        street.begin()
        try:
            while street.at_s < scene.terms.run_s:
                street.step()
                street.show(site.lights.at(BEGINS_MS + 1000 * street.at_s))
                if street.at_s >= -SETTLE_S:
                    await _second(street, crews, scene, city)
        finally:
            lost_s = street.end()
    return msgspec.structs.replace(
        blank,
        there_s=tuple(crews.there_s.get(one.call.id) for one in scene.asked),
        lost_s={name: round(lost, 1) for name, lost in lost_s.items()},
        teleports=street.teleports,
        engines_lost=len(street.lost),
        took_s=round(time.monotonic() - began, 1),
    )


async def _second(street: Street, crews: Crews, scene: Scene, city: Lockstep | None) -> None:
    at_s = street.at_s
    if city is None:
        _without(crews, scene, at_s)
    else:
        calls = [one.call for one in scene.asked if one.call.at_s == at_s]
        blocked = [one.told for one in scene.shut if one.told.known_s == at_s]
        answers = await city.tick(at_s, [*crews.fixes(), *street.probes()], calls, blocked)
        for order in answers.orders:
            crews.obey(order)
        street.show(answers.lights)
    crews.drive()


def _without(crews: Crews, scene: Scene, at_s: int) -> None:
    """Nobody's platform: the nearest free engine as the crow flies, by the call's order."""
    under_way = {engine.asked.call.id for engine in crews.engines.values() if engine.asked is not None}
    for one in scene.asked:
        if one.call.at_s <= at_s and one.call.id not in under_way:
            rig = nearest(crews.free(), one.call)
            if rig is not None:
                crews.send(one.call.id, rig.unit)
