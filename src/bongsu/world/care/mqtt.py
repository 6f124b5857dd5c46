"""MQTT 3.1.1 as a device speaks it (OASIS mqtt-v3.1.1).

An own reading of the standard: what the platform misread would not be mirrored here.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

CONNACK, PUBACK = 0x20, 0x40
PING, GOODBYE = b"\xc0\x00", b"\xe0\x00"
KEEP_ALIVE_S = 60
REPLY_S = 10.0
AGAIN_S = (0.5, 1.0, 2.0, 5.0, 10.0)
KEPT = 2_000
"""So many messages a device keeps while it cannot tell them; then it forgets the oldest, as real ones do."""


class Message(NamedTuple):
    """What is published, and where."""

    topic: str
    payload: bytes


class Line:
    """One device's connection: tells at least once (QoS 1), in order, and comes back by itself."""

    def __init__(self, host: str, port: int, name: str, secret: str) -> None:
        self._at, self._name, self._secret = (host, port), name, secret
        self._waiting: deque[Message] = deque(maxlen=KEPT)
        self._news = asyncio.Event()
        self._numbers = itertools.cycle(range(1, 65536))
        self.told = 0
        self.refused = False

    def tell(self, message: Message) -> None:
        """Have it told as soon as there is a connection."""
        self._waiting.append(message)
        self._news.set()

    @property
    def waiting(self) -> int:
        """How many messages the server does not have yet."""
        return len(self._waiting)

    async def run(self, heard: Callable[[], None] = lambda: None) -> None:
        """Stay connected for ever; `heard` is called at each acknowledgement. Who is refused tries again, slowly."""
        waits = iter(AGAIN_S)
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                before = self.told
                try:
                    await self._connected(heard)
                finally:
                    waits = iter(AGAIN_S) if self.told > before else waits
            await asyncio.sleep(next(waits, AGAIN_S[-1]))

    async def _connected(self, heard: Callable[[], None]) -> None:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(*self._at), REPLY_S)
        try:
            self.refused = True  # a server that knows nobody of our name may say so by hanging up
            writer.write(_connect(self._name, self._secret))
            kind, body = await _packet(reader)
            self.refused = kind != CONNACK or body[1] != 0
            while not self.refused:
                await self._tell_all(reader, writer, heard)
                self._news.clear()
                try:
                    await asyncio.wait_for(self._news.wait(), KEEP_ALIVE_S / 2)
                except TimeoutError:
                    writer.write(PING)
                    await _packet(reader)
        finally:
            writer.close()

    async def _tell_all(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Callable[[], None]
    ) -> None:
        """One after the other: what is not acknowledged is told again on the next connection."""
        while self._waiting:
            message, number = self._waiting[0], next(self._numbers)
            writer.write(_publish(message, number))
            await writer.drain()
            kind, body = await _packet(reader)
            while kind != PUBACK or int.from_bytes(body[:2], "big") != number:
                kind, body = await _packet(reader)
            if self._waiting and self._waiting[0] is message:
                self._waiting.popleft()
            self.told += 1
            heard()


async def _packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The next packet: kind and body."""
    async with asyncio.timeout(REPLY_S):
        kind = (await reader.readexactly(1))[0] & 0xF0
        size = shift = 0
        while True:
            byte = (await reader.readexactly(1))[0]
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return kind, await reader.readexactly(size)


def _connect(name: str, secret: str) -> bytes:
    """A clean session under the device's own name, with user and password."""
    head = _text("MQTT") + bytes((4, 0xC2)) + KEEP_ALIVE_S.to_bytes(2, "big")
    return _whole(0x10, head + _text(name) + _text(name) + _text(secret))


def _publish(message: Message, number: int) -> bytes:
    return _whole(0x32, _text(message.topic) + number.to_bytes(2, "big") + message.payload)


def _whole(kind: int, body: bytes) -> bytes:
    length, size = bytearray(), len(body)
    while True:
        size, low = divmod(size, 128)
        length.append(low | (128 if size else 0))
        if not size:
            return bytes((kind,)) + bytes(length) + body


def _text(value: str) -> bytes:
    raw = value.encode()
    return len(raw).to_bytes(2, "big") + raw
