"""One core process: it owns the data folder, opens its port, keeps every part going, and ends when any of them does."""

from __future__ import annotations

import asyncio
import gc
import os
import secrets as chance
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NoReturn, TypeVar

import structlog
import uvicorn
import uvloop
from litestar.handlers import HTTPRouteHandler

from bongsu.app import Core
from bongsu.core.clock import monotonic
from bongsu.core.errors import BongsuError, Conflict, Unavailable
from bongsu.hubs import hubs_of, listen_to
from bongsu.settings import Secrets, Settings, store_password
from bongsu.sharing import Sharing
from bongsu.sources import ngsi_ld, observations, reports, scsns
from bongsu.store import Store
from bongsu.store.engine import with_password
from bongsu.store.folder import Running, announce, lock, withdraw
from bongsu.web.server import create, listen
from bongsu.wires.scsns.route import mark

T = TypeVar("T")
GRACE_S = 3
PATIENCE_S = 8.0
AGAIN_S = 0.05
PASSING = frozenset({"data.locked", "web.port", "store.in_use", "store.unreachable"})
"""What a predecessor that is just ending, or a database that is just starting, leaves in the way for a moment."""
TRY_AGAIN = 3
SWITCH_S = 0.0005

log = structlog.get_logger()


def serve_core(settings: Settings, secrets: Secrets) -> None:
    """Run the core until SIGTERM; a broken store ends it.

    Raises Conflict("data.locked"), Unavailable("web.port") when these still hold after some seconds.
    """
    # The writer's thread and the loop share one interpreter: with the default of 5 ms each hand-over costs a report.
    sys.setswitchinterval(SWITCH_S)
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn ends on them and then raises them again; by then there is nothing left to do.
        signal.signal(number, lambda *_: None)
    with _patiently(lambda: lock(settings.folder)):
        listener = _patiently(lambda: _listen(settings.web.host, settings.web.port))
        dsn = with_password(settings.store.dsn, store_password())
        store = _patiently(lambda: Store(settings.folder, dsn=dsn, on_broken=_end_at_once))
        core = Core(settings, secrets, store)
        # The city never dies young: taken out of the collector's sight, it costs no pauses.
        gc.collect()
        gc.freeze()
        token = chance.token_urlsafe(32)
        host, port = listener.getsockname()[:2]
        announce(settings.folder, Running(pid=os.getpid(), url=f"http://{host}:{port}", token=token))
        try:
            uvloop.run(_run(core, secrets, token, listener))
        finally:
            withdraw(settings.folder)
            store.close()


def _patiently(make: Callable[[], T]) -> T:
    """What is made, once what stands in its way for a moment is gone."""
    until_s = monotonic() + PATIENCE_S
    while True:
        try:
            return make()
        except (Conflict, Unavailable) as problem:
            if problem.code not in PASSING:
                raise
            if monotonic() > until_s:
                _give_up(problem)
            time.sleep(AGAIN_S)


def _give_up(problem: BongsuError) -> NoReturn:
    """A database that is away comes back, so the parent shall try again; anything else is for people to settle."""
    if problem.code != "store.unreachable":
        raise problem
    log.error("store.unreachable", code=problem.code)
    sys.exit(TRY_AGAIN)


async def _run(core: Core, secrets: Secrets, token: str, listener: socket.socket) -> None:
    await core.begin()
    hubs = hubs_of(core.settings, secrets, core.take, core.sensing.publish)
    sharing = Sharing(core.settings, core.store, lambda: core.flow.city, core.board, core.authenticate, core.clocks.now)
    app = create(core.platform(token), [*_sources(core, hubs), *sharing.routes()])
    server = uvicorn.Server(listen(app, core.settings.web, http="httptools", timeout_graceful_shutdown=GRACE_S))
    parts = [
        core.inbox.run(),
        core.sender.run(),
        core.video.run(),
        core.lag.measure(),
        core.clockwork.run(),
        core.keeper.run(),
        core.cameras.run(),
        sharing.run(),
        listen_to(hubs),
        core.sensing.run(),
        core.lookouts.run(),
        core.signalling.run(),
    ]
    await _until_one_ends(server.serve(sockets=[listener]), *parts)
    await core.keeper.snapshot()
    for client in core.clients.values():
        await client.close()
    if core.parked_cars is not None:
        await core.parked_cars.close()


def _sources(core: Core, hubs: Mapping[str, ngsi_ld.Hub]) -> list[HTTPRouteHandler]:
    wire = core.settings.scsns
    return [
        *scsns.routes(
            core.take,
            core.authenticate,
            core.clocks.now,
            secret=chance.token_bytes(32),
            our_marks={mark(core.settings.city.code, partner.system) for partner in core.settings.partners},
            codes=core.codes,
            session_s=wire.session_s,
            skew_s=wire.skew_s,
        ),
        *reports.routes(core.take, core.authenticate, core.clocks.now, codes=core.codes),
        *observations.routes(core.observe, core.authenticate, core.sensing.publish),
        *ngsi_ld.routes(hubs, core.authenticate),
    ]


async def _until_one_ends(*parts: Awaitable[None]) -> None:
    """Run all parts; when one ends, for whatever reason, end the others and pass its failure on."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    for task in done:
        task.result()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=512)
    except OSError as problem:
        raise Unavailable("web.port", port=port, detail=problem.strerror or "") from problem


def _end_at_once(detail: str) -> None:
    """A commit failed: nothing after it may be acknowledged, so the process ends here and recovers on restart."""
    log.error("store.broken", detail=detail)
    os._exit(TRY_AGAIN)
