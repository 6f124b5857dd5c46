"""What every import does with what it read: tell how far it is, hand it over, and show the report."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bongsu.cli.place import Place, at
from bongsu.core.asset import Boundary, Ground
from bongsu.core.clock import wall_clock
from bongsu.core.errors import Invalid, Unavailable
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.quality import Quality

HAND_OVER_WITHIN_S = 600.0
NICE = 10
"""So much nicer than whoever starts it: an import is never as urgent as what the platform beside it does."""


def give_way() -> None:
    """Let everything else on this machine go first."""
    if os.nice(0) < NICE:
        os.nice(NICE)


def hand_over(place: Path | Place, layer: str, body: bytes, quality: Quality) -> Quality:
    """Replace a layer in one step: through the running platform, or in the store when none runs.

    The report, with what a running platform says of the cameras' retention beside their purposes' terms.

    Raises Invalid("import.nothing") rather than replace a city by an empty one.
    """
    from bongsu.store.folder import find_running, lock

    place = at(place)
    if quality.imported == 0:
        raise Invalid("import.nothing", rows=quality.rows, source=quality.source)
    who = f"import:{getpass.getuser()}"
    running = find_running(place.folder)
    if running is not None:
        beyond = _put(f"{running.url}/v1/assets/{layer}", running.token, body)
        notes = tuple(f"retention {which} than the terms of its purposes {count}" for which, count in beyond.items())
        return msgspec.structs.replace(quality, notes=quality.notes + notes)
    reason = f"{layer} from {quality.source}: {quality.imported} of {quality.rows} rows"
    row = LedgerRow(at=wall_clock(), act=Act.IMPORT, who=who, reason=reason)
    with lock(place.folder):
        store = place.writer()
        try:
            asyncio.run(store.put_layer(layer, body, row))
        finally:
            store.close()
    return quality


def _put(url: str, token: str, body: bytes) -> dict[str, int]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/msgpack"}
    try:
        answer = httpx.put(url, content=body, headers=headers, timeout=HAND_OVER_WITHIN_S)
    except httpx.HTTPError as problem:
        raise Unavailable("import.hand_over", detail=str(problem)) from problem
    if answer.is_error:
        raise Unavailable("import.hand_over", detail=answer.text[:300])
    beyond: dict[str, int] = answer.json()["retention"]
    return beyond


def standing(place: Place) -> tuple[Ground, tuple[Boundary, ...]]:
    """The map and the districts a city already has; nothing where there is no store yet."""
    if not place.dsn and not (place.folder / "bongsu.db").exists():
        return Ground(), ()
    store = place.guest()
    try:
        return store.ground(), store.boundaries()
    finally:
        store.close()


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere; gives what is to be told (done, total)."""
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def show(quality: Quality, *, as_json: bool) -> None:
    """Print the report."""
    from bongsu.imports import quality as reports

    screen = Console(highlight=False)
    if as_json:
        screen.print(json.dumps(reports.to_json(quality), ensure_ascii=False), markup=False, soft_wrap=True)
    else:
        screen.print(reports.table(quality))
