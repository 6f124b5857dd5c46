"""Kindergarten buses: children get on and off with a tag; the reader counts who is heard once the engine stops."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bongsu.core.device import Device, DeviceKind
from bongsu.core.geo import Point
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

BUSES = 4
CHILDREN = 8
LEFT_MS = 40 * MINUTE_MS
LIMIT_MS = 10 * MINUTE_MS
"""A closed car in the sun is deadly within the quarter of an hour."""
COUNT_MS = 20_000


def bus(seed: int, days: int, begin_ms: int) -> Scene:
    """Two runs of each bus on weekdays; on some a child stays behind, a tag is missed and found again, or the engine is
    switched off on the way."""
    devices: list[Device] = []
    told: list[Reading | Place] = []
    cases: list[Case] = []
    for number in range(BUSES):
        name, chance = f"BUS-{number}", chance_of(seed, "bus", number)
        kindergarten = Point(127.12 + number * 0.01, 37.52)
        devices.append(Device(id=name, kind=DeviceKind.BUS, observes=("ignition", "aboard"), where=kindergarten))
        tags = [f"{name}-T{child}" for child in range(CHILDREN)]
        devices += [
            Device(id=tag, kind=DeviceKind.TAG_READER, observes=("boarded", "alighted"), ward=f"C-{tag}")
            for tag in tags
        ]
        left, missed, stopped = chance.sample([day for day in range(days) if day % 7 < 5], 3)
        for day in (day for day in range(days) if day % 7 < 5):
            for hour in (8.0, 15.5):
                is_morning = hour < 12
                what = {left: "left_behind", missed: "missed_tag", stopped: "stopped_engine"}.get(day, "") * is_morning
                start_ms = at_hour(begin_ms, day, hour + chance.uniform(0, 0.2))
                told += _run(name, tags, chance, start_ms, what)
                cases += _cases(name, start_ms, what)
    return Scene(tuple(devices), in_order(told), tuple(cases))


def _cases(name: str, start_ms: int, what: str) -> Iterator[Case]:
    arrives_ms = start_ms + CHILDREN * 4 * MINUTE_MS
    if what == "left_behind":
        yield _case(what, name, arrives_ms, arrives_ms + LIMIT_MS, arrives_ms + LEFT_MS, true=True)
    elif what == "missed_tag":
        yield _case(what, name, arrives_ms, 0, arrives_ms + HOUR_MS, true=False)
    elif what == "stopped_engine":
        yield _case(what, name, start_ms, 0, arrives_ms + HOUR_MS, true=False)


def _case(what: str, name: str, began_ms: int, until_ms: int, over_ms: int, *, true: bool) -> Case:
    kind = "child_left_behind"
    return Case(what=what, kind=kind, site=name, began_ms=began_ms, until_ms=until_ms, over_ms=over_ms, true=true)


def _run(name: str, tags: list[str], chance: Random, start_ms: int, what: str) -> Iterator[Reading]:
    """A child each four minutes, then all get off within two; `aboard` is counted while the engine is off."""
    yield from _engine(name, start_ms, 1.0)
    for stop, tag in enumerate(tags):
        at_ms = start_ms + stop * 4 * MINUTE_MS
        yield Reading(at_ms, tag, "boarded", 1.0)
        yield Reading(at_ms, tag, "alighted", 0.0)
        if what == "stopped_engine" and stop == 4:
            yield from _short_stop(name, at_ms, stop)
    arrives_ms = start_ms + len(tags) * 4 * MINUTE_MS
    yield from _engine(name, arrives_ms, 0.0)
    off = {tag: arrives_ms + 10_000 + int(chance.uniform(8, 14) * 1000) * n for n, tag in enumerate(tags)}
    if what == "left_behind":
        off[tags[-1]] = arrives_ms + LEFT_MS
    if what == "missed_tag":
        off[tags[-1]] = arrives_ms + int(2.4 * MINUTE_MS)
    for tag, at_ms in off.items():
        yield Reading(at_ms, tag, "boarded", 0.0)
        yield Reading(at_ms, tag, "alighted", 1.0)
    for at_ms in every(arrives_ms, max(off.values()) + MINUTE_MS, COUNT_MS):
        yield Reading(at_ms + 1, name, "aboard", float(sum(leaves > at_ms for leaves in off.values())))


def _engine(name: str, at_ms: int, runs: float) -> Iterator[Reading]:
    yield Reading(at_ms, name, "ignition", runs)
    if runs:
        yield Reading(at_ms, name, "aboard", 0.0)


def _short_stop(name: str, at_ms: int, aboard: int) -> Iterator[Reading]:
    """The driver switches off for two minutes and helps a child in."""
    yield Reading(at_ms + 5_000, name, "ignition", 0.0)
    for n in range(6):
        yield Reading(at_ms + 5_000 + n * COUNT_MS, name, "aboard", float(aboard + 1))
    yield from _engine(name, at_ms + 2 * MINUTE_MS + 5_000, 1.0)
