"""Builders and stand-ins around the video process: tickets, frames, a core that speaks, an officer who watches."""

from __future__ import annotations

import asyncio
import json
import socket
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bongsu.access import lease
from bongsu.core.export import Ring
from bongsu.core.recording import Erased, Orders
from bongsu.core.stream import Addresses
from bongsu.gateways.video.link import VideoLink
from bongsu.gateways.video.wire import CameraState, Watched
from bongsu.settings import Settings, VideoSettings
from bongsu.video.holds import Holds
from bongsu.video.ingest import Frame, frame
from bongsu.video.server import running


def a_ticket(**changes: object) -> lease.Ticket:
    ticket = lease.Ticket(
        id=uuid.uuid4().hex,
        user="kim",
        session="s1",
        agency="",
        camera="cam",
        form="live",
        incident="i1",
        grant="",
        holds=("session:s1",),
        nonce="n",
        epoch="e",
        until_ms=int(time.time() * 1000) + lease.VALID_MS,
    )
    return msgspec.structs.replace(ticket, **changes)


def a_frame(*, key: bool = False, at_us: int = 0, unit: bytes = b"\x00\x00\x00\x01\x41x") -> Frame:
    return frame(unit, key=key, arrival_us=at_us, pts_us=at_us)


def settings_in(folder: Path, **video: object) -> Settings:
    return Settings(data=str(folder), video=VideoSettings(port=0, **video))


class House:
    """A running video process in this one, with a core at its local socket."""

    def __init__(self, port: int, folder: Path, streams: Mapping[str, str]) -> None:
        self.port = port
        self.key = lease.make_keys(folder)
        self.holds: dict[str, int | None] = {"session:s1": None}
        self.watched: list[Watched] = []
        self.cameras: list[CameraState] = []
        self.streams = dict(streams)
        self.orders = Orders()
        self.erased: list[Erased] = []
        self.sub: dict[str, str] = {}
        self.socket = folder / "run" / "video.sock"
        self.link = VideoLink(
            self.socket,
            lambda: self.holds,
            lambda: Addresses(streams=self.streams, substreams=self.sub),
            self.watched.append,
            self.cameras.append,
            lambda: self.orders,
            self._erased,
        )
        self.masks: dict[str, tuple[Ring, ...]] = {}
        self.link.mask_for(lambda: self.masks)
        self.core = asyncio.create_task(self.link.run())

    def _erased(self, erased: Erased) -> None:
        self.erased.append(erased)
        self.link.noted(erased.id)

    def mask(self, **masks: tuple[Ring, ...]) -> None:
        self.masks = masks
        self.link.masks_changed()

    def record(self, orders: Orders) -> None:
        self.orders = orders
        self.link.orders_changed()

    async def is_ready(self) -> None:
        while not self.link.alive:
            await asyncio.sleep(0.01)

    def sign(self, officer: Officer, **changes: object) -> str:
        fitting = {"nonce": officer.nonce, "epoch": officer.epoch} | changes
        return lease.sign(a_ticket(**fitting), self.key)

    @asynccontextmanager
    async def officer(self, sock: socket.socket | None = None) -> AsyncIterator[Officer]:
        async with connect(
            f"ws://127.0.0.1:{self.port}/v1/video", max_size=None, max_queue=64, compression=None, sock=sock
        ) as ws:
            hello = json.loads(await ws.recv())
            yield Officer(ws, hello["nonce"], hello["epoch"])

    @asynccontextmanager
    async def watching(self, **changes: object) -> AsyncIterator[Officer]:
        async with self.officer() as officer:
            await officer.show(self.sign(officer, **changes))
            yield officer


class Officer:
    """Somebody at the other end of a video socket."""

    def __init__(self, ws: ClientConnection, nonce: str, epoch: str) -> None:
        self.ws, self.nonce, self.epoch = ws, nonce, epoch
        self.words: list[dict[str, object]] = []
        self.frames_at: list[float] = []
        self.ended_at = 0.0

    async def show(self, ticket: str) -> None:
        await self.ws.send(json.dumps({"what": "ticket", "ticket": ticket}))

    async def hear(self) -> dict[str, object]:
        """The next word; frames before it are noted and passed over."""
        while True:
            message = await self.ws.recv()
            if isinstance(message, str):
                word = json.loads(message)
                self.words.append(word)
                return word
            self.frames_at.append(time.monotonic())

    async def see(self) -> bytes:
        """The next binary message; words before it are noted and passed over."""
        while True:
            message = await self.ws.recv()
            if isinstance(message, bytes):
                self.frames_at.append(time.monotonic())
                return message
            self.words.append(json.loads(message))

    async def watch_to_the_end(self) -> int:
        """Take everything until the socket closes; its close code."""
        try:
            while True:
                word = await self.hear()
                if word["what"] == "ended":
                    self.ended_at = time.monotonic()
        except ConnectionClosed:
            self.ended_at = self.ended_at or time.monotonic()
            return self.ws.close_code or 0


@asynccontextmanager
async def a_house(
    folder: Path, streams: Mapping[str, str], *, holds: Holds | None = None, **video: object
) -> AsyncIterator[House]:
    async with running(settings_in(folder, **video), holds=holds) as port:
        house = House(port, folder, streams)
        await house.is_ready()
        try:
            yield house
        finally:
            house.core.cancel()
