"""Homes of people who live alone: a day's rhythm by motion, door, power and water; falls; and quiet that is none."""

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
    Place,
    Reading,
    Scene,
    at_hour,
    chance_of,
    every,
    in_order,
)

HOMES = 40
FOUND_AFTER_MS = 24 * HOUR_MS
"""Who fell is found by somebody else at last; until then it counts as detected in time."""
KIND = "elder_inactive"
IDLE_W = 60.0
LIMIT_MS = 16 * HOUR_MS
"""Later than this no alarm helps: a case found later counts as missed."""


class Quiet(NamedTuple):
    """A span in which some of a home's devices tell nothing of a person; `tells_away` hourly where it is known."""

    what: str
    begin_ms: int
    end_ms: int
    devices: str = "mdpw"
    cut_off: bool = False
    tells_away: bool = False


def homes(seed: int, days: int, begin_ms: int) -> Scene:
    """Homes over some days: every third has a fall or an illness, the others an absence, a dead battery or nothing."""
    devices: list[Device] = []
    told: list[Reading | Place] = []
    cases: list[Case] = []
    for number in range(HOMES):
        home = f"H-{number:03}"
        quiets = list(_quiets(chance_of(seed, home, "fate"), number, days, begin_ms))
        devices += _devices(home, number)
        told += _life(home, chance_of(seed, home), days, begin_ms, quiets)
        cases += [_case(home, quiet) for quiet in quiets]
    return Scene(tuple(devices), in_order(told), tuple(cases))


