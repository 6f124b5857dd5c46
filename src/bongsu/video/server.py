"""The video process: everything wired together, one port for viewers, one line to the core."""

from __future__ import annotations

import asyncio
import random
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
import uvloop
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websockets
from websockets.http11 import Request, Response
from websockets.typing import Origin

from bongsu.access.lease import Ticket
from bongsu.core.clock import monotonic, wall_clock
from bongsu.core.errors import Invalid
from bongsu.core.figures import Figures
from bongsu.core.processes import FIRST
from bongsu.core.recording import Erased
from bongsu.settings import Settings, read_logins
from bongsu.video.arenas import few_arenas
from bongsu.video.control import Control
from bongsu.video.cut import Cutter
from bongsu.video.door import Door
from bongsu.video.evidence.jobs import Jobs
from bongsu.video.holds import Holds
from bongsu.video.hub import Hub
from bongsu.video.line import Listen, at_port, at_socket
from bongsu.video.live import Live
from bongsu.video.mask.veils import Veils
from bongsu.video.mask.zones import Zones
from bongsu.video.reading import puller
from bongsu.video.recorder.recorder import Recorder

PATH = "/v1/video"
SEND_BUFFER = 64 * 1024
"""Small on purpose: what is in a send buffer when a right ends can still reach the viewer."""

WORDS_BYTES = 16 * 1024
CLOSE_S = 0.5
HEALTH_S = 5.0
BEAT_S = 0.5

_log = structlog.get_logger()


def serve(settings: Settings, *, name: str = "", holds: Holds | None = None) -> None:
    """Run a video process until SIGTERM or SIGINT; `name` says which of this machine's, the first if none.

    Raises Invalid("settings.video_unknown").
    `holds` is the table every stream hangs on; a drill hands in a broken one to see that it is caught.
    """
    few_arenas()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_told(_as(settings, name), holds))


async def _until_told(settings: Settings, holds: Holds | None) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for order in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(order, told.set)
    async with running(settings, holds=holds) as port:
        _log.info("video.listening", port=port)
        await told.wait()


def _as(settings: Settings, name: str) -> Settings:
    """The settings as one of this machine's processes has them."""
    found = next((one for one in settings.video.local() if one.name == (name or settings.video.name)), None)
    if found is None:
        raise Invalid("settings.video_unknown", name=name)
    return replace(settings, video=replace(settings.video, name=found.name, port=found.port, processes=1))


@asynccontextmanager
async def running(settings: Settings, *, holds: Holds | None = None) -> AsyncIterator[int]:
    """The video house for the length of the block; gives its port. On leaving, every stream ends."""
    hub, veils, control, cutter, live, recorder, exports = _build(settings, holds or Holds(monotonic, wall_clock))
    door = _listen(settings)
    server = await serve_websockets(
        live.serve,
        sock=door,
        origins=[_origin(settings.web.public_url), None],
        process_request=_answer,
        compression=None,
        max_size=WORDS_BYTES,
        close_timeout=CLOSE_S,
    )
    local = await control.listen()
    duties = (cutter.run(), _beat(control), _tell_health(hub, control, live, recorder), recorder.run(), exports.run())
    at_work = [asyncio.create_task(duty) for duty in duties]
    try:
        yield door.getsockname()[1]
    finally:
        await live.finish()
        server.close()
        await server.wait_closed()
        for task in at_work:
            task.cancel()
        await veils.close()
        await hub.close()
        await recorder.close()
        local.close()


async def _beat(control: Control) -> None:
    """Tell the core that this loop turns: one that is stopped or stuck is left by it, and loses its cameras."""
    while True:
        await asyncio.sleep(BEAT_S)
        control.tell_now("beat")


async def _tell_health(hub: Hub, control: Control, live: Live, recorder: Recorder) -> None:
    """Tell the core every few seconds how the open cameras are, and all else that is counted; if away, it misses it."""
    while True:
        await asyncio.sleep(HEALTH_S)
        for camera, vitals in hub.vitals(wall_clock):
            control.tell_now("health", camera=camera, vitals=vitals)
        control.tell_now("figures", figures=_figures(live, recorder))


def _figures(live: Live, recorder: Recorder) -> Figures:
    return Figures(
        looks=live.audience.looks(), sent=live.audience.sent(), taping=recorder.figures(), masking=live.veils.counts()
    )


def _build(settings: Settings, holds: Holds) -> tuple[Hub, Veils, Control, Cutter, Live, Recorder, Jobs]:
    control: Control

    def on_camera(camera: str, state: str, code: str) -> None:
        control.tell("camera", camera=camera, state=state, code=code)

    def on_watched(ticket: Ticket, frames: int, seconds: float, code: str) -> None:
        who = {name: getattr(ticket, name) for name in ("user", "agency", "camera", "incident", "grant", "session")}
        control.tell("watched", ticket=ticket.id, frames=frames, seconds=seconds, code=code, **who)

    epoch = secrets.token_hex(8)
    cutter = Cutter(holds)
    hub = Hub(
        settings.video,
        pull=puller(settings.video),
        chance=random.random,
        on_camera=on_camera,
        login=read_logins(settings.cameras.logins).of,
    )
    recorder = _recorder(settings, hub, lambda erased: control.tell("erased", erased=erased))
    exports = Jobs(settings.folder, recorder.reader, lambda what, **facts: control.tell(what, **facts), wall_clock)
    zones = Zones()
    veils = Veils(hub, zones, at_most=settings.video.masked_max, chance=random.random, monotonic=monotonic)
    door = Door(settings.folder, epoch, now=wall_clock, why_not=cutter.why_not)
    control = Control(_line(settings), door.trust, epoch, holds, cutter, hub.readdress, recorder, exports, zones)
    live = Live(
        veils=veils, door=door, cutter=cutter, reader=recorder.reader, on_watched=on_watched, now=wall_clock,
        monotonic=monotonic,
    )  # fmt: skip
    return hub, veils, control, cutter, live, recorder, exports


def _line(settings: Settings) -> Listen:
    video = settings.video
    if video.control:
        return at_port(video.control, video.tls)
    return at_socket(settings.folder / "run" / f"{video.name}.sock")


def _recorder(settings: Settings, hub: Hub, on_erased: Callable[[Erased], None]) -> Recorder:
    return Recorder(
        settings.folder,
        full_share=settings.video.record_disk_share,
        wind=hub.record,
        on_erased=on_erased,
        now=wall_clock,
        monotonic=monotonic,
        by="" if settings.video.name == FIRST else settings.video.name,
    )


def _listen(settings: Settings) -> socket.socket:
    host = settings.video.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.create_server((host, settings.video.port), family=family)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    return door


def _origin(url: str) -> Origin:
    parts = urlsplit(url)
    return Origin(f"{parts.scheme}://{parts.netloc}")


def _answer(ws: ServerConnection, request: Request) -> Response | None:
    path = urlsplit(request.path).path
    if path == "/healthz":
        return ws.respond(HTTPStatus.OK, "ok\n")
    return None if path == PATH else ws.respond(HTTPStatus.NOT_FOUND, "not found\n")
