"""One look at one camera, from the video socket's opening to the last frame it sends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bongsu.core.errors import Refused
from bongsu.world.partner.eye import Eye, Seen, Unit, read_unit
from bongsu.world.partner.terminal import Terminal

FIRST_FRAME_WITHIN_S = 15.0


class Viewing:
    """A video socket of ours; frames are counted and timed as they arrive, and decoded while `decoding` is on.

    `arrivals` are when they came here (monotonic seconds), `stamps_us` where they stand on the platform's clock;
    while `kept` is a list, each comes in there with its arrival and codec.
    """

    def __init__(self, socket: ClientConnection, camera: str, incident: str, user: str) -> None:
        self.camera = camera
        self.incident = incident
        self.user = user
        self.nonce = ""
        self.epoch = ""
        self.refused = ""
        self.ended = ""
        self.trouble = ""
        self.said: list[dict[str, Any]] = []
        self.arrivals: list[float] = []
        self.stamps_us: list[int] = []
        self.codec = ""
        self.kept: list[tuple[float, str, Unit]] | None = None
        self.seen: list[tuple[float, Seen]] = []
        self.decoding = True
        self.over = asyncio.Event()
        self._news = asyncio.Event()
        self._socket = socket
        self._eye = Eye()
        self._reading: asyncio.Task[None] | None = None

    @property
    def unread(self) -> int:
        """Pictures that could not be decoded, or whose barcode did not hold."""
        return self._eye.unread + self._eye.broken

    async def greet(self) -> None:
        """Wait for the server's hello: its nonce and epoch."""
        hello = json.loads(await asyncio.wait_for(self._socket.recv(), 10.0))
        self.nonce, self.epoch = str(hello["nonce"]), str(hello["epoch"])

    async def show(self, ticket: str) -> None:
        """Hand the ticket over and begin to read whatever comes."""
        await self._socket.send(json.dumps({"what": "ticket", "ticket": ticket}))
        self._reading = asyncio.create_task(self._read(), name=f"video of {self.camera}")

    async def order(self, **words: object) -> None:
        """Say what a look back wants: another moment, another speed."""
        await self._socket.send(json.dumps(words))

    async def show_if_open(self, ticket: str) -> None:
        """Hand the ticket over unless the server has hung up by now."""
        try:
            await self.show(ticket)
        except ConnectionClosed:
            self.over.set()

    async def frame_newer_than(self, ms: float, within_s: float = FIRST_FRAME_WITHIN_S) -> float | None:
        """When (monotonic) a picture taken after `ms` was decoded first; None when none came in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not (found := [at for at, seen in self.seen if seen.taken_ms > ms]):
                    if self.over.is_set():
                        return None
                    self._news.clear()
                    await self._news.wait()
                return found[0]
        return None

    async def until_over(self, within_s: float) -> bool:
        """Wait until the server has closed the socket; tell whether it did in time."""
        try:
            await asyncio.wait_for(self.over.wait(), within_s)
        except TimeoutError:
            return False
        return True

    def frames_after(self, at_s: float) -> int:
        """How many frames arrived after a moment (monotonic)."""
        return sum(arrived > at_s for arrived in self.arrivals)

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                at_s = time.monotonic()
                if isinstance(message, bytes):
                    self._frame(message, at_s)
                else:
                    self._say(json.loads(message))
                self._news.set()
        except ConnectionClosed:
            pass
        finally:
            self.over.set()
            self._news.set()

    def _frame(self, message: bytes, at_s: float) -> None:
        self.arrivals.append(at_s)
        unit: Unit = read_unit(message)
        self.stamps_us.append(unit.arrival_us)
        if self.kept is not None:
            self.kept.append((at_s, self.codec, unit))
        if not self.decoding:
            return
        for seen in self._eye.look(unit, int(time.time() * 1000)):
            self.seen.append((time.monotonic(), seen))

    def _say(self, told: dict[str, Any]) -> None:
        self.said.append(told)
        match told.get("what"):
            case "playing":
                self.codec = str(told.get("codec"))
            case "refused":
                self.refused = str(told.get("code"))
            case "ended":
                self.ended = str(told.get("code"))
            case "trouble":
                self.trouble = str(told.get("code"))


async def dial(terminal: Terminal, camera: str, incident: str, url: str = "") -> Viewing:
    """Open a video socket and wait for its nonce; no ticket yet."""
    socket = await connect(
        (url or terminal.video_of(camera)) + "/v1/video",
        origin=terminal.url,  # type: ignore[arg-type]  # the library's NewType over str
        compression=None,
        max_size=None,
        proxy=None,
    )
    viewing = Viewing(socket, camera, incident, terminal.user)
    await viewing.greet()
    return viewing


async def ticket_for(terminal: Terminal, viewing: Viewing) -> str:
    """Redeem the right to see for this one socket; raise Refused("city.ticket") when there is none."""
    asked = {
        "camera": viewing.camera,
        "incident": viewing.incident,
        "form": "live",
        "nonce": viewing.nonce,
        "epoch": viewing.epoch,
    }
    got = await terminal.post("/v1/tickets", asked)
    if got.status_code not in (200, 201):
        raise Refused("city.ticket", status=got.status_code, detail=got.text[:200])
    return str(got.json()["ticket"])


async def watch(terminal: Terminal, camera: str, incident: str, url: str = "") -> Viewing:
    """Look at one camera for one incident: socket, ticket, frames. Raises Refused."""
    viewing = await dial(terminal, camera, incident, url)
    try:
        await viewing.show(await ticket_for(terminal, viewing))
    except Refused:
        await viewing.close()
        raise
    return viewing
