"""`python -m bongsu.benches.video.crowd PORT FOLDER VIEWERS CAMERAS`: many viewers, who note when the last byte came.

Each watches one camera on a grant of its own, "grant:g0" and so on. Prints "ready" once everybody has had a frame; at
the next line it hears it prints, as JSON, for each viewer the monotonic time of its last byte and its frames so far.
"""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from pathlib import Path

import msgspec
import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bongsu.access.lease import VALID_MS, Ticket, make_keys, sign

SESSION = "bench"
AT_ONCE = 8


class Viewer:
    """One of the crowd."""

    def __init__(self, number: int, cameras: int) -> None:
        self.number = number
        self.camera = str(number % cameras)
        self.frames = 0
        self.last_s = 0.0
        self.has_seen = asyncio.Event()

    async def watch(self, port: int, key: Ed25519PrivateKey, turn: asyncio.Semaphore) -> None:
        """Come in, and take what comes until it ends."""
        async with turn:
            ws = await connect(f"ws://127.0.0.1:{port}/v1/video", compression=None, max_size=None)
            hello = msgspec.json.decode(await ws.recv())
            await ws.send(msgspec.json.encode({"what": "ticket", "ticket": self._ticket(hello, key)}).decode())
        try:
            await self._take(ws)
        except ConnectionClosed:
            return

    async def _take(self, ws: ClientConnection) -> None:
        while True:
            message = await ws.recv()
            if isinstance(message, bytes):
                self.last_s = time.monotonic()
                self.frames += 1
                self.has_seen.set()

    def _ticket(self, hello: dict[str, str], key: Ed25519PrivateKey) -> str:
        grant = f"g{self.number}"
        ticket = Ticket(
            id=uuid.uuid4().hex,
            user="bench",
            session=SESSION,
            agency="bench",
            camera=self.camera,
            form="live",
            incident="bench",
            grant=grant,
            holds=(f"session:{SESSION}", f"grant:{grant}"),
            nonce=hello["nonce"],
            epoch=hello["epoch"],
            until_ms=int(time.time() * 1000) + VALID_MS,
        )
        return sign(ticket, key)


async def _crowd(port: int, folder: Path, viewers: int, cameras: int) -> None:
    key, turn = make_keys(folder), asyncio.Semaphore(AT_ONCE)
    crowd = [Viewer(number, cameras) for number in range(viewers)]
    watching = [asyncio.create_task(one.watch(port, key, turn)) for one in crowd]
    for one in crowd:
        await one.has_seen.wait()
    _say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    _say(msgspec.json.encode([[one.last_s, one.frames] for one in crowd]).decode())
    for task in watching:
        task.cancel()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_crowd(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
