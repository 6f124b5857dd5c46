"""What happens by the clock behind the live board: positions, health, the undelivered, and sessions that run out."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from litestar import Litestar

from bongsu.core.errors import Unavailable
from bongsu.web import telling
from bongsu.web.platform import Platform
from bongsu.web.session import EXPIRED, end_session
from bongsu.web.showing import alarmed_now

UNITS_EVERY_S = 0.2
LOOK_EVERY_S = 0.5
TELL_AFTER_LOOKS = 10
"""Looks between two words of health where nothing changed: five seconds."""

log = structlog.get_logger()


@asynccontextmanager
async def pulse(app: Litestar) -> AsyncIterator[None]:
    """Keep the clockwork running while the app runs."""
    platform: Platform = app.state["platform"]
    tasks = [
        asyncio.create_task(work, name=name)
        for name, work in (
            ("web-units", _units(platform)),
            ("web-watch", _watch(platform)),
        )
    ]
    for task in tasks:
        task.add_done_callback(_end_with)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _end_with(task: asyncio.Task[None]) -> None:
    """A clockwork that stopped is never let run on in silence: the core ends, and its parent starts it again."""
    if task.cancelled() or (fault := task.exception()) is None:
        return
    log.error("web.pulse_stopped", part=task.get_name(), exc_info=fault)
    signal.raise_signal(signal.SIGTERM)


async def _units(platform: Platform) -> None:
    while True:
        await asyncio.sleep(UNITS_EVERY_S)
        platform.live.crews.tick(platform.live.listeners)


async def _watch(platform: Platform) -> None:
    looks = 0
    while True:
        try:
            await look(platform, tell=looks % TELL_AFTER_LOOKS == 0)
        except Unavailable as problem:
            log.error("web.watch", code=problem.code)
        looks += 1
        await asyncio.sleep(LOOK_EVERY_S)


async def look(platform: Platform, *, tell: bool) -> None:
    """One look at health, the undelivered, sessions and screens' devices; `tell`: say health even if unchanged."""
    parts, live = platform.parts(), platform.live
    changed = parts != live.parts
    live.learn_health(parts, platform.lag.worst_ms())
    if tell or changed:
        live.say_health()
    alarmed = alarmed_now(platform)
    for listener in live.listeners:
        listener.look(alarmed)
    for session in platform.identity.lapsed():
        await end_session(platform, session, EXPIRED)
    if tell or live.outbox_stale:
        await _look_at_outbox(platform)


async def _look_at_outbox(platform: Platform) -> None:
    live = platform.live
    live.outbox_stale = False
    rows = telling.outbox_rows(await platform.outbox())
    if rows != live.outbox:
        live.outbox = rows
        live.say(telling.word("outbox", outbox=rows), to=lambda audience: audience.outbox)
