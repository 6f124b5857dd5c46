"""`bongsu import`: a city's own files come in, with progress and a report on every row."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bongsu.cli.handing import give_way, hand_over, progress, show, standing
from bongsu.cli.place import Config, Data, Place, place_of
from bongsu.core.asset import Boundary, Facility, FacilityKind, Ground
from bongsu.core.errors import Invalid
from bongsu.core.quality import Quality

if TYPE_CHECKING:
    from bongsu.core.geo import Point
    from bongsu.imports.table.limits import Limits

bring = typer.Typer(help="Bring a city's own files in.", no_args_is_help=True)


class ReportForm(StrEnum):
    """How the quality report is printed."""

    TABLE = "table"
    JSON = "json"


File = Annotated[Path, typer.Argument(help="The file to bring in.")]
Form = Annotated[ReportForm, typer.Option("--report", help="How to print the quality report: table or json.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only read and report; the store is left as it is.")]
Map = Annotated[
    list[str] | None, typer.Option("--map", help="field=column (header word or number from 1); may be repeated.")
]
Outline = Annotated[
    Path | None,
    typer.Option("--boundary", help="Districts the places must lie in: GeoJSON, TopoJSON or a shapefile."),
]
Within = Annotated[str, typer.Option("--within", help="Of the districts only those of this name or code.")]
Html = Annotated[Path | None, typer.Option("--html", help="Write the report with its map to this file as well.")]


def add_to(app: typer.Typer) -> None:
    """Add `bongsu import`."""
    app.add_typer(bring, name="import")


@bring.callback()
def bringing() -> None:
    """Bring a city's own files in."""
    give_way()


