"""`bongsu journal`: what the platform wrote down, entry by entry, by ids alone; for auditors, partners and drills."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from bongsu.cli.place import Config, Data, Dsn, place_of

if TYPE_CHECKING:
    from bongsu.store import listing


def add_to(app: typer.Typer) -> None:
    """Add `bongsu journal`."""
    app.command("journal")(journal)


def journal(
    data: Data = Path("data"),
    after: Annotated[int, typer.Option("--after", help="Only entries later than this sequence.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one entry a line.")] = False,
    config: Config = None,
    dsn: Dsn = "",
) -> None:
    """List the journal: each entry's report, changes, grants and requests by id, and how each delivery stands."""
    from bongsu.store import listing

    store = place_of(data, config, dsn).guest()
    try:
        with store.db.reader() as connection:
            for line in listing.lines(connection, after):
                sys.stdout.write(msgspec.json.encode(line).decode() + "\n" if as_json else _plain(line))
    finally:
        store.close()


def _plain(line: listing.Line) -> str:
    steps = ", ".join(f"{step.what} {step.incident} v{step.version} by {step.by}" for step in line.steps)
    asked = ", ".join(f"{one.key} {one.state}" for one in line.requests)
    return "  ".join(filter(None, (f"{line.seq:8}", steps, " ".join(line.records), asked))) + "\n"
