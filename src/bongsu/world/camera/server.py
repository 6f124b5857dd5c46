"""The RTSP server of all simulated cameras: rtsp://HOST:PORT/<camera id>, RTP interleaved over TCP."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

import cv2

from bongsu.world import scene as scenes
from bongsu.world.camera import rtsp
from bongsu.world.camera.encoder import FPS, parameter_sets
from bongsu.world.camera.rtp import Packetiser
from bongsu.world.camera.stream import Stream, Viewer
from bongsu.world.camera.studio import Studio
from bongsu.world.onvif import discovery
from bongsu.world.onvif.camera import Login
from bongsu.world.onvif.server import OnvifServer
from bongsu.world.onvif.turning import cameras_of, keep_turned

PAINTERS = 2
NICENESS = 5
SESSION_S = 60


def run(
    scene_path: Path,
    host: str,
    port: int,
    ready: Callable[[int], None],
    broken: Collection[str] = (),
    folder: Path | None = None,
    speaking: Speaking | None = None,
) -> None:
    """Serve every camera of a scene until the process ends; `ready` is told the port once it listens.

    Port 0 takes a free one. `folder` is where a run of the world may play: cameras then show its day, weather and
    events. `speaking` names those that speak ONVIF as well. Cameras in `broken` accept SETUP and PLAY and then send
    nothing. The process lowers its own priority: a simulated city must not slow down the platform it is shown to.
    """
    os.nice(NICENESS)
    cv2.setNumThreads(1)
    studio = Studio(scenes.load(scene_path), folder)
    with suppress(KeyboardInterrupt), ThreadPoolExecutor(PAINTERS, "painter") as pool:
        cameras = Cameras(studio, pool, frozenset(broken))
        asyncio.run(_serve(studio, cameras, host, port, ready, speaking))


async def _serve(
    studio: Studio, cameras: Cameras, host: str, port: int, ready: Callable[[int], None], speaking: Speaking | None
) -> None:
    server = await asyncio.start_server(partial(talk, cameras), host, port, limit=rtsp.MAX_HEAD)
    real = server.sockets[0].getsockname()[1]
    talking = asyncio.create_task(speak(speaking, studio, real)) if speaking else None
    ready(real)
    async with server:
        await server.serve_forever()
    if talking is not None:
        talking.cancel()


async def speak(speaking: Speaking, studio: Studio, rtsp_port: int) -> None:
    """Answer over ONVIF for the cameras named, and turn what they see, until cancelled."""
    known = [name for name in speaking.cameras if studio.has(name)]
    cameras = cameras_of(known, rtsp_port, speaking.login)
    server = await OnvifServer(cameras).start("127.0.0.1", speaking.port)
    if speaking.is_found:
        await discovery.answer({name: server.url(name) for name in known})
    await keep_turned(cameras, studio.eye, studio.turn)


class Speaking(NamedTuple):
    """Which cameras speak ONVIF, on which port, to whom, and whether they answer discovery."""

    cameras: tuple[str, ...]
    port: int
    login: Login = Login()
    is_found: bool = False


class Films(Protocol):
    """What can be watched over RTSP."""

    def has(self, camera: str) -> bool:
        """Whether there is such a camera."""

    def describe(self) -> str:
        """The SDP, the same for every camera."""

    def play(self, camera: str, viewer: Viewer) -> Callable[[], None] | None:
        """Let a viewer watch a camera; returns how to stop, None for a broken one."""


async def talk(films: Films, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hold one connection from its first request to its end."""
    talk = _Talk(films, writer)
    try:
        while (ask := await rtsp.read_ask(reader)) is not None:
            writer.write(talk.answer(ask))
            talk.after(ask)
            await writer.drain()
            if ask.method == "TEARDOWN":
                break
    except rtsp.Malformed:
        writer.write(rtsp.answer(None, 400))
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
        pass  # cancelled only when the whole process ends; its stream would print a page about each viewer
    finally:
        talk.stop()
        writer.close()


