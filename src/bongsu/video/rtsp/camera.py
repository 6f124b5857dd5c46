"""One camera read over one TCP connection: asked for its video, then heard until it fails (RFC 2326)."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from bongsu.core.clock import Now, monotonic
from bongsu.core.errors import BongsuError, Unavailable
from bongsu.video.address import PORTS, tls_of
from bongsu.video.codec import NotVideo, Unsupported
from bongsu.video.ingest import FAMILIES, OPEN_S, SILENT_S, OnFrame, OnHeader, Teller, code_of
from bongsu.video.meter import Flood
from bongsu.video.rtsp.dialogue import Dialogue
from bongsu.video.rtsp.line import Line
from bongsu.video.rtsp.nals import of_h264, of_h265
from bongsu.video.rtsp.rtp import Depacketiser
from bongsu.video.rtsp.sdp import Media
from bongsu.video.rtsp.wire import Packet

LOOK_S = 0.5
_PIECES = {"h264": of_h264, "hevc": of_h265}


async def read(url: str, on_header: OnHeader, on_frame: OnFrame, now: Now, most_mbps: float) -> str:
    """Read a camera at a pinned URL until it fails; why, as "camera.…". Cancelling it hangs up.

    A header is told before its first keyframe, which is the first frame told. Raises Unavailable and Refused
    ("camera.forbidden": it sends us elsewhere) where it does not come to play.
    """
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(OPEN_S):
            host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
            _, line = await loop.create_connection(
                lambda: Line(most_mbps * 125_000), host, port, ssl=tls_of(parts.scheme)
            )
    except (OSError, TimeoutError):
        raise Unavailable("camera.unreachable") from None
    dialogue = Dialogue(line, url)
    try:
        hearing, timeout_s = await _opened(dialogue, line, on_header, on_frame, now)
        return await _listen(dialogue, line, hearing, timeout_s)
    finally:
        dialogue.leave()
        line.close()


async def _opened(
    dialogue: Dialogue, line: Line, on_header: OnHeader, on_frame: OnFrame, now: Now
) -> tuple[_Hearing, float]:
    """Have the camera play and be heard; after how many seconds it forgets us. Raises Unavailable and Refused."""
    try:
        async with asyncio.timeout(OPEN_S):
            media = await dialogue.describe()
            channel, timeout_s = await dialogue.set_up(media)
            hearing = _Hearing(media, channel, on_header, on_frame, now)
            line.on_packet = hearing.take
            await dialogue.play()
    except (OSError, TimeoutError, NotVideo, Unsupported, Flood) as problem:
        raise Unavailable(code_of(problem) or "camera.unreachable") from None
    return hearing, timeout_s


class _Hearing:
    """What is made of the packets of a channel."""

    def __init__(self, media: Media, channel: int, on_header: OnHeader, on_frame: OnFrame, now: Now) -> None:
        family = FAMILIES[media.family]
        self.last_s = monotonic()
        self._channel = channel
        self._pictures = Depacketiser(family, _PIECES[media.family], media.payload)
        self._teller = Teller(family, media.sets, media.tick_s, on_header, on_frame)
        self._now = now

    def take(self, packet: Packet) -> None:
        """Hear a packet. Raises Unsupported and Flood."""
        if packet.channel != self._channel:
            return
        self.last_s = monotonic()
        for picture in self._pictures.take(packet.data, int(self._now().timestamp() * 1_000_000)):
            self._teller.tell(picture)


async def _listen(dialogue: Dialogue, line: Line, hearing: _Hearing, timeout_s: float) -> str:
    """Hear it until it fails or falls silent, and say now and then that we are still there."""
    staying = asyncio.create_task(_stay(dialogue, timeout_s / 2))
    try:
        while not line.over.done():
            await asyncio.wait({line.over}, timeout=LOOK_S)
            if monotonic() - hearing.last_s > SILENT_S:
                return "camera.silent"
        return code_of(line.over.result()) or "camera.silent"
    finally:
        staying.cancel()


async def _stay(dialogue: Dialogue, every_s: float) -> None:
    """Cameras end the session of who says nothing. One that does not like to be asked goes on without."""
    while True:
        await asyncio.sleep(every_s)
        try:
            async with asyncio.timeout(every_s):
                await dialogue.stay()
        except (BongsuError, OSError, TimeoutError, NotVideo, Unsupported, Flood):
            continue
