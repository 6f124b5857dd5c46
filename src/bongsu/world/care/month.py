"""Weeks of all the services' devices, told over MQTT as fast as they are taken, in the order of their time."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from heapq import merge
from itertools import groupby
from typing import NamedTuple

import msgspec

from bongsu.core.device import Device
from bongsu.world.care import SCENES
from bongsu.world.care.mqtt import Line, Message
from bongsu.world.care.story import HOUR_MS, Place, Reading, Scene

GATEWAY = "CARE-GATEWAY"
"""Tells for the sites that have several devices, as a home's hub or a bus's recorder does."""
APART_S = 0.01


class Weeks(NamedTuple):
    """What is told: days from `begin_ms` (a midnight in Korea), nothing after `until_ms`; at `pause_ms` it waits."""

    seed: int
    days: int
    begin_ms: int
    pause_ms: int
    until_ms: int


class Hour(NamedTuple):
    """Everything told within an hour of event time: one message of each who tells, and how many readings that is."""

    begin_ms: int
    messages: Mapping[str, Message]
    readings: int


def scenes_of(weeks: Weeks) -> dict[str, Scene]:
    """The services' devices in these weeks."""
    return {name: make(weeks.seed, weeks.days, weeks.begin_ms) for name, make in SCENES.items()}


def devices_of(scenes: Mapping[str, Scene]) -> tuple[Device, ...]:
    """Every device as its city registers it: marked as a drill's, and those of one site with their gateway."""
    devices = [device for scene in scenes.values() for device in scene.devices]
    sites = Counter(device.site or device.id for device in devices)
    marked = (
        msgspec.structs.replace(one, exercise=True, source=GATEWAY if sites[one.site or one.id] > 1 else "")
        for one in devices
    )
    return tuple(marked)


def hours_of(scenes: Mapping[str, Scene], devices: Iterable[Device], until_ms: int) -> Iterator[Hour]:
    """All scenes together, hour by hour."""
    speaker = {device.id: device.source or device.id for device in devices}
    told = merge(*(scene.told for scene in scenes.values()), key=lambda one: one.time_ms)
    for hour, together in groupby(told, key=lambda one: one.time_ms // HOUR_MS):
        rows = [one for one in together if one.time_ms <= until_ms]
        by: dict[str, list[Reading | Place]] = defaultdict(list)
        for one in rows:
            by[speaker[one.device]].append(one)
        yield Hour(
            hour * HOUR_MS, {name: Message(f"readings/json/{name}", body_of(by[name])) for name in by}, len(rows)
        )


def body_of(rows: Iterable[Reading | Place]) -> bytes:
    """One message's body."""
    readings, positions = [], []
    for one in rows:
        if isinstance(one, Reading):
            readings.append({
                "device": one.device, "observed_property": one.property,
                "result": one.result, "phenomenon_time_ms": one.time_ms,
            })  # fmt: skip
        else:
            positions.append({"device": one.device, "lon": one.lon, "lat": one.lat, "phenomenon_time_ms": one.time_ms})
    return msgspec.json.encode({"readings": readings, "positions": positions})


async def tell(
    weeks: Weeks, lines: Mapping[str, Line], go: Callable[[], Awaitable[None]], say: Callable[[str], None]
) -> None:
    """Tell it all and return; at the pause of the weeks `go` is awaited."""
    scenes = await asyncio.to_thread(scenes_of, weeks)
    bell = asyncio.Event()
    count = messages = 0
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(_late(line, at * APART_S, bell)) for at, line in enumerate(lines.values())]
        for hour in hours_of(scenes, devices_of(scenes), weeks.until_ms):
            if hour.begin_ms == weeks.pause_ms:
                say(f"paused after {messages} messages {count} readings")
                await go()
            for name, message in hour.messages.items():
                lines[name].tell(message)
            while any(lines[name].waiting for name in hour.messages):
                bell.clear()
                await bell.wait()
            count, messages = count + hour.readings, messages + len(hour.messages)
        say(f"told {messages} messages {count} readings")
        for task in running:
            task.cancel()


async def _late(line: Line, wait_s: float, bell: asyncio.Event) -> None:
    await asyncio.sleep(wait_s)
    await line.run(bell.set)
