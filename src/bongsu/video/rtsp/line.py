"""The connection to a camera, both ways: what we ask and its answers, and its packets as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import cast

from bongsu.video.codec import Unsupported
from bongsu.video.meter import Flood
from bongsu.video.rtsp.wire import Answer, NotRtsp, Packet, Wire

AGENT = "bongsu"


class Line(asyncio.Protocol):
    """One connection. `over` is done with the problem once it has failed; what comes afterwards is not heard."""

    def __init__(self) -> None:
        self.over: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self.on_bytes: Callable[[int], None] = _ignore
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
            self.on_bytes(len(data))
            for item in self._wire.take(data):
                if isinstance(item, Packet):
                    self.on_packet(item)
                else:
                    self._answered(item)
        except (NotRtsp, Unsupported, Flood) as problem:
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
        self.on_bytes = self.on_packet = _ignore
        self._wire = Wire()
        if not self.over.done():
            self.over.set_result(problem)
        for asked in self._asked.values():
            if not asked.done():
                asked.set_exception(problem)
        self._transport.abort()


def _ignore(told: object) -> None:
    """Nobody listens."""
