"""A painted stream of one camera for all its masked viewers: every picture painted, in a process of its own."""

from __future__ import annotations

import asyncio

from bongsu.core.export import Ring
from bongsu.video.codec import Header
from bongsu.video.ingest import Frame, OnFrame, OnHeader
from bongsu.video.mask.feed import Feed
from bongsu.video.mask.painted import frame_of, header_of, unit_of
from bongsu.video.mask.painter import Painter
from bongsu.video.mask.words import Ask, Begin
from bongsu.video.viewer import Viewer

WIDTH_AT_MOST = 640
UNDECODABLE = "camera.codec"
BLANK_FRAMES = 150
"""So many frames without one picture: nobody can decode this camera."""


class Film:
    """Reads a camera and paints it; `pull` is what a Channel pulls, "url" and all."""

    def __init__(self, feed: Feed, rings: tuple[Ring, ...]) -> None:
        self._feed = feed
        self._rings = rings
        self.painter = Painter()

    async def pull(self, _url: str, on_header: OnHeader, on_frame: OnFrame) -> str:
        """Paint until the camera or the painting fails; the trouble's code. Raises Unavailable."""
        try:
            with self._feed.opened() as viewer:
                return await self._paint(viewer, on_header, on_frame)
        finally:
            await self.painter.close()

    async def _paint(self, viewer: Viewer, on_header: OnHeader, on_frame: OnFrame) -> str:
        begin: Begin | None = None
        shown, blank = None, 0
        while blank < BLANK_FRAMES:
            item = await viewer.next()
            if code := self._feed.trouble(item):
                return code
            if isinstance(item, Header):
                begin, shown = Begin(item.name, self._rings, WIDTH_AT_MOST), None
            if not isinstance(item, Frame):
                continue
            told = await self.painter.ask(Ask((unit_of(item),), begin))
            begin, blank = None, 0 if told.units else blank + 1
            if told.units and header_of(told) != shown:
                shown = header_of(told)
                on_header(shown)
            for unit in told.units:
                on_frame(frame_of(unit))
            await asyncio.sleep(0)  # a camera that sends as fast as we paint must not keep the loop
        return UNDECODABLE
