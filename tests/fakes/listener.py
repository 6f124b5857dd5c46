"""A WebSocket client over bare ASGI, in the test's own loop: nothing sleeps, and it can refuse to read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Litestar


class Listener:
    """Connects to a path; `word()` and `frame()` give what comes, `closed()` the code it ended with."""

    def __init__(self, app: Litestar, path: str, headers: Mapping[str, str]) -> None:
        route, _, query = path.partition("?")
        self._scope: dict[str, Any] = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": route,
            "raw_path": route.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("localhost", 8700),
            "subprotocols": [],
            "extensions": {},
        }
        self._app = app
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.reading = asyncio.Event()
        self.reading.set()
        self.accepted = False

    async def __aenter__(self) -> Listener:
        self._in.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(self._app(self._scope, self._in.get, self._send))  # type: ignore[arg-type]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.reading.set()
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1000})
        async with asyncio.timeout(3):
            await self._task

    async def _send(self, message: Any) -> None:
        await self.reading.wait()
        if message["type"] == "websocket.accept":
            self.accepted = True
            return
        self._out.put_nowait(dict(message))

    def say(self, text: str) -> None:
        """Send a text message."""
        self._in.put_nowait({"type": "websocket.receive", "text": text})

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(3):
            return await self._out.get()

    async def word(self) -> dict[str, Any]:
        """The next text message, frames left out."""
        while True:
            message = await self.next()
            assert message["type"] == "websocket.send", message
            if message.get("text") is not None:
                told: dict[str, Any] = msgspec.json.decode(message["text"])
                return told

    async def frame(self) -> bytes:
        """The next binary message, words left out."""
        while True:
            message = await self.next()
            assert message["type"] == "websocket.send", message
            if message.get("bytes") is not None:
                return bytes(message["bytes"])

    async def closed(self) -> int:
        """The code the server closes with, whatever came before."""
        while (message := await self.next())["type"] != "websocket.close":
            pass
        return int(message["code"])

    def waiting(self) -> list[dict[str, Any]]:
        """The words that are there already."""
        words = []
        while not self._out.empty():
            message = self._out.get_nowait()
            if message.get("text") is not None:
                words.append(msgspec.json.decode(message["text"]))
        return words


async def settle() -> None:
    """Let everything that is ready run."""
    for _ in range(20):
        await asyncio.sleep(0)
