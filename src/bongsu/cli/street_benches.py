"""`bongsu bench roads`, `escape`, `missing` and `arrivals`: what the streets are good for, measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bongsu.cli.proving import AsJson, Cctv, Osm, tell


def add_to(bench: typer.Typer) -> None:
    """Add the benches of the streets."""
    bench.command("roads")(roads)
    bench.command("escape")(escape)
    bench.command("missing")(missing)
    bench.command("arrivals")(arrivals)


def roads(
    osm: Osm = None,
    tracks: Annotated[Path | None, typer.Option("--tracks", help="A folder of real tracks with their ways.")] = None,
    as_json: AsJson = False,
) -> None:
    """How fast the streets answer beside scipy on the same graph, whether they answer the same, and map matching."""
    from bongsu.benches.roads.run import run

    figures = run(osm, tracks, say=tell())
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    sys.exit(1 if figures["missed"] else 0)


def escape(
    osm: Osm = None,
    cctv: Cctv = None,
    seeds: Annotated[int, typer.Option("--seeds", help="How many deeds a city.", min=2)] = 30,
    training: Annotated[bool, typer.Option("--training", help="The seeds parameters were looked at on.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fugitives seen by the watch plan and by the nearest cameras, of the planner's own kinds and of others."""
    from bongsu.benches.escape.run import run

    figures = run(osm, cctv, seeds, training, say=tell())
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    sys.exit(1 if figures["missed"] else 0)


def missing(
    osm: Osm = None,
    seeds: Annotated[int, typer.Option("--seeds", help="How many people lost a city.", min=2)] = 150,
    training: Annotated[bool, typer.Option("--training", help="The seeds parameters were looked at on.")] = False,
    as_json: AsJson = False,
) -> None:
    """MapScore of the missing-person map and of distance rings, on finds of the map's own kind and on wanderers."""
    from bongsu.benches.missing.run import run

    figures = run(osm, seeds, training, say=tell())
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    sys.exit(1 if figures["missed"] else 0)


def arrivals(
    osm: Osm = None,
    seeds: Annotated[int, typer.Option("--seeds", help="How many evenings.", min=1)] = 2,
    full: Annotated[bool, typer.Option("--full", help="Thirty evenings; hours.")] = False,
    training: Annotated[bool, typer.Option("--training", help="The seeds parameters were looked at on.")] = False,
    calibrating: Annotated[
        bool, typer.Option("--calibrate", help="Freeze the baseline at 63.1 % on training seeds; no treatment is run.")
    ] = False,
    arm: Annotated[list[str] | None, typer.Option("--arm", help="Only this help; again for more.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", help="How many evenings at a time.", min=1)] = 1,
    folder: Annotated[Path, typer.Option("--out", help="Rows, report and made ground.")] = Path("out/arrivals"),
    as_json: AsJson = False,
) -> None:
    """Fire engines there within seven minutes, in SUMO: crews with siren alone, and with each help of the platform."""
    from bongsu.benches.arrivals.bench import bench, calibrate
    from bongsu.benches.arrivals.evenings import City
    from bongsu.benches.arrivals.kinds import ARMS

    arms = tuple(one for one in ARMS[1:] if arm is None or one.name in arm)
    if len(arms) < len(set(arm or ())):
        raise typer.BadParameter(", ".join(one.name for one in ARMS[1:]), param_hint="--arm")
    city, count = City(osm, folder, jobs, arms), 30 if full else seeds
    screen = Console(highlight=False, soft_wrap=True)
    figures = calibrate(city, count, tell()) if calibrating else bench(city, count, tell(), training=training)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    sys.exit(1 if figures["missed"] else 0)
