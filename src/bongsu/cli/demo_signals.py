"""The demo's signal controllers: a register of the made city's junctions, and the process that is them."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

NOTE = "데모의 신호제어기 / signal controllers of the demo"
SETTINGS = '[signals]\nenabled = true\nnetworks = ["127.0.0.0/8"]\nexercises = true\n'
REGISTER = "signals.toml"


def port(folder: Path) -> int:
    """Where the controllers were the last time, for the register in the journal says so; 0 where that is taken."""
    from bongsu.cli.signals_toml import read_signals

    if not (folder / REGISTER).exists():
        return 0
    at = urlsplit(next(iter(read_signals(folder / REGISTER).values())).url).port or 0
    with suppress(OSError), socket.create_server(("127.0.0.1", at)):
        return at
    return 0


def make(folder: Path, port: int) -> None:
    """Write the register of the made city's junctions, all of them behind one port."""
    from bongsu.cli import signals

    signals.make(folder / "city" / "city.osm.pbf", folder / REGISTER, f"http://127.0.0.1:{port}")


def process(folder: Path, port: int) -> list[str]:
    """How the controllers are started."""
    start = [sys.executable, "-m", "bongsu.cli", "world", "signals", str(folder / REGISTER)]
    return [*start, "--config", str(folder / "bongsu.toml"), "--port", str(port)]


def bring_in(folder: Path) -> None:
    """Give the running platform the register; those that are as they were stay.

    Raises Invalid with the platform's own words, Unavailable where it does not answer.
    """
    from bongsu.cli.place import Place
    from bongsu.cli.ruling import door_of
    from bongsu.cli.signals import revised
    from bongsu.cli.signals_toml import read_signals

    with door_of(Place(folder=folder / "data"), "admin") as door:
        revised(door, read_signals(folder / REGISTER), NOTE)
