"""The video socket: hello, ticket, frames, and a last word when the right to watch is over (doors.md)."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import struct
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from bongsu.access.lease import Ticket
from bongsu.core.clock import Monotonic, Now
from bongsu.core.errors import BongsuError, Refused, Unavailable
from bongsu.video.audience import Audience
from bongsu.video.cut import Cutter
from bongsu.video.door import Door
from bongsu.video.mask.veils import Veils
from bongsu.video.recorder import Reader
from bongsu.video.replay import Replay
from bongsu.video.stream import Stream

TICKET_S = 10.0
LAST_WORD_S = 0.25
MAX_SOCKETS = 1_000
REFUSED, ENDED, DONE = 4403, 4410, 1000
LEFT = "left"

OnWatched = Callable[[Ticket, int, float, str], None]
"""Told when a stream ends: ticket id, frames sent, seconds, and why ("hold.gone", "left", "done" …)."""


class Live:
    """Serves one video socket after another; every stream ends with its holds, its viewer or the process."""

    def __init__(
        self, *, veils: Veils, door: Door, cutter: Cutter, reader: Reader, on_watched: OnWatched, now: Now,
        monotonic: Monotonic,
    ) -> None:  # fmt: skip
        self.veils = veils
        self._door = door
        self._cutter = cutter
        self._reader = reader
        self._on_watched = on_watched
        self._now = now
        self._monotonic = monotonic
        self.audience = Audience(monotonic)
        self._serving: set[asyncio.Task[None]] = set()

    async def serve(self, ws: ServerConnection) -> None:
        """One viewer, from hello to close."""
        task = asyncio.current_task()
        if task:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        with contextlib.suppress(ConnectionClosed):
            await self._serve(ws)

    async def finish(self) -> None:
        """End every stream because the process ends, and give each its last word."""
        self._cutter.end_all("shutdown")
        if self._serving:
            await asyncio.wait(self._serving, timeout=2 * LAST_WORD_S)

    async def _serve(self, ws: ServerConnection) -> None:
        try:
            ticket = await self._greet(ws)
            stream, leave = self._open(ws, ticket)
        except BongsuError as no:
            await _say(ws, what="refused", code=no.code)
            await ws.close(REFUSED)
            return
        try:
            await self._watch(ws, stream, ticket)
        finally:
            leave()

    def _open(self, ws: ServerConnection, ticket: Ticket) -> tuple[Stream | Replay, Callable[[], None]]:
        """The stream a ticket stands for, and what lets go of its camera."""
        if ticket.form == "replay":
            replay = Replay(ws, ticket, self._reader, self._cutter, self._monotonic)
            replay.past = self.veils.look_back(ticket, replay.turned)
            return replay, replay.past.end
        seat = self.veils.sit(ticket)
        return Stream(ws, ticket, seat.viewer, self._cutter, self._now), partial(self.veils.leave, seat)

    async def _greet(self, ws: ServerConnection) -> Ticket:
        if len(self._serving) > MAX_SOCKETS:
            raise Unavailable("video.full")
        nonce = secrets.token_hex(16)
        await _say(ws, what="hello", nonce=nonce, epoch=self._door.epoch)
        try:
            async with asyncio.timeout(TICKET_S):
                words = msgspec.json.decode(await ws.recv(), type=_Words)
        except TimeoutError:
            raise Refused("ticket.late") from None
        except msgspec.MsgspecError:
            raise Refused("ticket.bad") from None
        return self._door.admit(words.ticket, nonce)

    async def _watch(self, ws: ServerConnection, stream: Stream | Replay, ticket: Ticket) -> None:
        began = self._monotonic()
        self.audience.begin(ticket, stream)
        end = self._cutter.watch(ticket.holds)
        self._cutter.look()
        playing = asyncio.create_task(stream.play())
        leaving = asyncio.create_task(_listen(ws, stream))
        first: set[asyncio.Future[Any]] = {playing, leaving, end}
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        finally:
            code = _why(end, playing)
            self.audience.end(ticket, code)
            await _give_up(playing, leaving)
            self._cutter.forget(end)
            self._on_watched(ticket, stream.frames, round(self._monotonic() - began, 3), code)
        if code == "done":
            await ws.close(DONE)
        elif code != LEFT:
            await _end(ws, code)


class _Words(msgspec.Struct, tag_field="what", tag="ticket"):
    ticket: str


async def _say(ws: ServerConnection, **words: object) -> None:
    await ws.send(msgspec.json.encode(words).decode())


async def _listen(ws: ServerConnection, stream: Stream | Replay) -> None:
    """Return when the viewer has left; what it says meanwhile the stream hears."""
    async for message in ws:
        await stream.hear(message)


def _why(end: asyncio.Future[str], playing: asyncio.Task[None]) -> str:
    if end.done():
        return end.result()
    played_out = playing.done() and not playing.cancelled() and playing.exception() is None
    return "done" if played_out else LEFT


async def _give_up(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception) and not isinstance(outcome, ConnectionClosed):
            raise outcome


async def _end(ws: ServerConnection, code: str) -> None:
    """Say that it is over; a viewer too slow to hear it is reset, its send buffer thrown away."""
    try:
        async with asyncio.timeout(LAST_WORD_S):
            await _say(ws, what="ended", code=code)
            await ws.close(ENDED)
    except TimeoutError:
        _reset(ws)


def _reset(ws: ServerConnection) -> None:
    """Break the connection with RST: bytes not yet delivered are dropped by the kernel."""
    raw = ws.transport.get_extra_info("socket")
    if raw is not None:
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    ws.transport.abort()
