"""`bongsu import`: a city's own files come in, with progress and a report on every row."""

from __future__ import annotations

import asyncio
import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bongsu.cli.place import Config, Data, Place, at, place_of
from bongsu.core.clock import wall_clock
from bongsu.core.errors import Invalid, Unavailable
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.quality import Quality

HAND_OVER_WITHIN_S = 120.0

bring = typer.Typer(help="Bring a city's own files in.", no_args_is_help=True)


class ReportForm(StrEnum):
    """How the quality report is printed."""

    TABLE = "table"
    JSON = "json"


File = Annotated[Path, typer.Argument(help="The file to bring in.")]
Form = Annotated[ReportForm, typer.Option("--report", help="How to print the quality report: table or json.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only read and report; the store is left as it is.")]


def add_to(app: typer.Typer) -> None:
    """Add `bongsu import`."""
    app.add_typer(bring, name="import")


@bring.command("cctv")
def cctv(
    file: File,
    data: Data = Path("data"),
    report: Form = ReportForm.TABLE,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="field=column (header word or number from 1); may be repeated.")
    ] = None,
    boundary: Annotated[Path | None, typer.Option("--boundary", help="GeoJSON polygon cameras must lie in.")] = None,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:
    """Bring in a camera register (전국CCTV표준데이터, or any table with coordinates)."""
    from bongsu.imports import boundary as boundaries
    from bongsu.imports import cctv_standard
    from bongsu.store import assets

    limit = boundaries.read(boundary) if boundary is not None else None
    with _progress("cctv") as told:
        cameras, quality = cctv_standard.read(file, mapping=_pairs(mapping or []), boundary=limit, progress=told)
    if not dry_run:
        hand_over(place_of(data, config), assets.CAMERAS, assets.encode(cameras), quality)
    _show(quality, report)


@bring.command("osm")
def osm(
    file: File,
    data: Data = Path("data"),
    report: Form = ReportForm.TABLE,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:
    """Bring in an OpenStreetMap extract (.osm.pbf): roads, buildings, water, places; and draw the base map of it."""
    from bongsu.imports import basemap
    from bongsu.imports import osm as maps
    from bongsu.store import assets

    with _progress("osm") as told:
        ground, quality = maps.read(file, progress=told)
    if not dry_run:
        place = place_of(data, config)
        place.folder.mkdir(parents=True, exist_ok=True)
        drawn = place.folder / "basemap.fresh"
        with _progress("basemap") as told:
            basemap.write(ground, drawn, progress=told)
        hand_over(place, assets.GROUND, assets.encode(ground), quality)
        drawn.replace(place.folder / "basemap.pmtiles")
    _show(quality, report)


def hand_over(place: Path | Place, layer: str, body: bytes, quality: Quality) -> None:
    """Replace a layer in one step: through the running platform, or in the store when none runs.

    Raises Invalid("import.nothing") rather than replace a city by an empty one.
    """
    from bongsu.store.folder import find_running, lock

    place = at(place)
    if quality.imported == 0:
        raise Invalid("import.nothing", rows=quality.rows, source=quality.source)
    who = f"import:{getpass.getuser()}"
    running = find_running(place.folder)
    if running is not None:
        _put(f"{running.url}/v1/assets/{layer}", running.token, body)
        return
    reason = f"{layer} from {quality.source}: {quality.imported} of {quality.rows} rows"
    row = LedgerRow(at=wall_clock(), act=Act.IMPORT, who=who, reason=reason)
    with lock(place.folder):
        store = place.writer()
        try:
            asyncio.run(store.put_layer(layer, body, row))
        finally:
            store.close()


def _put(url: str, token: str, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/msgpack"}
    try:
        answer = httpx.put(url, content=body, headers=headers, timeout=HAND_OVER_WITHIN_S)
    except httpx.HTTPError as problem:
        raise Unavailable("import.hand_over", detail=str(problem)) from problem
    if answer.is_error:
        raise Unavailable("import.hand_over", detail=answer.text[:300])


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = dict(text.partition("=")[::2] for text in texts)
    for field, column in pairs.items():
        if not field or not column:
            raise Invalid("import.mapping", text=f"{field}={column}")
    return pairs


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _show(quality: Quality, form: ReportForm) -> None:
    from bongsu.imports import quality as reports

    screen = Console(highlight=False)
    if form is ReportForm.JSON:
        screen.print(json.dumps(reports.to_json(quality), ensure_ascii=False), markup=False, soft_wrap=True)
    else:
        screen.print(reports.table(quality))
