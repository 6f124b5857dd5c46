"""Painted pictures every few seconds, for viewers beyond the number of painted streams: one process for all of them."""

from __future__ import annotations

from bongsu.core.clock import Monotonic
from bongsu.core.export import Ring
from bongsu.video.codec import Header
from bongsu.video.ingest import Frame, OnFrame, OnHeader
from bongsu.video.mask.feed import Feed
from bongsu.video.mask.film import WIDTH_AT_MOST
from bongsu.video.mask.painted import Painted, frame_of, header_of, unit_of
from bongsu.video.mask.painter import Painter
from bongsu.video.mask.words import Ask, Begin
from bongsu.video.viewer import Viewer

APART_S = 3.0


class Stills:
    """Reads a camera and paints one of its key pictures every few seconds; `pull` is what a Channel pulls."""

    def __init__(self, feed: Feed, rings: tuple[Ring, ...], easel: Painter, monotonic: Monotonic) -> None:
        self._feed = feed
        self._rings = rings
        self._easel = easel
        self._monotonic = monotonic

    async def pull(self, _url: str, on_header: OnHeader, on_frame: OnFrame) -> str:
        """Paint until the camera or the painting fails; the trouble's code. Raises Unavailable."""
        with self._feed.opened() as viewer:
            return await self._paint(viewer, on_header, on_frame)

    async def _paint(self, viewer: Viewer, on_header: OnHeader, on_frame: OnFrame) -> str:
        codec, shown, next_s = "", None, 0.0
        while True:
            item = await viewer.next()
            if code := self._feed.trouble(item):
                return code
            if isinstance(item, Header):
                codec = item.name
            if not isinstance(item, Frame) or not item.key or self._monotonic() < next_s:
                continue
            next_s = self._monotonic() + APART_S
            painted = await still(self._easel, codec, self._rings, item)
            if painted is None:
                continue
            if painted[0] != shown:
                shown = painted[0]
                on_header(shown)
            on_frame(painted[1])


async def still(easel: Painter, codec: str, rings: tuple[Ring, ...], key: Frame) -> tuple[Painted, Frame] | None:
    """One key picture painted, None when it cannot be decoded. Raises Unavailable("mask.failed")."""
    told = await easel.ask(Ask((unit_of(key),), Begin(codec, rings, WIDTH_AT_MOST), flush=True))
    return (header_of(told, stills=True), frame_of(told.units[0])) if told.units else None
