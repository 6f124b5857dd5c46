"""The latest values, out to whoever may read them: retained messages on `latest/<device>/<property>` over MQTT."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import structlog
from numpy.typing import NDArray

from bongsu.core.columns import Telemetry
from bongsu.core.observed import OBSERVED
from bongsu.core.register import PROPERTIES, Register
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.nats import mqtt
from bongsu.telemetry.nats.config import US, Place

TURN_S, RETRY_S, PING_S = 0.2, 1.0, 20.0
TOPIC = "latest"
_SAYABLE = re.compile(r"[^\s/*>#+$][^\s/*>#+]*")

_log = structlog.get_logger()


class Outgoing:
    """Which latest values have changed since they were told; those of a ward's or a gone device are taken back."""

    def __init__(self) -> None:
        self._register: Register | None = None
        self._told: NDArray[np.float64] = np.zeros(0)
        self._due: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._closed: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._from = 0

    def use(self, register: Register, closed: NDArray[np.bool_], latest: Latest) -> None:
        """These devices are registered from now on. What is `closed` (S, by datastream) is due to be taken back."""
        self._closed = closed
        told = np.full(len(self._closed), np.nan)
        told[: len(self._told)] = self._told
        self._told, self._register = told, register
        known = latest.time_ms[: len(told)] >= 0
        self._due = self._closed | (known & (latest.result[: len(told)] != told))

    def see(self, news: Telemetry) -> None:
        """Take a batch of news in: what differs from what was told is due."""
        stream, result = news.results.stream, news.results.result
        if self._register is None:
            return
        mine = stream < len(self._told)
        stream, result = stream[mine], result[mine]
        self._due[stream] |= (self._told[stream] != result) & ~self._closed[stream]

    def forget(self) -> None:
        """What was told may not have arrived: tell everything again."""
        self._due |= ~np.isnan(self._told) | self._closed
        self._told[:] = np.nan

    def take(self, at_most: int, latest: Latest) -> Iterator[tuple[str, bytes]]:
        """Topics and payloads of what is due, in turn; an empty payload takes a value back (MQTT 3.1.1, 3.3.1.3)."""
        register = self._register
        if register is None:
            return
        due = np.flatnonzero(self._due)
        due = np.roll(due, -int(np.searchsorted(due, self._from)))[:at_most]
        self._due[due] = False
        self._from = int(due[-1]) + 1 if len(due) else 0
        for row in due.tolist():
            device = register.devices[int(register.stream_device[row])].id
            if _SAYABLE.fullmatch(device):
                name = PROPERTIES[int(register.stream_property[row])]
                yield f"{TOPIC}/{device}/{name}", self._payload(row, name, latest)

    def _payload(self, row: int, name: str, latest: Latest) -> bytes:
        if self._closed[row]:
            self._told[row] = np.nan
            return b""
        result = self._told[row] = float(latest.result[row])
        told = {"result": result, "unit": OBSERVED[name].unit, "phenomenon_time_ms": int(latest.time_ms[row])}
        return msgspec.json.encode(told)


def closed_of(register: Register) -> NDArray[np.bool_]:
    """Which datastreams nobody outside may read: those of wards' devices, and of devices registered no more."""
    wards = np.fromiter((bool(device.ward) for device in register.devices), np.bool_, len(register.devices))
    closed: NDArray[np.bool_] = (wards | ~register.standing)[register.stream_device]
    return closed


class Retained:
    """Publishes at most `per_s` values a second over our own server's MQTT listener, for as long as it runs."""

    def __init__(self, place: Place, per_s: float, latest: Latest, register: Callable[[], Register]) -> None:
        self._place, self._per_s = place, per_s
        self._latest, self._register = latest, register
        self._outgoing = Outgoing()
        self._used: Register | None = None
        self.counts = 0

    def see(self, news: Telemetry) -> None:
        """Take a batch of news in."""
        self._outgoing.see(news)

    async def run(self) -> None:
        """Publish until cancelled; a server that went away is come to again, and told everything anew."""
        while True:
            try:
                await self._publish()
            except (OSError, asyncio.IncompleteReadError) as problem:
                _log.warning("nats.trouble", problem=type(problem).__name__)
            self._outgoing.forget()
            await asyncio.sleep(RETRY_S)

    async def _publish(self) -> None:
        reader, writer = await asyncio.open_connection(self._place.host, self._place.mqtt_port)
        try:
            writer.write(mqtt.connect("bongsu-latest", US, self._place.password))
            answer = await reader.readexactly(4)
            if answer[0] != mqtt.CONNACK or answer[3]:
                raise ConnectionRefusedError
            pinged_s = time.monotonic()
            while not reader.at_eof():
                await self._turn(writer)
                if time.monotonic() - pinged_s > PING_S:
                    writer.write(mqtt.PING)
                    pinged_s = time.monotonic()
                await asyncio.sleep(TURN_S)
        finally:
            writer.close()

    async def _turn(self, writer: asyncio.StreamWriter) -> None:
        if (register := self._register()) is not self._used:
            # A million devices are looked through, beside the loop; what comes meanwhile is in the latest state.
            self._outgoing.use(register, await asyncio.to_thread(closed_of, register), self._latest)
            self._used = register
        for topic, payload in self._outgoing.take(max(1, int(self._per_s * TURN_S)), self._latest):
            writer.write(mqtt.publish(topic, payload, is_retained=True))
            self.counts += 1
        await writer.drain()
