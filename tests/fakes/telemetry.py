"""A small register, a stream that holds what a test puts into it, and an archive that says when it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from bongsu.core.columns import Telemetry
from bongsu.core.device import Device, DeviceKind
from bongsu.core.geo import Point
from bongsu.core.register import Register, register_of
from bongsu.telemetry.stream import Message

AT = 1_790_000_000_000


def a_device(id: str = "D-1", *observes: str, source: str = "GW-1", kind: DeviceKind = DeviceKind.OTHER) -> Device:
    return Device(id=id, kind=kind, observes=observes or ("power",), source=source, where=Point(127.0, 37.5))


def a_register(*devices: Device) -> Register:
    return register_of(devices or (a_device("D-1", "power", "motion"), a_device("D-2")))


def a_reading(device: str = "D-1", result: float = 1.0, time_ms: int = AT, name: str = "power") -> dict[str, object]:
    return {"device": device, "observed_property": name, "result": result, "phenomenon_time_ms": time_ms}


def a_message(sequence: int, *readings: dict[str, object], source: str = "GW-1", at_ms: int = AT) -> Message:
    body = msgspec.json.encode({"readings": readings})
    return Message(f"readings.json.{source}", body, sequence, at_ms)


class FakeStream:
    """Gives out what is put in; remembers up to which message all is acknowledged."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Message] = asyncio.Queue()
        self.acknowledged = 0
        self.lost = 0
        self.acked = asyncio.Event()

    def put(self, *messages: Message) -> None:
        for message in messages:
            self._queue.put_nowait(message)

    async def pull(self, wait_s: float) -> Sequence[Message]:
        try:
            async with asyncio.timeout(wait_s):
                return [await self._queue.get()]
        except TimeoutError:
            return []

    async def acknowledge(self, sequence: int) -> None:
        self.acknowledged = sequence
        self.acked.set()


class FakeArchive:
    """Keeps batches; each waits on `disk`."""

    def __init__(self) -> None:
        self.news: list[Telemetry] = []
        self.late: list[Telemetry] = []
        self.came = asyncio.Event()
        self.disk = asyncio.Event()

    async def append(self, news: Telemetry, late: Telemetry) -> None:
        self.news.append(news)
        self.late.append(late)
        self.came.set()
        await self.disk.wait()
