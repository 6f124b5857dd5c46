"""A device that speaks MQTT 3.1.1 over a socket of its own."""

from __future__ import annotations

import asyncio
import itertools
from typing import Self

from bongsu.telemetry.nats import mqtt
from bongsu.telemetry.nats.config import Place

REFUSED_SUBSCRIPTION = 0x80


class Device:
    """Connected from `async with` on; raises ConnectionRefusedError when it may not."""

    def __init__(self, place: Place, name: str, secret: str) -> None:
        self._place, self._name, self._secret = place, name, secret
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._place.host, self._place.mqtt_port)
        self._writer.write(mqtt.connect(f"test-{id(self)}", self._name, self._secret))
        try:
            kind, body = await self._packet()
        except asyncio.IncompleteReadError:
            raise ConnectionRefusedError from None
        if kind != mqtt.CONNACK or body[1]:
            self._writer.close()
            raise ConnectionRefusedError
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.write(mqtt.GOODBYE)
        self._writer.close()

    async def publish(self, topic: str, payload: bytes, *, is_retained: bool = False) -> None:
        """At least once: returns when the server has it."""
        self._writer.write(mqtt.publish(topic, payload, number=next(self._numbers), is_retained=is_retained))
        assert (await self._packet())[0] == mqtt.PUBACK

    async def subscribe(self, topic: str) -> bool:
        self._writer.write(mqtt.subscribe(next(self._numbers), topic))
        kind, body = await self._packet()
        assert kind == mqtt.SUBACK
        return body[2] != REFUSED_SUBSCRIPTION

    async def next(self) -> tuple[str, bytes]:
        """The next thing published to us."""
        kind, body = await self._packet()
        assert kind & 0xF0 == mqtt.PUBLISH
        end = 2 + int.from_bytes(body[:2], "big")
        return body[2:end].decode(), body[end:]

    async def _packet(self) -> tuple[int, bytes]:
        async with asyncio.timeout(10):
            kind = (await self._reader.readexactly(1))[0]
            size = shift = 0
            while True:
                byte = (await self._reader.readexactly(1))[0]
                size |= (byte & 127) << shift
                shift += 7
                if byte < 128:
                    return kind, await self._reader.readexactly(size)
