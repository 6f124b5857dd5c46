"""`bongsu check`: every reason the platform would not start, found without starting it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from bongsu.cli.place import settled
from bongsu.core.errors import BongsuError, Conflict
from bongsu.core.words import say
from bongsu.settings import Settings, load, secrets_for


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at: whether it is as it must be, and what was seen."""

    what: str
    fine: bool
    detail: str


def add_to(app: typer.Typer) -> None:
    """Add `bongsu check`."""
    app.command("check")(check)


def check(config: Annotated[Path, typer.Option("--config", help="The settings file.")] = Path("bongsu.toml")) -> None:
    """Say what would stop the platform, without starting it; exit code 2 when anything would."""
    settings = load(config)
    findings = [_look(what, look, settings) for what, look in LOOKS.items()]
    screen = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        screen.print(f"{'ok ' if finding.fine else 'BAD'}  {finding.what:9} {finding.detail}", markup=False)
    if not all(finding.fine for finding in findings):
        sys.exit(2)


def _look(what: str, look: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(what=what, fine=True, detail=look(settings))
    except BongsuError as problem:
        sentence = " · ".join(say(f"error.{problem.code}", language, **problem.facts) for language in ("ko", "en"))
        return Finding(what=what, fine=False, detail=sentence)


def _secrets(settings: Settings) -> str:
    secrets_for(settings)
    return f"{len(settings.partners)} partners have their keys"


def _services(settings: Settings) -> str:
    from bongsu.linked import services_of

    return ", ".join(services_of(settings.services, {})) or "none"


def _ports(settings: Settings) -> str:
    videos = [(process.port, settings.video.host) for process in settings.video.local()]
    for port, host in ((settings.web.port, settings.web.host), *videos):
        try:
            socket.create_server((host, port)).close()
        except OSError as problem:
            raise Conflict("check.port", port=port, detail=problem.strerror or "") from problem
    return f"{settings.web.port} and {', '.join(str(port) for port, _ in videos)} are free"


def _folder(settings: Settings) -> str:
    from bongsu.store.folder import lock

    lock(settings.folder).close()
    return str(settings.folder)


def _store(settings: Settings) -> str:
    from bongsu.desk.board import Board
    from bongsu.store import ledger

    store = settled(settings).guest()
    board = Board()
    try:
        store.replay(board.apply)
        faults = store.db.read_now(ledger.faults)
        cameras = len(store.cameras())
    finally:
        store.close()
    if faults:
        raise Conflict("check.ledger", rows=faults[:10])
    return f"{board.seq} entries, {len(board.incidents)} incidents, {cameras} cameras, the ledger is whole"


LOOKS: dict[str, Callable[[Settings], str]] = {
    "secrets": _secrets,
    "services": _services,
    "ports": _ports,
    "folder": _folder,
    "store": _store,
}
