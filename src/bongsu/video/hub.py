"""Many viewers, one connection per camera: who watches what, and which cameras are open for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping

from bongsu.core.clock import Now
from bongsu.core.errors import Unavailable
from bongsu.core.health import Vitals
from bongsu.core.login import Login
from bongsu.core.stream import Addresses, Profile
from bongsu.settings import VideoSettings
from bongsu.video.address import with_login
from bongsu.video.channel import Channel, Pull
from bongsu.video.recorder.tape import Tape
from bongsu.video.viewer import Viewer

Key = tuple[str, Profile]
OnCamera = Callable[[str, str, str], None]
"""Told on change: camera, "ok" or "down", and the trouble's code ("" when ok)."""


class Hub:
    """The open cameras. A camera is opened by its first viewer and closed `linger_s` after its last."""

    def __init__(
        self,
        settings: VideoSettings,
        *,
        pull: Pull,
        chance: Callable[[], float],
        on_camera: OnCamera,
        login: Callable[[str], Login] = lambda camera: Login(),
    ) -> None:
        self._settings = settings
        self._pull = pull
        self._chance = chance
        self._on_camera = on_camera
        self._login = login
        self._addresses = Addresses(template=settings.stream_url, sub_template=settings.substream_url)
        self._channels: dict[Key, Channel] = {}
        self._taped: dict[str, tuple[Channel, Tape]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def join(self, camera: str, profile: Profile, viewer: Viewer | None = None) -> tuple[Channel, Viewer]:
        """A viewer in line for a camera's frames; raises Unavailable("video.full") when no more may be open.

        A camera without a smaller stream shows its main one, over one and the same connection.
        """
        has_both = self._addresses.of(camera, "sub") != self._addresses.of(camera, "main")
        key: Key = (camera, profile if has_both else "main")
        channel = self._channels.get(key) or self._open(key)
        return channel, channel.join(viewer)

    def record(self, tapes: Mapping[str, Tape]) -> None:
        """Keep these cameras open with their main streams on tape, and no others; viewers' room is not theirs."""
        for camera in self._taped.keys() - tapes.keys():
            self.leave(*self._taped.pop(camera))
        for camera in tapes.keys() - self._taped.keys():
            key: Key = (camera, "main")
            channel = self._channels.get(key) or self._add(key)
            channel.record(tapes[camera])
            self._taped[camera] = (channel, tapes[camera])

    def leave(self, channel: Channel, viewer: Viewer | Tape) -> None:
        """The viewer has gone; the camera closes after a while if it was the last."""
        if channel.leave(viewer):
            asyncio.get_running_loop().call_later(self._settings.linger_s, self._close_if_idle, channel, channel.joins)

    def readdress(self, addresses: Addresses) -> None:
        """Where cameras are to be found from now on; an open one that has moved is connected anew."""
        self._addresses = addresses
        for (camera, profile), channel in self._channels.items():
            channel.move_to(self._url((camera, profile)))

    def vitals(self, now: Now) -> Iterator[tuple[str, Vitals]]:
        """How every open camera is since the last look, by its main stream where that is open."""
        for (camera, profile), channel in self._channels.items():
            told = channel.tally.look(now, channel.trouble)
            if told is not None and (profile == "main" or (camera, "main") not in self._channels):
                yield camera, told

    @property
    def open_cameras(self) -> tuple[str, ...]:
        """The cameras that are connected or being connected."""
        return tuple(sorted({camera for camera, _ in self._channels}))

    async def close(self) -> None:
        """Close every camera and wait until they have been let go."""
        for channel in list(self._channels.values()):
            self._close(channel)
        await asyncio.gather(*self._closing)

    def _open(self, key: Key) -> Channel:
        if len(self._channels) - len(self._taped) >= self._settings.max_cameras:
            self._make_room()
        return self._add(key)

    def _add(self, key: Key) -> Channel:
        channel = Channel(key, self._url(key), self._pull, self._chance, self._on_camera)
        self._channels[key] = channel
        return channel

    def _url(self, key: Key) -> str:
        """Where a camera is, with our login to it; never told to anybody."""
        return with_login(self._addresses.of(*key), self._login(key[0]))

    def _make_room(self) -> None:
        idle = next((channel for channel in self._channels.values() if channel.is_idle), None)
        if idle is None:
            raise Unavailable("video.full")
        self._close(idle)

    def _close_if_idle(self, channel: Channel, joins: int) -> None:
        is_current = self._channels.get(channel.key) is channel
        if is_current and channel.is_idle and channel.joins == joins:
            self._close(channel)

    def _close(self, channel: Channel) -> None:
        del self._channels[channel.key]
        task = asyncio.get_running_loop().create_task(channel.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