@bring.command("cctv")
def cctv(
    file: File,
    data: Data = Path("data"),
    report: Form = ReportForm.TABLE,
    mapping: Map = None,
    boundary: Outline = None,
    within: Within = "",
    html: Html = None,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:
    """Bring in a camera register (전국CCTV표준데이터, or any table with coordinates)."""
    from bongsu.imports import cctv_standard
    from bongsu.store import assets

    outline = _outline(boundary, within)
    with progress("cctv") as told:
        cameras, quality = cctv_standard.read(
            file, mapping=_pairs(mapping or []), limits=_limits(outline), progress=told
        )
    if not dry_run:
        quality = hand_over(place_of(data, config), assets.CAMERAS, assets.encode_rows(cameras), quality)
    _write(html, quality, [camera.where for camera in cameras], outline, place_of(data, config))
    show(quality, as_json=report is ReportForm.JSON)


@bring.command("bells")
def bells(
    file: File,
    data: Data = Path("data"),
    report: Form = ReportForm.TABLE,
    mapping: Map = None,
    boundary: Outline = None,
    within: Within = "",
    html: Html = None,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:
    """Bring in a register of emergency bells (전국안전비상벨위치표준데이터, or any table with coordinates)."""
    from bongsu.imports import bells_standard
    from bongsu.store import assets

    outline = _outline(boundary, within)
    with progress("bells") as told:
        rows, quality = bells_standard.read(file, mapping=_pairs(mapping or []), limits=_limits(outline), progress=told)
    if not dry_run:
        quality = hand_over(place_of(data, config), assets.BELLS, assets.encode_rows(rows), quality)
    _write(html, quality, [bell.where for bell in rows], outline, place_of(data, config))
    show(quality, as_json=report is ReportForm.JSON)


@bring.command("facilities")
def facilities(
    file: File,
    kind: Annotated[FacilityKind, typer.Option("--kind", help="What the places are.")],
    data: Data = Path("data"),
    report: Form = ReportForm.TABLE,
    mapping: Map = None,
    boundary: Outline = None,
    within: Within = "",
    html: Html = None,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:
    """Bring in a register of places of one kind: street lamps, schools, police and fire posts, hydrants, shelters …"""
    from bongsu.imports import facilities as registers
    from bongsu.store import assets

    rows: tuple[Facility, ...]
    outline = _outline(boundary, within)
    with progress(kind.value) as told:
        rows, quality = registers.read(
            file, kind, mapping=_pairs(mapping or []), limits=_limits(outline), progress=told
        )
    if not dry_run:
        layer = f"{assets.FACILITIES}.{kind.value}"
        quality = hand_over(place_of(data, config), layer, assets.encode_rows(rows), quality)
    _write(html, quality, [row.where for row in rows], outline, place_of(data, config))
    show(quality, as_json=report is ReportForm.JSON)


@bring.command("devices")
def devices(
    file: File,
    data: Data = Path("data"),
    report: Form = ReportForm.TABLE,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:
    """Bring in a register of devices (기기 대장): sensors, meters, wearables, vehicles."""
    from bongsu.imports import devices as registers
    from bongsu.store import assets

    with progress("devices"):
        rows, quality = registers.read(file)
    if not dry_run:
        quality = hand_over(place_of(data, config), assets.DEVICES, assets.encode_rows(rows), quality)
    show(quality, as_json=report is ReportForm.JSON)


@bring.command("boundaries")
def boundaries(
    file: File,
    data: Data = Path("data"),
    report: Form = ReportForm.TABLE,
    level: Annotated[str, typer.Option("--level", help="What all of them are: province, municipality …")] = "",
    within: Within = "",
    html: Html = None,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:
    """Bring in districts (행정구역): GeoJSON, TopoJSON or a shapefile with its .dbf and .prj."""
    from bongsu.imports import boundaries as outlines
    from bongsu.store import assets

    with progress("boundaries"):
        rows, quality = outlines.read(file, level=level, within=within)
    if not dry_run:
        quality = hand_over(place_of(data, config), assets.BOUNDARIES, assets.encode_rows(rows), quality)
    _write(html, quality, [], rows, place_of(data, config))
    show(quality, as_json=report is ReportForm.JSON)


@bring.command("osm")
def osm(
    file: File,
    data: Data = Path("data"),
    report: Form = ReportForm.TABLE,
    html: Html = None,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:
    """Bring in an OpenStreetMap extract (.osm.pbf, .osm): roads, buildings, water, places; and draw the base map."""
    from bongsu.imports import basemap
    from bongsu.imports import osm as maps
    from bongsu.store import assets

    with progress("osm") as told:
        ground, quality = maps.read(file, progress=told)
    if not dry_run:
        place = place_of(data, config)
        place.folder.mkdir(parents=True, exist_ok=True)
        drawn = place.folder / "basemap.fresh"
        with progress("basemap") as told:
            basemap.write(ground, drawn, progress=told)
        quality = hand_over(place, assets.GROUND, assets.encode_ground(ground), quality)
        drawn.replace(place.folder / "basemap.pmtiles")
    _write(html, quality, [], (), place_of(data, config), ground)
    show(quality, as_json=report is ReportForm.JSON)


def _outline(path: Path | None, within: str) -> tuple[Boundary, ...]:
    from bongsu.imports import boundaries as outlines

    return outlines.read(path, within=within)[0] if path is not None else ()


def _limits(outline: tuple[Boundary, ...]) -> Limits | None:
    from bongsu.imports.table.limits import limits_of

    return limits_of(outline) if outline else None


def _write(
    html: Path | None,
    quality: Quality,
    taken: list[Point],
    outline: tuple[Boundary, ...],
    place: Place,
    ground: Ground | None = None,
) -> None:
    """Write the report as a page, over the districts given, else over what the city already has."""
    if html is None:
        return
    from bongsu.imports import quality as reports

    if ground is None:
        ground, known = standing(place)
        outline = outline or known
    html.write_text(reports.page(quality, taken, outline, ground), "utf-8")


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = dict(text.partition("=")[::2] for text in texts)
    for field, column in pairs.items():
        if not field or not column:
            raise Invalid("import.mapping", text=f"{field}={column}")
    return pairs
