"""`bongsu backup`, `restore`, `migrate`, `retention`: a city's records kept safe, whole and no longer than allowed."""

from __future__ import annotations

import asyncio
import getpass
import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from bongsu.cli.place import Config, Data, Dsn, Place, open_to_us, place_of
from bongsu.core.clock import KST, wall_clock
from bongsu.core.errors import Invalid
from bongsu.core.ledger import Act, LedgerRow
from bongsu.settings import RetentionSettings, load

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands that keep the store."""
    for command in (backup, restore, migrate, retention):
        app.command(command.__name__)(command)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    data: Data = Path("data"),
    config: Config = None,
    dsn: Dsn = "",
    as_json: AsJson = False,
) -> None:
    """Write the whole store into one file, while the platform runs; SQLite and PostgreSQL give the same file."""
    row = LedgerRow(at=wall_clock(), act=Act.BACKUP, who=_who("backup"), reason=file.name)
    store = place_of(data, config, dsn).guest()
    try:
        rows = asyncio.run(store.back_up(file, row))
    finally:
        store.close()
    _print({"file": str(file), "rows": rows, "size_bytes": file.stat().st_size}, as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    at: Annotated[
        str,
        typer.Option("--at", help="Go back to this moment, e.g. 2026-11-22T14:05:00+09:00 (Korean time unless said)."),
    ] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Even over a store that holds something.")] = False,
    data: Data = Path("data"),
    config: Config = None,
    dsn: Dsn = "",
    as_json: AsJson = False,
) -> None:
    """Make a store of a backup, whole or as it stood at a moment, and print the digest of its board."""
    from bongsu.store import restore as restoring
    from bongsu.store.folder import lock

    place, to = place_of(data, config, dsn), _moment(at)
    with lock(place.folder):
        done = restoring.restore(
            file, place.folder, place.dsn, to=to, replace=replace, now=wall_clock(), who=_who("restore")
        )
    _print({**msgspec.to_builtins(done), "digest": _digest(place)}, as_json)


def migrate(
    dsn: Annotated[str, typer.Option("--dsn", help="The database, as the owner of its tables.")],
    app_role: Annotated[str, typer.Option("--app-role", help="The platform's account: rows, no tables.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make or bring up the tables of a PostgreSQL, and let the platform's account work in them."""
    from bongsu.store import engine
    from bongsu.store import migrate as migrating

    owner = engine.postgresql(open_to_us(dsn))
    try:
        engine.check_postgresql(owner)
        with owner.begin() as connection:
            before, now = migrating.bring_up(connection)
            if app_role:
                migrating.admit(connection, app_role)
    finally:
        owner.dispose()
    _print({"before": before, "now": now, "app_role": app_role}, as_json)


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count; nothing is erased.")] = False,
    data: Data = Path("data"),
    config: Config = None,
    dsn: Dsn = "",
    as_json: AsJson = False,
) -> None:
    """Erase what is past its time now; a running platform does the same once an hour."""
    terms = load(config).retention if config is not None else RetentionSettings()
    store = place_of(data, config, dsn).guest()
    try:
        now = wall_clock()
        work = store.due_to_erase(terms, now) if dry_run else store.erase(terms, now, _who("retention"))
        erased = asyncio.run(work)
    finally:
        store.close()
    _print(msgspec.to_builtins(erased), as_json)


def _who(what: str) -> str:
    return f"{what}:{getpass.getuser()}"


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("restore.moment", text=text) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=KST)


def _digest(place: Place) -> str:
    from bongsu.desk.board import Board

    store, board = place.guest(), Board()
    try:
        store.replay(board.apply)
    finally:
        store.close()
    return board.digest()


def _print(figures: dict[str, object], as_json: bool) -> None:
    screen = Console(highlight=False, soft_wrap=True)
    if as_json:
        screen.print(json.dumps(figures), markup=False)
        return
    for name, value in figures.items():
        screen.print(f"{name:10} {value}", markup=False)