class Cameras:
    """The streams that run, and the connections that ask for them."""

    def __init__(self, studio: Studio, pool: ThreadPoolExecutor, broken: frozenset[str]) -> None:
        self._studio = studio
        self._pool = pool
        self._broken = broken
        self._streams: dict[str, Stream] = {}
        self._sdp = rtsp.describe(*parameter_sets(), FPS)

    def has(self, camera: str) -> bool:
        """Whether there is such a camera."""
        return self._studio.has(camera)

    def describe(self) -> str:
        """The SDP, the same for every camera."""
        return self._sdp

    def play(self, camera: str, viewer: Viewer) -> Callable[[], None] | None:
        """Let a viewer watch a camera; returns how to stop, None for a broken one."""
        if camera in self._broken:
            return None
        stream = self._streams.get(camera)
        if stream is None:
            stream = self._streams[camera] = Stream(partial(self._studio.take, camera), self._pool)
        stream.join(viewer)
        return partial(self._leave, camera, stream, viewer)

    def _leave(self, camera: str, stream: Stream, viewer: Viewer) -> None:
        stream.leave(viewer)
        if not stream.is_watched and self._streams.get(camera) is stream:
            del self._streams[camera]


class _Talk:
    """One RTSP connection: at most one session on one camera."""

    def __init__(self, cameras: Films, writer: asyncio.StreamWriter) -> None:
        self._cameras = cameras
        self._writer = writer
        self._session = secrets.token_hex(8)
        self._camera = ""
        self._packetiser: Packetiser | None = None
        self._stop: Callable[[], None] | None = None

    def answer(self, ask: rtsp.Ask) -> bytes:
        """What to answer to a request."""
        if ask.method == "OPTIONS":
            return rtsp.answer(ask, 200, {"Public": rtsp.METHODS})
        if ask.method in ("DESCRIBE", "SETUP") and not self._cameras.has(ask.camera):
            return rtsp.answer(ask, 404)
        if ask.method == "DESCRIBE":
            head = {"Content-Type": "application/sdp", "Content-Base": ask.url.rstrip("/") + "/"}
            return rtsp.answer(ask, 200, head, self._cameras.describe())
        if ask.method == "SETUP":
            return self._set_up(ask)
        if ask.method not in ("PLAY", "TEARDOWN", "GET_PARAMETER"):
            return rtsp.answer(ask, 405, {"Allow": rtsp.METHODS})
        if ask.method != "GET_PARAMETER" and self._packetiser is None:
            return rtsp.answer(ask, 455)
        return self._answer_session(ask)

    def after(self, ask: rtsp.Ask) -> None:
        """What to do once the answer is on its way: a stream's packets must not overtake it."""
        if ask.method == "PLAY" and self._packetiser is not None and self._stop is None:
            self._stop = self._cameras.play(self._camera, Viewer(self._writer, self._packetiser))
        elif ask.method == "TEARDOWN":
            self.stop()

    def stop(self) -> None:
        """Stop watching."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    def _answer_session(self, ask: rtsp.Ask) -> bytes:
        named = ask.headers.get("session", "").split(";")[0]
        if named and named != self._session:
            return rtsp.answer(ask, 454)
        head = {"Session": self._session}
        if ask.method == "PLAY" and self._packetiser is not None:
            head |= {"Range": "npt=now-", "RTP-Info": f"url={ask.url};seq={self._packetiser.sequence}"}
        return rtsp.answer(ask, 200, head)

    def _set_up(self, ask: rtsp.Ask) -> bytes:
        channel = rtsp.interleaved_channel(ask.headers.get("transport", ""))
        if channel is None:
            return rtsp.answer(ask, 461)
        if self._stop is not None:
            return rtsp.answer(ask, 455)
        self._camera = ask.camera
        ssrc = secrets.randbits(32)
        self._packetiser = Packetiser(ssrc, channel)
        transport = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1};ssrc={ssrc:08X}"
        return rtsp.answer(ask, 200, {"Transport": transport, "Session": f"{self._session};timeout={SESSION_S}"})
