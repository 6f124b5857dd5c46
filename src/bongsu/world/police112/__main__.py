"""`python -m bongsu.world.police112`: the police's process beside a city whose settings and secrets it is given."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import threading
from pathlib import Path

from bongsu.core.clock import wall_clock
from bongsu.settings import load, secrets_for
from bongsu.world import scene
from bongsu.world.police112.caller import Pace
from bongsu.world.police112.office import Office, office_of, run


def main() -> None:
    """Read what is asked, and serve until a signal comes or, where asked for, our standard input closes."""
    words = argparse.ArgumentParser(prog="python -m bongsu.world.police112", description=__doc__)
    words.add_argument("--config", type=Path, required=True, help="the city's bongsu.toml")
    words.add_argument("--code", default="POLICE112", help="our SCSNS organisation code in it")
    words.add_argument("--log", type=Path, required=True, help="where our own record is kept (JSON lines)")
    words.add_argument("--scene", type=Path, help="a made city's folder: calls are made at its cameras")
    words.add_argument("--every", type=float, default=45.0, help="seconds between calls")
    words.add_argument("--end-with-stdin", action="store_true", help="end when standard input closes")
    told = words.parse_args()
    if told.end_with_stdin:
        threading.Thread(target=_end_with_stdin, name="stdin-watch", daemon=True).start()
    settings = load(told.config)
    places = tuple(eye.where for eye in scene.load(told.scene).cameras) if told.scene else ()
    pace = Pace(between_s=told.every)
    office = office_of(settings, secrets_for(settings), told.code, told.log, places=places, pace=pace)
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_until_told(office))


async def _until_told(office: Office) -> None:
    loop = asyncio.get_running_loop()
    task = loop.create_task(run(office, wall_clock, ready=_ready))
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    await task


def _end_with_stdin() -> None:
    while os.read(0, 4096):  # the descriptor: a thread inside sys.stdin's buffer would abort our own shutdown
        pass
    signal.raise_signal(signal.SIGTERM)


def _ready(port: int) -> None:
    sys.stdout.write(f"police112 listens on {port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
