"""Somebody at a partner's screen who opens what the city gives: each new grant's best camera, for a while."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import httpx
import msgspec
from websockets.exceptions import WebSocketException

from bongsu.core.clock import Now
from bongsu.core.errors import BongsuError
from bongsu.world.partner.board import Given
from bongsu.world.partner.log import Log, Looked
from bongsu.world.partner.terminal import Terminal
from bongsu.world.partner.viewing import Viewing, watch

AGAIN_AFTER_S = 1.0
NOT_NOW = (BongsuError, httpx.HTTPError, WebSocketException, OSError, TimeoutError)
"""How a city that is away, starting, or has changed its mind about a grant shows itself."""


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """Who sits there, the file with the password, how long a look lasts, and how many there may be at once."""

    name: str
    password_file: Path
    look_s: float = 20.0
    at_most: int = 2


async def on_duty(duty: Duty, url: str, log: Log, now: Now) -> None:
    """Sign in as soon as the city lets us, then look at whatever is granted, until cancelled."""
    terminal = await _signed_in(duty, url)
    hands = asyncio.Semaphore(duty.at_most)
    known = 0
    try:
        async with asyncio.TaskGroup() as looks:
            while True:
                fresh = await terminal.screen.given_after(known)
                known += len(fresh)
                for given in fresh:
                    if given.cameras:
                        looks.create_task(_look(terminal, given, duty, hands, log, now))
    finally:
        await terminal.close()


async def _signed_in(duty: Duty, url: str) -> Terminal:
    while True:
        terminal = Terminal(url)
        try:
            await terminal.sign_in(duty.name, duty.password_file.read_text("utf-8").strip())
            await terminal.open_board()
        except NOT_NOW:
            await terminal.close()
            await asyncio.sleep(AGAIN_AFTER_S)
        else:
            return terminal


async def _look(terminal: Terminal, given: Given, duty: Duty, hands: asyncio.Semaphore, log: Log, now: Now) -> None:
    """Watch a grant's first camera until the look is over or the city ends it, and write down what was seen."""
    camera = given.cameras[0]
    async with hands:
        try:
            viewing = await watch(terminal, camera, given.incident)
        except NOT_NOW as problem:
            log.keep(_looked(now, given, camera, None, None, type(problem).__name__))
            return
        first_s = await viewing.frame_newer_than(given.at_ms)
        with contextlib.suppress(TimeoutError):
            await viewing.until_over(duty.look_s)
        await viewing.close()
    log.keep(_looked(now, given, camera, viewing, first_s, viewing.ended or viewing.refused or "seen"))


def _looked(now: Now, given: Given, camera: str, viewing: Viewing | None, first_s: float | None, ended: str) -> Looked:
    return Looked(
        at=now(),
        incident=given.incident,
        camera=camera,
        first_picture_ms=None if first_s is None else round((first_s - given.at_s) * 1000, 1),
        frames=0 if viewing is None else len(viewing.arrivals),
        ended=ended,
    )
