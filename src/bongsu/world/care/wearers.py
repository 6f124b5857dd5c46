"""People with dementia and a wristband that tells its place: walks within the zone, and ways out of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from bongsu.core.device import Device, DeviceKind
from bongsu.core.geo import Plane, Point
from bongsu.world.care.story import (
    HOUR_MS,
    MINUTE_MS,
    Case,
    Place,
    Reading,
    Scene,
    at_hour,
    chance_of,
    every,
    in_order,
)

WEARERS = 20
ZONE_M = 300.0
JITTER_M = 8.0
CORNERS = 24
KIND, AT_NIGHT = "wandering", "wandering_night"


class Walk(NamedTuple):
    """A way straight out to `far_m` from home and back; `true` where nobody is with the wearer."""

    what: str
    begin_ms: int
    end_ms: int
    far_m: float
    true: bool


def wearers(seed: int, days: int, begin_ms: int) -> Scene:
    """Wearers over some days; each has one way out, one walk along the zone's edge, or one bad fix."""
    devices: list[Device] = []
    told: list[Reading | Place] = []
    cases: list[Case] = []
    zones = {}
    for number in range(WEARERS):
        name, chance = f"B-{number:03}", chance_of(seed, "wearer", number)
        plane = Plane(Point(127.05 + number % 5 * 0.02, 37.48 + number // 5 * 0.02))
        walks = list(_walks(chance, number, days, begin_ms))
        devices.append(Device(id=name, kind=DeviceKind.WEARABLE, observes=("battery",), ward=f"W-{200 + number}"))
        zones[name] = _ring(plane)
        told += _day_by_day(name, chance, plane, days, begin_ms, walks)
        cases += [_case(name, walk) for walk in walks]
    return Scene(tuple(devices), in_order(told), tuple(cases), zones)


def _ring(plane: Plane) -> tuple[tuple[float, float], ...]:
    spots = [
        plane.to_point(ZONE_M * math.cos(turn), ZONE_M * math.sin(turn))
        for turn in (2 * math.pi * corner / CORNERS for corner in range(CORNERS))
    ]
    ring = [(spot.lon, spot.lat) for spot in spots]
    return (*ring, ring[0])


def _case(name: str, walk: Walk) -> Case:
    until_ms = walk.begin_ms + HOUR_MS if walk.true else walk.end_ms
    kind = AT_NIGHT if walk.what == "wanders_at_night" else KIND
    return Case(
        what=walk.what,
        kind=kind,
        site=name,
        began_ms=walk.begin_ms,
        until_ms=until_ms,
        over_ms=walk.end_ms,
        true=walk.true,
    )


def _walks(chance: Random, number: int, days: int, begin_ms: int) -> Iterator[Walk]:
    day = chance.randint(1, days - 2)
    hour = chance.uniform(1.0, 4.0) if number % 4 == 1 else chance.uniform(9.0, 17.0)
    at_ms = at_hour(begin_ms, day, hour)
    if number % 4 in (0, 1):
        what = "wanders_at_night" if number % 4 == 1 else "wanders_off"
        yield Walk(what, at_ms, at_ms + 90 * MINUTE_MS, chance.uniform(700, 1500), true=True)
    elif number % 4 == 2:
        yield Walk("along_the_edge", at_ms, at_ms + 60 * MINUTE_MS, ZONE_M, true=False)
    else:
        yield Walk("bad_fix", at_ms, at_ms + 2 * MINUTE_MS, 900.0, true=False)


def _day_by_day(
    name: str, chance: Random, plane: Plane, days: int, begin_ms: int, walks: list[Walk]
) -> Iterator[Place]:
    """At home a fix each 15 minutes; on the move one each minute, with an error that now and then is large."""
    strolls = [_stroll(chance, day, begin_ms) for day in range(days)]
    turn = chance.uniform(0, 2 * math.pi)
    for at_ms in every(begin_ms, at_hour(begin_ms, days, 0.0), 15 * MINUTE_MS):
        if not any(walk.begin_ms <= at_ms < walk.end_ms for walk in (*strolls, *walks)):
            yield _fix(name, chance, plane, at_ms, 0.0, turn)
    for walk in strolls:
        if not any(_meet(walk, other) for other in walks):
            yield from _steps(name, chance, plane, walk, chance.uniform(0, 2 * math.pi))
    for walk in walks:
        if walk.what == "bad_fix":
            # A wristband that seems to have jumped measures again after a minute.
            yield _fix(name, chance, plane, walk.begin_ms, walk.far_m, turn)
            yield _fix(name, chance, plane, walk.begin_ms + MINUTE_MS, 0.0, turn)
        elif walk.what == "along_the_edge":
            yield from _edge(name, chance, plane, walk)
        else:
            yield from _steps(name, chance, plane, walk, turn)


def _meet(one: Walk, other: Walk) -> bool:
    return one.begin_ms < other.end_ms and other.begin_ms < one.end_ms


def _stroll(chance: Random, day: int, begin_ms: int) -> Walk:
    at_ms = at_hour(begin_ms, day, chance.uniform(9, 16))
    return Walk("stroll", at_ms, at_ms + int(chance.uniform(20, 60)) * MINUTE_MS, chance.uniform(50, 240), true=False)


def _steps(name: str, chance: Random, plane: Plane, walk: Walk, turn: float) -> Iterator[Place]:
    """Out at a walking pace, there for a while, back at the end; a lone wanderer is brought back."""
    for at_ms in every(walk.begin_ms, walk.end_ms, MINUTE_MS):
        paced_m = min(at_ms - walk.begin_ms, walk.end_ms - at_ms) / 1000 * 1.1
        yield _fix(name, chance, plane, at_ms, min(walk.far_m, paced_m), turn)


def _edge(name: str, chance: Random, plane: Plane, walk: Walk) -> Iterator[Place]:
    for step, at_ms in enumerate(every(walk.begin_ms, walk.end_ms, MINUTE_MS)):
        yield _fix(name, chance, plane, at_ms, walk.far_m, step * 0.02)


def _fix(name: str, chance: Random, plane: Plane, at_ms: int, far_m: float, turn: float) -> Place:
    error_m = JITTER_M * (4.0 if chance.random() < 0.02 else 1.0)
    x = far_m * math.cos(turn) + chance.gauss(0, error_m)
    y = far_m * math.sin(turn) + chance.gauss(0, error_m)
    spot = plane.to_point(x, y)
    return Place(at_ms, name, round(spot.lon, 7), round(spot.lat, 7))
