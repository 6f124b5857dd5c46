"""Single rooms with a detector of smoke, heat and gas: fires, leaks, and people who cook."""

from __future__ import annotations

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
    in_order,
)

ROOMS = 40
STEP_MS = 10 * MINUTE_MS
CLOSE_MS = 15_000
"""A detector that sees something tells it each quarter of a minute."""
WITHIN_MS = 5 * MINUTE_MS


class Event(NamedTuple):
    """Something in a room, with the most smoke (share), heat (degrees above the room) and gas (ppm) it reaches."""

    what: str
    kind: str
    begin_ms: int
    lasts_ms: int
    smoke: float
    heat: float
    gas: float
    true: bool


def rooms(seed: int, days: int, begin_ms: int) -> Scene:
    """Rooms over some days: people cook every evening, a few rooms burn or leak, steam or a heater fool some."""
    devices: list[Device] = []
    told: list[Reading] = []
    cases: list[Case] = []
    for number in range(ROOMS):
        name, chance = f"R-{number:03}", chance_of(seed, "room", number)
        where = Point(127.13 + number % 10 * 4e-5, 37.505 + number // 10 * 4e-5)
        observes = ("smoke", "temperature", "gas", "humidity")
        devices.append(Device(id=name, kind=DeviceKind.FIRE_DETECTOR, observes=observes, where=where))
        events = list(_events(chance, number, days, begin_ms))
        told += _readings(name, chance, days, begin_ms, [*events, *_suppers(chance, days, begin_ms)])
        cases += [_case(name, event) for event in events]
    return Scene(tuple(devices), in_order(told), tuple(cases))


def _case(name: str, event: Event) -> Case:
    until_ms = event.begin_ms + (WITHIN_MS if event.true else event.lasts_ms)
    return Case(
        what=event.what,
        kind=event.kind,
        site=name,
        began_ms=event.begin_ms,
        until_ms=until_ms,
        over_ms=event.begin_ms + event.lasts_ms,
        true=event.true,
    )


def _events(chance: Random, number: int, days: int, begin_ms: int) -> Iterator[Event]:
    at_ms = at_hour(begin_ms, chance.randint(1, days - 2), chance.uniform(0, 16))
    which = number % 8
    if which == 0:
        yield Event("fire", "room_fire", at_ms, 15 * MINUTE_MS, 0.9, 300.0, 0.0, true=True)
    elif which == 1:
        yield Event("smouldering", "room_fire", at_ms, 30 * MINUTE_MS, 0.9, 15.0, 0.0, true=True)
    elif which == 2:
        yield Event("gas", "room_gas", at_ms, 30 * MINUTE_MS, 0.0, 0.0, 12_000.0, true=True)
    elif which == 3:
        yield Event("steam", "room_fire", at_ms, 20 * MINUTE_MS, 0.25, 9.0, 0.0, true=False)
    elif which == 4:
        yield Event("heater", "room_fire", at_ms, HOUR_MS, 0.0, 22.0, 0.0, true=False)
    elif which == 5:
        yield Event("burnt_toast", "room_fire", at_ms, MINUTE_MS, 0.5, 4.0, 0.0, true=False)


def _suppers(chance: Random, days: int, begin_ms: int) -> Iterator[Event]:
    for day in range(days):
        at_ms = at_hour(begin_ms, day, chance.uniform(17.5, 20.0))
        smoke, heat = chance.uniform(0.0, 0.15), chance.uniform(2, 8)
        yield Event("supper", "", at_ms, 15 * MINUTE_MS, smoke, heat, 120.0, true=False)


def _readings(name: str, chance: Random, days: int, begin_ms: int, events: list[Event]) -> Iterator[Reading]:
    for at_ms in every(begin_ms, at_hour(begin_ms, days, 0.0), STEP_MS):
        if not any(event.begin_ms <= at_ms < event.begin_ms + event.lasts_ms for event in events):
            yield from _told(name, chance, at_ms, None)
    for event in events:
        step_ms = 2 * MINUTE_MS if event.what == "supper" else CLOSE_MS
        for at_ms in every(event.begin_ms, event.begin_ms + event.lasts_ms, step_ms):
            yield from _told(name, chance, at_ms + 1, event)
        yield from _told(name, chance, event.begin_ms + event.lasts_ms + 1, None)


def _told(name: str, chance: Random, at_ms: int, event: Event | None) -> Iterator[Reading]:
    smoke, heat, gas = max(0.0, chance.gauss(0.01, 0.004)), 21.0 + chance.gauss(0, 0.3), 2.0
    if event is not None:
        # A fire is at its full after a quarter of its time; whatever else there is, too.
        share = min(1.0, (at_ms - event.begin_ms) / event.lasts_ms * 4)
        smoke, heat, gas = smoke + event.smoke * share, heat + event.heat * share, gas + event.gas * share
    yield Reading(at_ms, name, "smoke", round(min(1.0, smoke), 3))
    yield Reading(at_ms, name, "temperature", round(heat, 1))
    yield Reading(at_ms, name, "gas", round(gas, 1))