def _devices(home: str, number: int) -> list[Device]:
    where = Point(127.10 + number % 8 * 1e-3, 37.50 + number // 8 * 1e-3)
    parts = (
        ("m", DeviceKind.ACTIVITY, ("motion", "battery", "away")),
        ("d", DeviceKind.DOOR, ("door_open",)),
        ("p", DeviceKind.POWER_METER, ("power",)),
        ("w", DeviceKind.WATER_METER, ("water_volume",)),
    )
    return [
        Device(id=f"{home}-{end}", kind=kind, observes=observes, where=where, site=home, ward=f"W-{number:03}")
        for end, kind, observes in parts
    ]


def _quiets(chance: Random, number: int, days: int, begin_ms: int) -> Iterator[Quiet]:
    day = chance.randint(days // 2, days - 4)
    at_ms = at_hour(begin_ms, day, chance.uniform(7.0, 21.0))
    if number % 3 == 0:
        yield Quiet("fall", at_ms, at_ms + FOUND_AFTER_MS)
    elif number % 12 == 1:
        yield Quiet("holiday", at_ms, at_ms + 3 * DAY_MS, tells_away=True)
    elif number % 12 == 4:
        yield Quiet("hospital", at_ms, at_ms + 2 * DAY_MS, tells_away=True)
    elif number % 12 == 7:
        yield Quiet("battery", at_ms, at_ms + 3 * DAY_MS, devices="m")
    elif number % 12 == 10:
        yield Quiet("cut_off", at_hour(begin_ms, day, 13.0), at_hour(begin_ms, day, 16.0), cut_off=True)


def _case(home: str, quiet: Quiet) -> Case:
    true = quiet.what == "fall"
    until_ms = quiet.begin_ms + LIMIT_MS if true else quiet.end_ms
    return Case(
        what=quiet.what,
        kind=KIND,
        site=home,
        began_ms=quiet.begin_ms,
        until_ms=until_ms,
        over_ms=quiet.end_ms,
        true=true,
    )


def _life(home: str, chance: Random, days: int, begin_ms: int, quiets: list[Quiet]) -> Iterator[Reading]:
    """Everything a home's devices tell, but what a quiet holds back."""
    for one in _rhythm(home, chance, days, begin_ms):
        quiet = next((quiet for quiet in quiets if quiet.begin_ms <= one.time_ms < quiet.end_ms), None)
        if quiet is None or not _holds_back(quiet, one):
            yield one
        elif one.property == "power" and not quiet.cut_off:
            # An empty home still draws power, and nobody switches anything.
            yield one._replace(result=round(IDLE_W + one.result % 40, 1))
    for quiet in quiets:
        if quiet.tells_away:
            for at_ms in every(quiet.begin_ms, quiet.end_ms, HOUR_MS):
                yield Reading(at_ms, f"{home}-m", "away", 1.0)


def _holds_back(quiet: Quiet, one: Reading) -> bool:
    return quiet.cut_off or one.device[-1] in quiet.devices


def _rhythm(home: str, chance: Random, days: int, begin_ms: int) -> Iterator[Reading]:
    usual_wake, usual_bed = chance.gauss(6.3, 0.6), chance.gauss(21.8, 0.6)
    volume = 100.0
    for day in range(days):
        wake, bed = usual_wake + chance.gauss(0, 0.4), usual_bed + chance.gauss(0, 0.4)
        out = _outings(chance, wake, bed)
        day_ms = begin_ms + day * DAY_MS
        yield from _motion(home, chance, day_ms, wake, bed, out)
        yield from _doors(home, day_ms, out)
        yield from _power(home, chance, day_ms, wake, bed, out)
        for hour in range(24):
            awake_home = wake <= hour < bed and not _within(out, hour)
            volume += chance.uniform(0.002, 0.02) if awake_home and chance.random() < 0.7 else 0.0
            yield Reading(day_ms + hour * HOUR_MS + HOUR_MS - 1, f"{home}-w", "water_volume", round(volume, 3))


def _outings(chance: Random, wake: float, bed: float) -> list[tuple[float, float]]:
    """Hours away from home, none twice."""
    outings, hour = [], wake + 1.5
    while chance.random() < 0.6 and hour < bed - 5:
        leaves = hour + chance.uniform(0.5, 3.0)
        back = min(leaves + chance.uniform(0.5, 3.5), bed - 1)
        outings.append((leaves, back))
        hour = back + 1.0
    return outings


def _within(spans: list[tuple[float, float]], hour: float) -> bool:
    return any(begin <= hour < end for begin, end in spans)


def _motion(
    home: str, chance: Random, day_ms: int, wake: float, bed: float, out: list[tuple[float, float]]
) -> Iterator[Reading]:
    hour = wake
    while hour < bed:
        if not _within(out, hour):
            yield Reading(day_ms + int(hour * HOUR_MS), f"{home}-m", "motion", 1.0)
        hour += chance.expovariate(1 / 0.4)
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        night = chance.uniform(0.5, wake - 0.5)
        yield Reading(day_ms + int(night * HOUR_MS), f"{home}-m", "motion", 1.0)
    yield Reading(day_ms + 6 * HOUR_MS, f"{home}-m", "battery", 0.8)


def _doors(home: str, day_ms: int, out: list[tuple[float, float]]) -> Iterator[Reading]:
    for hour in (hour for span in out for hour in span):
        at_ms = day_ms + int(hour * HOUR_MS)
        yield Reading(at_ms, f"{home}-d", "door_open", 1.0)
        yield Reading(at_ms + MINUTE_MS // 4, f"{home}-d", "door_open", 0.0)


def _power(
    home: str, chance: Random, day_ms: int, wake: float, bed: float, out: list[tuple[float, float]]
) -> Iterator[Reading]:
    meals = [wake + 0.6, 12.2 + chance.gauss(0, 0.4), 18.2 + chance.gauss(0, 0.4)]
    for step in range(96):
        hour = step / 4
        draws = IDLE_W + 30.0 * (step % 3 == 0) + chance.uniform(0, 10)
        if wake <= hour < bed and not _within(out, hour):
            draws += chance.choice((20.0, 60.0, 150.0, 300.0))
            draws += 900.0 * any(meal <= hour < meal + 0.5 for meal in meals)
        yield Reading(day_ms + int(hour * HOUR_MS), f"{home}-p", "power", round(draws, 1))
