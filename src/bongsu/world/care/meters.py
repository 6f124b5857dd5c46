"""Household water meters, read each quarter of an hour: daily use, leaks, bursts, gardens, empty homes."""

from __future__ import annotations

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

METERS = 40
STEP_MS = 15 * MINUTE_MS
USE = (0, 0, 0, 0, 0, 1, 5, 9, 7, 4, 3, 4, 5, 3, 2, 2, 3, 5, 8, 8, 6, 4, 2, 1)
"""How likely water runs in a quarter of an hour, in twentieths, by hour of the day."""


class Draw(NamedTuple):
    """A flow on top of what the household uses, litres an hour; `idle` stops the household's own."""

    what: str
    kind: str
    begin_ms: int
    end_ms: int
    flow: float
    within_ms: int
    idle: bool = False


def meters(seed: int, days: int, begin_ms: int) -> Scene:
    """Meters over some days; of eight, one leaks, one bursts, one goes dry, two have a harmless oddity."""
    devices: list[Device] = []
    told: list[Reading] = []
    cases: list[Case] = []
    for number in range(METERS):
        name, chance = f"M-{number:03}", chance_of(seed, "meter", number)
        where = Point(127.09 + number % 8 * 1e-3, 37.49 + number // 8 * 1e-3)
        ward = f"W-{300 + number}" if number % 8 == 2 else ""
        observes = ("water_flow", "water_volume")
        devices.append(Device(id=name, kind=DeviceKind.WATER_METER, observes=observes, where=where, ward=ward))
        draws = list(_draws(chance, number, days, begin_ms))
        told += _readings(name, chance, days, begin_ms, draws)
        cases += [case_of(name, draw) for draw in draws]
    return Scene(tuple(devices), in_order(told), tuple(cases))


def _draws(chance: Random, number: int, days: int, begin_ms: int) -> Iterator[Draw]:
    at_ms = at_hour(begin_ms, chance.randint(3, days - 6), chance.uniform(6, 20))
    which = number % 8
    if which == 0:
        yield Draw("leak", "water_leak", at_ms, at_ms + 4 * DAY_MS, chance.uniform(8, 60), 36 * HOUR_MS)
    elif which == 1:
        yield Draw("burst", "water_burst", at_ms, at_ms + 6 * HOUR_MS, chance.uniform(2500, 6000), 2 * HOUR_MS)
    elif which == 2:
        yield Draw("no_use", "water_no_use", at_ms, at_ms + 3 * DAY_MS, 0.0, 48 * HOUR_MS, idle=True)
    elif which == 3:
        yield Draw("garden", "water_leak", at_ms, at_ms + 2 * HOUR_MS, 900.0, 0)
    elif which == 4:
        yield Draw("filling_a_pool", "water_burst", at_ms, at_ms + 10 * HOUR_MS, 1200.0, 0)


def _readings(name: str, chance: Random, days: int, begin_ms: int, draws: list[Draw]) -> Iterator[Reading]:
    """The mean flow of each quarter of an hour and the counter at its end."""
    volume = chance.uniform(50, 900)
    for at_ms in every(begin_ms + STEP_MS, begin_ms + days * DAY_MS, STEP_MS):
        running = [draw for draw in draws if draw.begin_ms <= at_ms < draw.end_ms]
        flow = sum(draw.flow for draw in running)
        own = chance.random() * 20 < USE[int(hour_of(at_ms, begin_ms))]
        if own and not any(draw.idle for draw in running):
            flow += chance.uniform(10, 350)
        volume += flow / 4 / 1000
        yield Reading(at_ms, name, "water_flow", round(flow, 1))
        if at_ms % HOUR_MS == 0:
            yield Reading(at_ms, name, "water_volume", round(volume, 3))
