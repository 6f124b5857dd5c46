"""What `bongsu world care` does: the register of its devices, or all of them alive over MQTT."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import typer

from bongsu.core.errors import Invalid
from bongsu.settings import load
from bongsu.world import run as runs
from bongsu.world.care import process, register
from bongsu.world.care.days import Live
from bongsu.world.care.mqtt import Line
from bongsu.world.care.process import Care, Clock

PLACE = "run/nats.json"
WITHIN_S = 120.0
LOOK_S = 0.2


class Work(NamedTuple):
    """What is asked on the command line."""

    city: Path
    services: Sequence[str]
    stories: Sequence[str]
    seed: int
    run: Path | None
    log: Path | None


class Door(msgspec.Struct):
    """Where devices connect, as the platform tells in its data folder."""

    host: str
    mqtt_port: int


def enrol(work: Work, folder: Path) -> None:
    """Write the register of the devices and the zones of wearers."""
    register.write(process.care_of(work.city, work.services, work.seed), folder)


def live(work: Work, config: Path | None, secrets: Path | None) -> None:
    """Be the devices until a signal comes."""
    if config is None or secrets is None:
        raise typer.BadParameter("--config, --secrets")
    care = process.care_of(work.city, work.services, work.seed)
    clock = clock_of(work.run)
    start_ms = clock.now_ms()
    lives = process.lives_of(care, [process.story_of(word, start_ms) for word in work.stories])
    if work.log is not None:
        register.note(lives, work.log)
    known = register.secrets_in(secrets)
    door = door_of(config)
    lines = {
        device.id: Line(door.host, door.mqtt_port, device.id, known[device.id])
        for device in care.devices
        if device.id in known
    }
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_until_told(care, lives, lines, clock))


def clock_of(folder: Path | None) -> Clock:
    """The machine's clock, or that of the run that plays in a folder."""
    playing = None if folder is None else _awaited(folder)
    if playing is None:
        return Clock(_now_ms, lambda at_ms: at_ms)
    course = playing.course
    return Clock(
        lambda: course.at_ms(_now_ms()), lambda at_ms: course.wall_ms(datetime.fromtimestamp(at_ms / 1000, UTC))
    )


def door_of(config: Path) -> Door:
    """Where the settings, or a platform that chose a free port, say devices connect."""
    settings = load(config)
    told = settings.telemetry
    if told.mqtt_port:
        return Door(told.host, told.mqtt_port)
    path = settings.folder / PLACE
    deadline = time.monotonic() + WITHIN_S
    while not path.exists():
        if time.monotonic() > deadline:
            raise Invalid("care.secrets", path=str(path), detail="not there")
        time.sleep(LOOK_S)
    return msgspec.json.decode(path.read_bytes(), type=Door)


def _awaited(folder: Path) -> runs.Run | None:
    """The run of a folder, as soon as it has begun."""
    deadline = time.monotonic() + WITHIN_S
    while (playing := runs.find(folder)) is None and time.monotonic() < deadline:
        time.sleep(LOOK_S)
    return playing


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


async def _until_told(care: Care, lives: Sequence[Live], lines: dict[str, Line], clock: Clock) -> None:
    loop = asyncio.get_running_loop()
    task = loop.create_task(process.run(care, lives, lines, clock))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    await task
