"""The care world's process: every device of the seven services on a connection of its own, day and night."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import msgspec

from bongsu.core.device import Device
from bongsu.core.errors import Invalid
from bongsu.world.care import SCENES
from bongsu.world.care.days import (
    COUNTERS,
    DAYS,
    MONDAY_MS,
    Life,
    Live,
    Story,
    Told,
    life_of,
    live_of,
    merged,
    midnight_before,
)
from bongsu.world.care.mqtt import Line, Message
from bongsu.world.care.story import DAY_MS, Reading, Scene
from bongsu.world.care.town import moved, spots_of

LOOK_S = 0.2
SETTLED_S = 2.0
APART_S = 0.01
"""Devices come back one after another: a city's do not all connect in the same moment."""


class Care(NamedTuple):
    """The devices of some services in a city, their usual days, and the zones of those who wear one."""

    scenes: dict[str, Scene]

    @property
    def devices(self) -> list[Device]:
        """Every device of them."""
        return [device for scene in self.scenes.values() for device in scene.devices]

    def lives(self) -> dict[str, Life]:
        """The usual days of each service's sites."""
        return {service: life_of(scene) for service, scene in self.scenes.items()}


class Clock(NamedTuple):
    """What time it is in the simulated city (Unix ms), and the wall's time at a simulated moment."""

    now_ms: Callable[[], int]
    wall_ms: Callable[[int], int]


def care_of(city: Path, services: Sequence[str], seed: int) -> Care:
    """The devices of these services ([]: all seven) in a made city's folder or a .osm.pbf."""
    strange = [name for name in services if name not in SCENES]
    if strange:
        raise Invalid("care.story", story=strange[0], there=" ".join(SCENES))
    spots = spots_of(city)
    scenes = {name: SCENES[name](seed, DAYS, MONDAY_MS) for name in services or SCENES}
    return Care({name: moved(scene, name, spots, seed) for name, scene in scenes.items()})


def story_of(word: str, start_ms: int) -> Story:
    """A story from `service/what@seconds` ("room_fire/fire@20"; "#2" after the name: the third there is)."""
    name, _, after = word.partition("@")
    name, _, nth = name.partition("#")
    service, _, what = name.partition("/")
    if service not in SCENES or not (after or "0").isdecimal() or not (nth or "0").isdecimal():
        raise Invalid("care.story", story=word, there=" ".join(SCENES))
    return Story(service, what, start_ms + int(after or 0) * 1000, int(nth or 0))


def lives_of(care: Care, stories: Sequence[Story]) -> list[Live]:
    """The stories as they are told; raise Invalid("care.story") for one whose service or case there is not."""
    strange = next((one for one in stories if one.service not in care.scenes), None)
    if strange is not None:
        raise Invalid("care.story", story=f"{strange.service}/{strange.what}", there=" ".join(care.scenes))
    return [live_of(care.scenes[one.service], one) for one in stories]


async def run(care: Care, lives: Sequence[Live], lines: Mapping[str, Line], clock: Clock) -> None:
    """Tell the days of all services for ever, with these stories in them."""
    async with asyncio.TaskGroup() as tasks:
        for number, line in enumerate(lines.values()):
            tasks.create_task(_late(line, number * APART_S))
        tasks.create_task(_tell(care, lives, lines, clock))
        tasks.create_task(_count(lines))


async def _tell(care: Care, lives: Sequence[Live], lines: Mapping[str, Line], clock: Clock) -> None:
    """What each device told last is told at once, as after a power cut; then everything when its time comes."""
    days, mouth = care.lives(), Mouth(lines, clock)
    until_ms = clock.now_ms()
    midnight_ms = midnight_before(until_ms)
    first = True
    while True:
        told = sorted(
            (one for name, life in days.items() for one in merged(life, midnight_ms, _of(lives, name))),
            key=lambda one: (one.time_ms, one.device),
        )
        if first:
            mouth.say(_last(one for one in told if one.time_ms <= until_ms))
            told, first = [one for one in told if one.time_ms > until_ms], False
        for at_ms, together in groupby(told, key=lambda one: one.time_ms):
            while clock.now_ms() < at_ms:
                await asyncio.sleep(
                    min(LOOK_S, max(0.001, (clock.wall_ms(at_ms) - clock.wall_ms(clock.now_ms())) / 1000))
                )
            mouth.say(together)
        midnight_ms += DAY_MS


class Mouth:
    """Gives what is told to the lines of its devices: one message for what one device tells of one moment."""

    def __init__(self, lines: Mapping[str, Line], clock: Clock) -> None:
        self._lines, self._clock = lines, clock
        # A meter's counter has run since it was put in: after a restart of ours it stands no lower than before.
        self._since = (clock.now_ms() - MONDAY_MS) / DAY_MS
        self._counters: dict[tuple[str, str], float] = {}

    def say(self, told: Iterator[Told]) -> None:
        """Have it told; what has no line is told by nobody."""
        for device, parts in groupby(sorted(told, key=lambda one: one.device), key=lambda one: one.device):
            if device in self._lines:
                self._lines[device].tell(Message(f"readings/json/{device}", self._body(parts)))

    def _body(self, parts: Iterator[Told]) -> bytes:
        readings, positions = [], []
        for one in parts:
            at_ms = self._clock.wall_ms(one.time_ms)
            if isinstance(one, Reading):
                readings.append({
                    "device": one.device, "observed_property": one.property,
                    "result": self._result(one), "phenomenon_time_ms": at_ms,
                })  # fmt: skip
            else:
                positions.append({"device": one.device, "lon": one.lon, "lat": one.lat, "phenomenon_time_ms": at_ms})
        return msgspec.json.encode({"readings": readings, "positions": positions})

    def _result(self, one: Reading) -> float:
        if one.property not in COUNTERS:
            return one.result
        key = (one.device, one.property)
        self._counters[key] = self._counters.get(key, self._since) + one.result
        return round(self._counters[key], 3)


async def _late(line: Line, wait_s: float) -> None:
    await asyncio.sleep(wait_s)
    await line.run()


async def _count(lines: Mapping[str, Line]) -> None:
    """Say how many devices have been heard, and how many were refused, whenever it has settled to something else."""
    said = before = (0, 0)
    while True:
        await asyncio.sleep(SETTLED_S)
        now = (sum(line.told > 0 for line in lines.values()), sum(line.refused for line in lines.values()))
        if now == before and now != said:
            sys.stdout.write(f"care: {now[0]} of {len(lines)} devices heard, {now[1]} refused\n")
            sys.stdout.flush()
            said = now
        before = now


def _last(told: Iterator[Told]) -> Iterator[Told]:
    last: dict[tuple[str, str], Told] = {}
    for one in told:
        last[one.device, one.property if isinstance(one, Reading) else ""] = one
    yield from last.values()


def _of(lives: Sequence[Live], service: str) -> list[Live]:
    return [live for live in lives if live.story.service == service]
