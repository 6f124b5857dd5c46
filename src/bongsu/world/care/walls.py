"""Old walls, bridges and slopes that breathe with the sun, and some that move for good."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from bongsu.core.device import Device, DeviceKind
from bongsu.core.geo import Point
from bongsu.world.care.story import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    Case,
    Reading,
    Scene,
    at_hour,
    case_of,
    chance_of,
    every,
    hour_of,
    in_order,
)

WALLS = 21
STEP_MS = 30 * MINUTE_MS
DRIFT_WITHIN_MS = 5 * DAY_MS


class Motion(NamedTuple):
    """What befalls a structure: `per_day` degrees or millimetres of a property, or one shake of `jump` mm/s."""

    what: str
    kind: str
    property: str
    begin_ms: int
    end_ms: int
    per_day: float = 0.0
    jump: float = 0.0
    within_ms: int = 0


def walls(seed: int, days: int, begin_ms: int) -> Scene:
    """Structures over some days: slow drifts, a quick one, a heat wave, a lorry that shakes a bridge for a moment."""
    devices: list[Device] = []
    told: list[Reading] = []
    cases: list[Case] = []
    for number in range(WALLS):
        name, chance = f"S-{number:03}", chance_of(seed, "wall", number)
        where = Point(127.06 + number * 3e-3, 37.53)
        observes = ("tilt", "crack_width", "vibration", "temperature")
        devices.append(Device(id=name, kind=DeviceKind.STRUCTURE, observes=observes, where=where))
        motions = list(_motions(chance, number, days, begin_ms))
        told += _readings(name, chance, days, begin_ms, motions)
        cases += [case_of(name, motion) for motion in motions]
    return Scene(tuple(devices), in_order(told), tuple(cases))


def _motions(chance: Random, number: int, days: int, begin_ms: int) -> Iterator[Motion]:
    at_ms = at_hour(begin_ms, chance.randint(days // 3, days - 9), chance.uniform(0, 23))
    end_ms = begin_ms + days * DAY_MS
    which = number % 7
    if which == 0:
        yield Motion("tilts", "structure_drift", "tilt", at_ms, end_ms, 0.12, within_ms=DRIFT_WITHIN_MS)
    elif which == 1:
        yield Motion("cracks", "structure_drift", "crack_width", at_ms, end_ms, 0.3, within_ms=DRIFT_WITHIN_MS)
    elif which == 2:
        yield Motion("gives_way", "structure_danger", "tilt", at_ms, end_ms, 4.0, within_ms=DAY_MS)
    elif which == 3:
        yield Motion("heat_wave", "structure_drift", "temperature", at_ms, at_ms + 3 * DAY_MS, 4.0)
    elif which == 4:
        yield Motion("lorry", "structure_danger", "vibration", at_ms, at_ms + 3 * STEP_MS, jump=9.0)
    elif which == 5:
        yield Motion("shakes", "structure_danger", "vibration", at_ms, at_ms + 4 * HOUR_MS, jump=16.0,
                     within_ms=3 * HOUR_MS)  # fmt: skip


def _readings(name: str, chance: Random, days: int, begin_ms: int, motions: list[Motion]) -> Iterator[Reading]:
    """Tilt and crack follow the temperature of the day and the weather of the week."""
    lean, gap = chance.gauss(0, 1.0), chance.uniform(0.5, 4.0)
    weather = 0.0
    for at_ms in every(begin_ms, begin_ms + days * DAY_MS, STEP_MS):
        weather = 0.995 * weather + chance.gauss(0, 0.25)
        warm = weather + 9.0 * math.sin((hour_of(at_ms, begin_ms) - 9.0) / 24 * 2 * math.pi)
        warm += _moved(motions, "temperature", at_ms)
        tilt = lean + 0.006 * warm + _moved(motions, "tilt", at_ms)
        crack = gap - 0.015 * warm + _moved(motions, "crack_width", at_ms)
        shakes = abs(chance.gauss(0.3, 0.2)) + _shaken(motions, at_ms)
        yield Reading(at_ms, name, "temperature", round(15 + warm, 1))
        yield Reading(at_ms, name, "tilt", round(tilt + chance.gauss(0, 0.01), 4))
        yield Reading(at_ms, name, "crack_width", round(max(0.0, crack + chance.gauss(0, 0.02)), 3))
        yield Reading(at_ms, name, "vibration", round(shakes, 2))


def _moved(motions: list[Motion], name: str, at_ms: int) -> float:
    return sum(
        one.per_day * (min(at_ms, one.end_ms) - one.begin_ms) / DAY_MS
        for one in motions
        if one.property == name and one.begin_ms <= at_ms < one.end_ms
    )


def _shaken(motions: list[Motion], at_ms: int) -> float:
    """A lorry is felt in one reading only, a bridge that comes loose in all of them."""
    for one in motions:
        lasts_ms = one.end_ms - one.begin_ms if one.within_ms else STEP_MS
        if one.jump and one.begin_ms <= at_ms < one.begin_ms + lasts_ms:
            return one.jump
    return 0.0
