"""Many viewers, one connection per camera: who watches what, and which cameras are open for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from urllib.parse import quote

from bongsu.core.errors import Unavailable
from bongsu.settings import VideoSettings
from bongsu.video.channel import Channel, Pull
from bongsu.video.viewer import Viewer

OnCamera = Callable[[str, str, str], None]
"""Told on change: camera, "ok" or "down", and the trouble's code ("" when ok)."""


class Hub:
    """The open cameras. A camera is opened by its first viewer and closed `linger_s` after its last."""

    def __init__(
        self, settings: VideoSettings, *, pull: Pull, chance: Callable[[], float], on_camera: OnCamera
    ) -> None:
        self._settings = settings
        self._pull = pull
        self._chance = chance
        self._on_camera = on_camera
        self._template = settings.stream_url
        self._streams: Mapping[str, str] = {}
        self._channels: dict[str, Channel] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def join(self, camera: str) -> Viewer:
        """A viewer in line for a camera's frames; raises Unavailable("video.full") when no more may be open."""
        channel = self._channels.get(camera) or self._open(camera)
        return channel.join()

    def leave(self, camera: str, viewer: Viewer) -> None:
        """The viewer has gone; the camera closes after a while if it was the last."""
        channel = self._channels.get(camera)
        if channel is None or not channel.leave(viewer):
            return
        asyncio.get_running_loop().call_later(self._settings.linger_s, self._close_if_idle, channel, channel.joins)

    def readdress(self, template: str, streams: Mapping[str, str]) -> None:
        """Where cameras are to be found from now on; an open one that has moved is connected anew."""
        self._template, self._streams = template or self._settings.stream_url, streams
        for camera, channel in self._channels.items():
            channel.move_to(self.url_of(camera))

    def url_of(self, camera: str) -> str:
        """The camera's own stream address, else the template's, "" when there is neither."""
        return self._streams.get(camera) or self._template.replace("{id}", quote(camera, safe=""))

    @property
    def open_cameras(self) -> tuple[str, ...]:
        """The cameras that are connected or being connected."""
        return tuple(self._channels)

    async def close(self) -> None:
        """Close every camera and wait for their threads."""
        for channel in list(self._channels.values()):
            self._close(channel)
        await asyncio.gather(*self._closing)

    def _open(self, camera: str) -> Channel:
        if len(self._channels) >= self._settings.max_cameras:
            self._make_room()
        channel = Channel(camera, self.url_of(camera), self._pull, self._chance, self._on_camera)
        self._channels[camera] = channel
        return channel

    def _make_room(self) -> None:
        idle = next((channel for channel in self._channels.values() if channel.is_idle), None)
        if idle is None:
            raise Unavailable("video.full")
        self._close(idle)

    def _close_if_idle(self, channel: Channel, joins: int) -> None:
        is_current = self._channels.get(channel.camera) is channel
        if is_current and channel.is_idle and channel.joins == joins:
            self._close(channel)

    def _close(self, channel: Channel) -> None:
        del self._channels[channel.camera]
        task = asyncio.get_running_loop().create_task(channel.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
