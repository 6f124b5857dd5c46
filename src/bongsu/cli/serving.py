"""`bongsu serve` and `bongsu replay`: run the platform, and rebuild its board from the journal."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bongsu.cli import place
from bongsu.cli.place import Data, Dsn, place_of, settled
from bongsu.core import logs
from bongsu.core.errors import Invalid
from bongsu.core.processes import FIRST
from bongsu.settings import Settings, load, secrets_for

Config = Annotated[Path, typer.Option("--config", help="The settings file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Wait = Annotated[bool, typer.Option("--wait", help="Read the code, and begin when the parent calls.")]
Name = Annotated[str, typer.Option("--name", help="Which of this machine's video processes.")]
STANDS_BACK = 10
SPARES = {"core": 2, "telemetry": 1, FIRST: 1}
"""Two of the core: reports come in by it, and it may die again before the next has read its code."""
PART = [sys.executable, "-m", "bongsu.cli", "part"]

part = typer.Typer(help="One part alone, as its parent starts it.", no_args_is_help=True, hidden=True)


def add_to(app: typer.Typer) -> None:
    """Add `bongsu serve`, `video`, `replay` and the hidden `part`."""
    app.command("serve")(serve)
    app.command("video")(video_alone)
    app.command("replay")(replay)
    app.add_typer(part, name="part")


def serve(
    config: Config = Path("bongsu.toml"),
    take_over: Annotated[
        bool, typer.Option("--take-over", help="End the writing of another platform on the same PostgreSQL first.")
    ] = False,
) -> None:
    """Run the platform: the core and its video processes, started again if they die."""
    from bongsu.parent import keep

    settings = load(config)
    if settings.video.control:
        raise Invalid("settings.video_serve")
    if take_over:
        settled(settings).writer(take_over=True).close()
    screen = Console(stderr=True, highlight=False)
    sys.exit(keep(parts(config), lambda line: screen.print(line, markup=False), spares=SPARES))


def video_alone(config: Config = Path("bongsu.toml")) -> None:
    """Run a video process for a core on another machine, started again if it dies (docs/how-to)."""
    from bongsu.parent import keep

    settings = load(config)
    if not settings.video.control:
        raise Invalid("settings.video_alone")
    screen = Console(stderr=True, highlight=False)
    sys.exit(
        keep(videos(config, settings), lambda line: screen.print(line, markup=False), spares={settings.video.name: 1})
    )


def parts(config: Path) -> dict[str, list[str]]:
    """The commands of the platform's own processes."""
    settings = load(config)
    own = {"telemetry": [*PART, "telemetry", "--config", str(config)]} if settings.telemetry.enabled else {}
    return {**videos(config, settings), **own, "core": [*PART, "core", "--config", str(config)]}


def videos(config: Path, settings: Settings) -> dict[str, list[str]]:
    """The commands of the video processes of this machine, by name."""
    start = [*PART, "video", "--config", str(config), "--name"]
    return {process.name: [*start, process.name] for process in settings.video.local()}


@part.command("core")
def core(config: Config, wait: Wait = False) -> None:
    """The core: inbox, flow, board, web."""
    from bongsu.parent import end_with_parent, until_called
    from bongsu.serve import serve_core

    if wait:
        import bongsu.city.ways  # noqa: F401  # so that way-finding need not read a compiler while it serves

        until_called()
    end_with_parent()
    settings = load(config)
    logs.start("core", form=settings.log.form, level=settings.log.level)
    serve_core(settings, secrets_for(settings))


@part.command("video")
def video(config: Config, wait: Wait = False, name: Name = "") -> None:
    """A video process."""
    from bongsu.parent import end_with_parent, until_called
    from bongsu.video.server import serve as serve_video

    if wait:
        until_called()
    end_with_parent()
    settings = load(config)
    name = name or settings.video.name
    logs.start(name, form=settings.log.form, level=settings.log.level)
    serve_video(settings, name=name)


@part.command("telemetry")
def telemetry(config: Config, wait: Wait = False) -> None:
    """The telemetry process; it and its NATS server stand back where there is not enough processor for the core too."""
    os.nice(STANDS_BACK)
    from bongsu.parent import end_with_parent, until_called
    from bongsu.telemetry.process import serve as serve_telemetry

    if wait:
        until_called()
    end_with_parent()
    settings = load(config)
    logs.start("telemetry", form=settings.log.form, level=settings.log.level)
    serve_telemetry(settings)


def replay(
    data: Data = Path("data"),
    as_json: AsJson = False,
    config: place.Config = None,
    dsn: Dsn = "",
) -> None:
    """Fold the stored entries into a board, with no service in sight, and print its digest."""
    from bongsu.desk.board import Board

    board = Board()
    store = place_of(data, config, dsn).guest()
    try:
        store.replay(board.apply)
    finally:
        store.close()
    figures = {
        "seq": board.seq,
        "incidents": len(board.incidents),
        "grants": len(board.grants),
        "running": len(board.running),
        "digest": board.digest(),
    }
    screen = Console(highlight=False, soft_wrap=True)
    if as_json:
        screen.print(json.dumps(figures), markup=False)
    else:
        for name, value in figures.items():
            screen.print(f"{name:10} {value}", markup=False)
