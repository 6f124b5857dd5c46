"""The connection to a camera, both ways: what we ask and its answers, and its packets as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import cast

from bongsu.core.clock import monotonic
from bongsu.video.codec import NotVideo, Unsupported
from bongsu.video.meter import Flood, Meter
from bongsu.video.rtsp.wire import Answer, Packet, Wire

AGENT = "bongsu"
MOST_THINGS_PER_S = 20_000
"""Packets and answers: a few bytes take as long as a thousand, and all cameras share the loop. 100 Mbit/s are 9,000."""


class Line(asyncio.Protocol):
    """One connection. `over` is done with the problem once it has failed; what comes afterwards is not heard."""

    def __init__(self, most_bytes_per_s: float) -> None:
        self.over: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self._bytes = Meter(most_bytes_per_s)
        self._things = Meter(MOST_THINGS_PER_S)
        self.on_packet: Callable[[Packet], None] = _ignore
        self._wire = Wire()
        self._asked: dict[str, asyncio.Future[Answer]] = {}
        self._number = 0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hear what has come."""
        if self.over.done():
            return
        try:
            at_s = monotonic()
            self._bytes.take(len(data), at_s)
            for item in self._wire.take(data):
                self._things.take(1, at_s)
                if isinstance(item, Packet):
                    self.on_packet(item)
                elif item is not None:
                    self._answered(item)
        except (NotVideo, Unsupported, Flood) as problem:
            self._fail(problem)

    def connection_lost(self, exc: Exception | None) -> None:
        """The camera has hung up, or we have."""
        self._fail(exc or ConnectionResetError())

    async def ask(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        """The camera's answer to a request. Raises what the connection failed with."""
        if self.over.done():
            raise self.over.result()
        self._number += 1
        number = str(self._number)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        self._write(method, url, {"CSeq": number, "User-Agent": AGENT, **headers})
        try:
            return await answer
        finally:
            del self._asked[number]

    def say(self, method: str, url: str, headers: Mapping[str, str]) -> None:
        """Make a request whose answer nobody waits for."""
        self._number += 1
        self._write(method, url, {"CSeq": str(self._number), "User-Agent": AGENT, **headers})

    def close(self) -> None:
        """Hang up once what was said is on its way."""
        self._transport.close()

    def _write(self, method: str, url: str, headers: Mapping[str, str]) -> None:
        if not self._transport.is_closing():
            lines = [f"{method} {url} RTSP/1.0", *(f"{name}: {value}" for name, value in headers.items())]
            self._transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def _answered(self, answer: Answer) -> None:
        """By its number; the oldest question where a camera leaves the number out."""
        number = answer.first("cseq") or next(iter(self._asked), "")
        asked = self._asked.get(number)
        if asked is not None and not asked.done():
            asked.set_result(answer)

    def _fail(self, problem: Exception) -> None:
        # Its traceback would keep what was being read, and what hears us half a picture, until garbage is collected.
        problem = problem.with_traceback(None)
        self.on_packet = _ignore
        self._wire = Wire()
        if not self.over.done():
            self.over.set_result(problem)
        for asked in self._asked.values():
            if not asked.done():
                asked.set_exception(problem)
        self._transport.abort()


def _ignore(told: object) -> None:
    """Nobody listens."""
