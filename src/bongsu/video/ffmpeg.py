"""One RTSP connection read by FFmpeg: for cameras that speak UDP alone, or that our own reader does not understand.

FFmpeg demuxes in a thread of its own; what it finds is told to the event loop.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from fractions import Fraction

import av
from av.container import InputContainer

from bongsu.core.clock import Now, monotonic
from bongsu.video import nal
from bongsu.video.codec import NotVideo, Unsupported
from bongsu.video.doorbell import Doorbell
from bongsu.video.ingest import FAMILIES, OPEN_S, SILENT_S, OnFrame, OnHeader, Teller, code_of
from bongsu.video.meter import Flood, Meter
from bongsu.video.pictures import Picture, Pictures

OPTIONS = {
    "allowed_media_types": "video",
    "protocol_whitelist": "rtsp,rtsps,rtp,udp,tcp,tls,crypto",
    # A look at one packet is enough: the parameter sets come with the SDP or the first keyframe. Without
    # these FFmpeg studies the stream for over a second. `fflags=nobuffer` would lose the first keyframe.
    "probesize": "32",
    "analyzeduration": "1",
    # FFmpeg's own parser puts each picture together, outside the interpreter: the packets off the wire, a dozen
    # a picture, would each cost a turn of it. Stamps stay the camera's: made-up ones are worse than none.
    "fflags": "nofillin",
    # FFmpeg watches for silence itself: PyAV's own limit takes the interpreter's lock at every read of the socket.
    "timeout": str(int(SILENT_S * 1_000_000)),
}


def _code_of(problem: Exception) -> str:
    """What a problem is called where it has a name of its own, else ""."""
    match problem:
        case av.error.HTTPUnauthorizedError() | av.error.HTTPForbiddenError():
            return "camera.login"
        case av.error.InvalidDataError():
            return "camera.codec"
        case _:
            return code_of(problem)


class Connection:
    """Reads one camera until it fails or nobody wants it; headers and frames are told on the loop's thread.

    The first frame told is a keyframe with its parameter sets in front, and a header comes before it.
    """

    def __init__(
        self,
        url: str,
        on_header: OnHeader,
        on_frame: OnFrame,
        now: Now,
        on_open: Callable[[], None],
        bell: Doorbell,
        transport: str = "tcp",
        most_mbps: float = 100.0,
    ) -> None:
        self._most_bps = most_mbps * 1_000_000
        self._url = url
        self._options = OPTIONS | {"rtsp_transport": transport}
        self._on_open = on_open
        self._on_header = on_header
        self._on_frame = on_frame
        self._now = now
        self._bell = bell
        self._stop = threading.Event()
        self._pictures = Pictures()
        self._teller: Teller
        self.thread = threading.Thread(target=self._read, daemon=True, name="ingest")
        self._ended: asyncio.Future[str]

    async def run(self) -> str:
        """Read until it ends by itself; returns why ("camera.…"). Cancelling it stops the thread."""
        self._ended = asyncio.get_running_loop().create_future()
        self.thread.start()
        try:
            return await self._ended
        finally:
            self._stop.set()

    def _read(self) -> None:
        code = "camera.unreachable"
        try:
            with av.open(self._url, options=self._options, timeout=(OPEN_S, None)) as container:
                self._tell(self._on_open)
                # Told before it is closed: FFmpeg takes its leave of the camera, and waits for its answer.
                self._tell(self._end, self._why_it_ended(container))
        except (av.FFmpegError, OSError) as problem:
            code = _code_of(problem) or code
        finally:
            self._tell(self._end, code)

    def _why_it_ended(self, container: InputContainer) -> str:
        try:
            self._demux(container)
        except (Flood, NotVideo, Unsupported, av.FFmpegError, OSError) as problem:
            return _code_of(problem) or "camera.silent"
        return "camera.silent"

    def _demux(self, container: InputContainer) -> None:
        stream = next(iter(container.streams.video), None)
        if stream is None:
            raise NotVideo
        if stream.codec_context.name not in FAMILIES:
            raise Unsupported(stream.codec_context.name)
        family, sets = FAMILIES[stream.codec_context.name], nal.split(stream.codec_context.extradata or b"")
        self._teller = Teller(family, sets, stream.time_base or Fraction(1, 90_000), self._on_header, self._on_frame)
        meter = Meter(self._most_bps / 8)
        for packet in container.demux(stream):
            if self._stop.is_set():
                return
            meter.take(packet.size, monotonic())
            if packet.size:  # the last one, when the camera hangs up, is empty
                arrival_us = int(self._now().timestamp() * 1_000_000)
                self._tell(self._take, Picture((bytes(packet),), packet.is_keyframe, packet.pts, arrival_us))

    def _take(self, piece: Picture) -> None:
        """What a thread has read, looked at on the loop: a thread that did so would hold up all the others."""
        try:
            for picture in self._pictures.take(piece):
                self._teller.tell(picture)
        except Unsupported:
            self._stop.set()
            self._end("camera.codec")

    def _end(self, code: str) -> None:
        if not self._ended.done():
            self._ended.set_result(code)

    def _tell(self, what: Callable[..., None], *words: object) -> None:
        try:
            self._bell.tell(what, *words)
        except RuntimeError:  # the loop has closed: nobody is left to tell
            self._stop.set()
