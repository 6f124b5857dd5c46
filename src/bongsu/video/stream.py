"""One viewer's stream in the form its ticket names: live, mp4 or a still."""

from __future__ import annotations

import asyncio

import msgspec
from websockets.asyncio.server import ServerConnection

from bongsu.access.lease import Ticket
from bongsu.core.clock import Now
from bongsu.core.errors import Unavailable
from bongsu.video import still
from bongsu.video.codec import Header
from bongsu.video.cut import Cutter
from bongsu.video.fmp4 import Fragments
from bongsu.video.ingest import Frame
from bongsu.video.mask.painted import mask_words
from bongsu.video.viewer import Trouble, Viewer

FRESH_US = 2_500_000
"""A keyframe older than this is not shown as a still: the next one is awaited."""


class Stream:
    """Sends what the viewer's line holds, each frame only while every hold stands."""

    def __init__(self, ws: ServerConnection, ticket: Ticket, viewer: Viewer, cutter: Cutter, now: Now) -> None:
        self.viewer = viewer
        self.frames = 0
        self.size_bytes = 0
        self._ws = ws
        self._ticket = ticket
        self._cutter = cutter
        self._now = now
        self._codec = "h264"
        self._fragments: Fragments | None = None

    @property
    def dropped(self) -> int:
        """Frames skipped because the viewer takes them too slowly."""
        return self.viewer.dropped

    async def play(self) -> None:
        """Send until cancelled; a still ends by itself. Raises ConnectionClosed when the viewer has gone."""
        while True:
            item = await self.viewer.next()
            turn = self.viewer.turn
            await self._cutter.may_send(self._ticket.holds)
            if turn != self.viewer.turn:
                continue  # meanwhile other zones are masked: what was lined up before is not for this viewer
            match item:
                case Header():
                    await self._announce(item)
                case Trouble():
                    await self._say(what="trouble", code=item.code, again_in_s=item.again_in_s)
                case Frame() if self._ticket.form == "still":
                    if await self._show(item):
                        return
                case Frame():
                    await self._send(self._fragments.fragment(item) if self._fragments else item.wire)

    async def hear(self, message: str | bytes) -> None:
        """What a viewer of live pictures says is not for us."""

    async def _announce(self, header: Header) -> None:
        self._codec, form = header.name, self._ticket.form
        words = {"codec": header.codec, "width": header.width, "height": header.height, "form": form}
        await self._say(what="playing", camera=self._ticket.camera, **words, **mask_words(header))
        if form == "mp4":
            self._fragments = Fragments(header)
            await self._ws.send(self._fragments.init)

    async def _show(self, frame: Frame) -> bool:
        turn, age_us = self.viewer.turn, int(self._now().timestamp() * 1_000_000) - frame.arrival_us
        if not frame.key or age_us > FRESH_US:
            return False
        try:
            picture = await asyncio.to_thread(still.jpeg, bytes(frame.unit), self._codec)
        except Unavailable as problem:
            await self._say(what="trouble", code=problem.code, again_in_s=0.0)
            return False
        await self._cutter.may_send(self._ticket.holds)
        if turn != self.viewer.turn:
            return False
        await self._send(picture)
        return True

    async def _send(self, message: bytes) -> None:
        self.frames += 1
        self.size_bytes += len(message)
        await self._ws.send(message)

    async def _say(self, **words: object) -> None:
        await self._ws.send(msgspec.json.encode(words).decode())
