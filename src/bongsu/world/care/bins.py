"""Bins that fill, are emptied, stand in the sun, and burn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from bongsu.core.device import Device, DeviceKind
from bongsu.core.geo import Point
from bongsu.world.care.story import (
    HOUR_MS,
    MINUTE_MS,
    Case,
    Reading,
    Scene,
    at_hour,
    chance_of,
    every,
    hour_of,
    in_order,
)

BINS = 30
STEP_MS = 10 * MINUTE_MS
EMPTIED_H = (6.0, 18.0)
FULL = 0.85
FIRE_MS = 40 * MINUTE_MS


class Heat(NamedTuple):
    """Degrees above the air, and smoke, from a fire or the sun."""

    what: str
    begin_ms: int
    end_ms: int
    true: bool


def bins(seed: int, days: int, begin_ms: int) -> Scene:
    """Bins over some days: every third burns once, every third stands in the sun; a fire is told each minute."""
    devices: list[Device] = []
    told: list[Reading] = []
    cases: list[Case] = []
    for number in range(BINS):
        name, chance = f"BIN-{number:03}", chance_of(seed, "bin", number)
        where = Point(127.11 + number % 6 * 2e-3, 37.51 + number // 6 * 2e-3)
        observes = ("fill", "temperature", "smoke", "battery")
        devices.append(Device(id=name, kind=DeviceKind.BIN, observes=observes, where=where))
        heats = list(_heats(chance, number, days, begin_ms))
        filled = list(_fill(name, chance, days, begin_ms))
        told += [*filled, *_warmth(name, chance, days, begin_ms, heats)]
        cases += [_heat_case(name, heat) for heat in heats]
        cases += _full_cases(name, filled)
    return Scene(tuple(devices), in_order(told), tuple(cases))


def _heats(chance: Random, number: int, days: int, begin_ms: int) -> Iterator[Heat]:
    day = chance.randint(1, days - 2)
    if number % 3 == 0:
        at_ms = at_hour(begin_ms, day, chance.uniform(0, 23))
        yield Heat("fire", at_ms, at_ms + FIRE_MS, true=True)
    elif number % 3 == 1:
        yield Heat("sun", at_hour(begin_ms, day, 11.0), at_hour(begin_ms, day, 17.0), true=False)


def _heat_case(name: str, heat: Heat) -> Case:
    until_ms = heat.begin_ms + 15 * MINUTE_MS if heat.true else heat.end_ms
    return Case(
        what=heat.what,
        kind="bin_fire",
        site=name,
        began_ms=heat.begin_ms,
        until_ms=until_ms,
        over_ms=heat.end_ms,
        true=heat.true,
    )


def _fill(name: str, chance: Random, days: int, begin_ms: int) -> Iterator[Reading]:
    """The share of its volume, each hour; people throw away by day, and it is emptied twice."""
    level, rate = 0.0, chance.choice((0.01, 0.03, 0.09))
    for at_ms in every(begin_ms, at_hour(begin_ms, days, 0.0), HOUR_MS):
        hour = hour_of(at_ms, begin_ms)
        level = 0.0 if hour in EMPTIED_H else level
        level = min(1.1, level + rate * chance.uniform(0.3, 1.7) * (8 <= hour < 22))
        yield Reading(at_ms, name, "fill", round(max(0.0, level + chance.gauss(0, 0.01)), 3))


def _full_cases(name: str, filled: list[Reading]) -> Iterator[Case]:
    """Each time a bin passes its level: known of within three hours."""
    was = 0.0
    for one in filled:
        if was <= FULL < one.result:
            until_ms = one.time_ms + 3 * HOUR_MS
            yield Case(
                what="full",
                kind="bin_full",
                site=name,
                began_ms=one.time_ms,
                until_ms=until_ms,
                over_ms=until_ms,
                true=True,
            )
        was = one.result


def _warmth(name: str, chance: Random, days: int, begin_ms: int, heats: list[Heat]) -> Iterator[Reading]:
    for at_ms in _moments(days, begin_ms, heats):
        air = 17.0 + 8.0 * math.sin((hour_of(at_ms, begin_ms) - 9.0) / 24 * 2 * math.pi)
        smoke = max(0.0, chance.gauss(0.01, 0.005))
        for heat in heats:
            if heat.begin_ms <= at_ms < heat.end_ms:
                passed = (at_ms - heat.begin_ms) / (heat.end_ms - heat.begin_ms)
                air += _flames(passed) if heat.true else 42.0 * math.sin(passed * math.pi)
                smoke += min(0.6, passed * 6) if heat.true else 0.0
        yield Reading(at_ms, name, "temperature", round(air + chance.gauss(0, 0.3), 1))
        yield Reading(at_ms, name, "smoke", round(min(1.0, smoke), 3))


def _flames(passed: float) -> float:
    return 260.0 * min(1.0, passed * 3)


def _moments(days: int, begin_ms: int, heats: list[Heat]) -> Iterator[int]:
    """Each ten minutes; a device that feels heat rise tells each minute."""
    yield from every(begin_ms, at_hour(begin_ms, days, 0.0), STEP_MS)
    for heat in heats:
        yield from (at_ms + 1 for at_ms in every(heat.begin_ms, heat.end_ms, MINUTE_MS) if heat.true)
