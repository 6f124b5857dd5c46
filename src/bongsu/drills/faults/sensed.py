"""Devices that speak while everything dies: a gateway tells readings at least once, and now and then a room burns."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from bongsu.core.errors import Unavailable
from bongsu.drills import processes
from bongsu.drills.faults.stage import Stage
from bongsu.world.care.mqtt import Line, Message

ROOMS, AT_ONCE = 60, 10
EVERY_S, BURNS_EVERY, BURNS_FOR = 0.2, 10, 5
"""A message each so many seconds; with each tenth a room begins to burn, for the time of five."""
GATEWAY, RULE = "GW-DRILL", "room-fire"
COMES_AGAIN_S = 2.0
"""So long a gateway tries one connection before it tries a fresh one, while somebody waits for it."""
BACK_WITHIN_S = 180.0
LOOK_S = 0.02
NATS = "nats-server"


class Reading(msgspec.Struct, frozen=True):
    """One reading as our JSON carries it."""

    device: str
    observed_property: str
    result: float
    phenomenon_time_ms: int


class Sensed:
    """The gateway: what it sent in order, of which the first `acknowledged` messages are on the queue's word."""

    def __init__(self, stage: Stage, secret: str) -> None:
        self.stage = stage
        self.sent: list[tuple[Reading, ...]] = []
        self._line = Line("127.0.0.1", mqtt_port(stage), GATEWAY, secret)
        self._over = asyncio.Event()
        self._connected: asyncio.Task[None] | None = None

    @property
    def acknowledged(self) -> Sequence[tuple[Reading, ...]]:
        """The messages the queue has acknowledged."""
        return self.sent[: self._line.told]

    def stop(self) -> None:
        """Say nothing new."""
        self._over.set()

    async def run(self) -> None:
        """Speak steadily until stopped, and until everything said is acknowledged."""
        self._connected = asyncio.create_task(self._line.run())
        try:
            while not self._over.is_set():
                self._say()
                await asyncio.sleep(EVERY_S)
            await self.heard(len(self.sent))
        finally:
            self._connected.cancel()

    async def heard(self, messages: int = 0) -> float:
        """Wait until so many messages are acknowledged, or one more than now; when that was (monotonic)."""
        wanted, since_s = messages or self._line.told + 1, time.monotonic()
        async with asyncio.timeout(BACK_WITHIN_S):
            while self._line.told < wanted:
                if time.monotonic() - since_s > COMES_AGAIN_S:
                    self._come_again()
                    since_s = time.monotonic()
                before = self._line.told
                await asyncio.sleep(LOOK_S)
                since_s = time.monotonic() if self._line.told > before else since_s
        return time.monotonic()

    def _come_again(self) -> None:
        """A gateway whose maker thought of it does not wait ten seconds for its next try."""
        if self._connected is not None:
            self._connected.cancel()
        self._connected = asyncio.create_task(self._line.run())

    def _say(self) -> None:
        number, now_ms = len(self.sent), time.time_ns() // 1_000_000
        rows = tuple(_rows(number, now_ms))
        self.sent.append(rows)
        self._line.tell(Message(f"readings/json/{GATEWAY}", msgspec.json.encode({"readings": rows})))


def _rows(number: int, now_ms: int) -> Iterator[Reading]:
    """A message: ten rooms' temperature, and the room that begins to burn or has burnt out."""
    for at in range(AT_ONCE):
        yield Reading(f"S-{(number * AT_ONCE + at) % ROOMS}", "temperature", 20.0, now_ms)
    room, turn = divmod(number, BURNS_EVERY)
    if room < ROOMS and turn in (0, BURNS_FOR):
        yield from (
            Reading(f"S-{room}", "smoke", 0.0 if turn else 0.8, now_ms + 1),
            Reading(f"S-{room}", "temperature", 20.0 if turn else 70.0, now_ms + 1),
        )


@asynccontextmanager
async def sensing(stage: Stage) -> AsyncIterator[Sensed]:
    """Speak for as long as the block runs; the platform stands."""
    admitting = ("devices", "admit", GATEWAY, "--as", "gateway", *stage.words)
    secret = (await processes.run(*processes.BONGSU, *admitting)).decode().split()[-1]
    sensed = Sensed(stage, secret)
    task = asyncio.create_task(sensed.run())
    try:
        await sensed.heard()
        yield sensed
        sensed.stop()
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def bring_in(stage: Stage) -> None:
    """Switch telemetry on, and register the rooms' devices; the platform does not run yet."""
    ports = f"port = {processes.free_port()}\nmqtt_port = {processes.free_port()}\n"
    config = stage.ground.config
    config.write_text(f"{config.read_text('utf-8')}[telemetry]\nenabled = true\n{ports}", "utf-8")
    file = stage.ground.folder / "devices.csv"
    rooms = (
        f"S-{at},fire_detector,smoke temperature,{126.5 + at / 50:.3f},36.5,room-{at},{GATEWAY}" for at in range(ROOMS)
    )
    file.write_text("\n".join(("id,kind,observes,lon,lat,site,source", *rooms, "")), "utf-8")
    await processes.run(*processes.BONGSU, "import", "devices", str(file), *stage.words)


def mqtt_port(stage: Stage) -> int:
    """Where devices connect; the same after each restart."""
    told = stage.ground.config.read_text("utf-8").rpartition("mqtt_port = ")[2]
    return int(told.split()[0])


async def telemetry_of(stage: Stage) -> tuple[int, int]:
    """The telemetry process and its NATS server, once both stand; a spare that was called is known by its child."""
    async with asyncio.timeout(BACK_WITHIN_S):
        while True:
            with contextlib.suppress(OSError, Unavailable):
                for pid in processes.descendants(stage.running["platform"].pid):
                    if Path(f"/proc/{pid}/comm").read_text("ascii").strip() == NATS:
                        return parent_of(pid), pid
            await asyncio.sleep(LOOK_S)


def parent_of(pid: int) -> int:
    """The process that started this one."""
    return int(Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[1])
