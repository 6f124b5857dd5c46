"""A video gateway that is known to be bad: it passes everything on, but the news that the right to watch is over.

It stands between a viewer and the platform's video socket, keeps the last group of pictures, and when the platform
ends the stream it goes on sending those. A drill that does not catch it proves nothing. No part of the product.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

FRAME_S = 1 / 15
KEEP_AT_MOST = 60


class Leaky:
    """The bad gateway; `leaked` counts what it sent after the platform had ended the stream."""

    def __init__(self, upstream: str, origin: str, leak_s: float) -> None:
        self._upstream = upstream
        self._origin = origin
        self._leak_s = leak_s
        self.leaked = 0

    async def carry(self, viewer: ServerConnection) -> None:
        """Serve one viewer."""
        path = viewer.request.path if viewer.request is not None else "/v1/video"
        async with connect(
            self._upstream + path,
            origin=self._origin,  # type: ignore[arg-type]  # the library's NewType over str
            compression=None,
            max_size=None,
            proxy=None,
        ) as video:
            asking = asyncio.create_task(_pass_on(viewer, video))
            try:
                await self._leak(viewer, await _forward(video, viewer))
            except ConnectionClosed:
                return
            finally:
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)

    async def _leak(self, viewer: ServerConnection, kept: list[bytes]) -> None:
        for turn in range(int(self._leak_s / FRAME_S) if kept else 0):
            await viewer.send(kept[turn % len(kept)])
            self.leaked += 1
            await asyncio.sleep(FRAME_S)


async def _pass_on(viewer: ServerConnection, video: ClientConnection) -> None:
    async for message in viewer:
        await video.send(message)


async def _forward(video: ClientConnection, viewer: ServerConnection) -> list[bytes]:
    """Pass everything on but the end; the group of pictures last seen."""
    kept: list[bytes] = []
    try:
        async for message in video:
            if isinstance(message, str) and json.loads(message).get("what") == "ended":
                return kept
            if isinstance(message, bytes):
                kept = [message] if message[0] & 1 or len(kept) >= KEEP_AT_MOST else [*kept, message]
            await viewer.send(message)
    except ConnectionClosed:
        return kept
    return kept


@asynccontextmanager
async def leaking(upstream: str, origin: str, *, leak_s: float = 3.0) -> AsyncIterator[tuple[str, Leaky]]:
    """Stand a bad gateway up in front of the video address; its own address, and itself."""
    leaky = Leaky(upstream, origin, leak_s)
    async with serve(leaky.carry, "127.0.0.1", 0, compression=None, max_size=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}", leaky
