"""A partner's process on the command line, the same for every room: what is asked, and serving until it is over."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import threading
from pathlib import Path

import msgspec

from bongsu.core.clock import wall_clock
from bongsu.settings import load, secrets_for
from bongsu.world import scene
from bongsu.world.partner.caller import Pace
from bongsu.world.partner.office import Office, Work, office_of, run
from bongsu.world.partner.officer import Duty
from bongsu.world.partner.story import Room


def main(room: Room, words: list[str] | None = None) -> None:
    """Read what is asked, and serve until a signal comes or, where asked for, our standard input closes."""
    told = _parser(room).parse_args(words)
    if told.end_with_stdin:
        threading.Thread(target=_end_with_stdin, name="stdin-watch", daemon=True).start()
    duty = Duty(name=told.watch_as, password_file=told.password_file, look_s=told.look) if told.watch_as else None
    work = Work(feed=told.feed, pace=Pace(between_s=told.every), duty=duty, seed=told.seed)
    start(room, told.config, told.log, work, code=told.code, at_cameras_of=told.scene)


def start(
    room: Room, config: Path, log: Path, work: Work, *, code: str = "", at_cameras_of: Path | None = None
) -> None:
    """Serve as this room until a signal comes; with a scene, calls of its own are made at that scene's cameras."""
    if at_cameras_of is not None:
        places = tuple(eye.where for eye in scene.load(at_cameras_of).cameras)
        work = msgspec.structs.replace(work, places=places)
    settings = load(config)
    office = office_of(room, settings, secrets_for(settings), log, code=code, work=work)
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_until_told(office))


def _parser(room: Room) -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(prog=room.name, description="A partner's process beside a city it is told of.")
    words.add_argument("--config", type=Path, required=True, help="the city's bongsu.toml")
    words.add_argument("--code", default=room.code, help="our SCSNS organisation code in it")
    words.add_argument("--log", type=Path, required=True, help="where our own record is kept (JSON lines)")
    words.add_argument("--feed", type=Path, help="the world's calls: those for us are told to the city")
    words.add_argument("--scene", type=Path, help="a made city's folder: calls of our own are made at its cameras")
    words.add_argument("--every", type=float, default=45.0, help="seconds between calls of our own")
    words.add_argument("--seed", type=int, default=1, help="another seed, other calls")
    words.add_argument("--watch-as", default="", help="watch what is granted, as this user of the city's")
    words.add_argument("--password-file", type=Path, default=Path("password"), help="where that user's password is")
    words.add_argument("--look", type=float, default=20.0, help="seconds a look lasts")
    words.add_argument("--end-with-stdin", action="store_true", help="end when standard input closes")
    return words


async def _until_told(office: Office) -> None:
    loop = asyncio.get_running_loop()
    task = loop.create_task(run(office, wall_clock, ready=lambda port: _ready(office.room, port)))
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    await task


def _end_with_stdin() -> None:
    while os.read(0, 4096):  # the descriptor: a thread inside sys.stdin's buffer would abort our own shutdown
        pass
    signal.raise_signal(signal.SIGTERM)


def _ready(room: Room, port: int) -> None:
    sys.stdout.write(f"{room.name} listens on {port}\n")
    sys.stdout.flush()
