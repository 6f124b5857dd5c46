"""How cameras are read: each at its pinned address, by our own reader over TCP, else by FFmpeg."""

from __future__ import annotations

from bongsu.core.clock import wall_clock
from bongsu.core.errors import Unavailable
from bongsu.settings import VideoSettings
from bongsu.video.address import knock, pin
from bongsu.video.channel import Pull
from bongsu.video.doorbell import Doorbell
from bongsu.video.ffmpeg import Connection
from bongsu.video.ingest import OnFrame, OnHeader
from bongsu.video.rtsp.camera import read

KNOCK_S = 2.0


def puller(video: VideoSettings) -> Pull:
    """How a city's cameras are read, each until it fails."""
    bell: Doorbell | None = None

    async def pull(url: str, on_header: OnHeader, on_frame: OnFrame) -> str:
        nonlocal bell
        if not url:
            raise Unavailable("camera.unreachable")
        pinned = await pin(url, video.networks)
        if video.transport == "tcp" and video.reader == "bongsu":
            return await read(pinned, on_header, on_frame, wall_clock, video.camera_mbps)
        bell = bell or Doorbell()
        hang_up = await knock(pinned, within_s=KNOCK_S)
        try:
            return await Connection(
                pinned, on_header, on_frame, wall_clock, hang_up, bell, video.transport, video.camera_mbps
            ).run()
        finally:
            hang_up()

    return pull
