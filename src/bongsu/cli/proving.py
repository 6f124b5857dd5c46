"""`bongsu drill` and `bongsu bench`: what must hold, measured and printed beside its limit."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace
from rich.console import Console

if TYPE_CHECKING:
    from bongsu.drills.outcome import Outcome

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Cctv = Annotated[Path | None, typer.Option("--cctv", help="A real camera register.")]
Osm = Annotated[Path | None, typer.Option("--osm", help="A real .osm.pbf extract.")]

drill = typer.Typer(help="Exercises through the public doors only.", no_args_is_help=True)
bench = typer.Typer(help="What is measured against its limit or a peer.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add `bongsu drill` and `bongsu bench`."""
    from bongsu.cli import street_benches  # it speaks of its options in the words above

    street_benches.add_to(bench)
    app.add_typer(drill, name="drill")
    app.add_typer(bench, name="bench")


@drill.callback()
def drills() -> None:
    """Exercises through the public doors only."""


@bench.callback()
def benches() -> None:
    """What is measured against its limit or a peer."""


@drill.command("police-video")
def police_video(
    cctv: Cctv = None,
    osm: Osm = None,
    calls: Annotated[int, typer.Option("--calls", help="How many 112 calls.", min=8)] = 240,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other calls.")] = 7,
    keep: Annotated[Path | None, typer.Option("--keep", help="Run in this folder and leave it.")] = None,
    as_json: AsJson = False,
) -> None:
    """A 112 call becomes live video and is cut when the case closes, with everything that could go wrong."""
    from bongsu.drills.police_video.plan import Plan
    from bongsu.drills.police_video.run import drill as run

    plan = Plan(calls=calls, cctv=cctv, osm=osm, seed=seed)
    _show(asyncio.run(run(plan, tell(), keep=keep)), as_json=as_json)


@drill.command("care")
def care_drill(
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other homes and cases.")] = 7,
    keep: Annotated[Path | None, typer.Option("--keep", help="Run in this folder and leave it.")] = None,
    as_json: AsJson = False,
) -> None:
    """What devices tell becomes the right cases and letters, and nothing else, for seven care services."""
    from bongsu.drills.care.run import drill as run

    _show(asyncio.run(run(seed, tell(), keep=keep)), as_json=as_json)


@drill.command("fire")
def fire_drill(
    keep: Annotated[Path | None, typer.Option("--keep", help="Run in this folder and leave it.")] = None,
    as_json: AsJson = False,
) -> None:
    """A fire, its crews and the streets: who is there first, by which way, and who may know it."""
    from bongsu.drills.fire.run import drill as run

    _show(asyncio.run(run(tell(), keep=keep)), as_json=as_json)


@drill.command("faults")
def faults(
    kills: Annotated[int, typer.Option("--kills", help="How many kill -9 under load.", min=0)] = 30,
    power_cuts: Annotated[int, typer.Option("--power-cuts", help="How many power cuts.", min=0)] = 3,
    partitions: Annotated[int, typer.Option("--partitions", help="How many silent partitions.", min=0)] = 2,
    dsn: Annotated[
        str,
        typer.Option("--dsn", help='A PostgreSQL made ready and empty; "local": one of its own, killed too.'),
    ] = "",
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other moments.")] = 7,
    full: Annotated[bool, typer.Option("--full", help="200 kills, 50 power cuts, 20 partitions.")] = False,
    keep: Annotated[Path | None, typer.Option("--keep", help="Run in this folder and leave it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Parts killed, power cut, a full disk and silent lines under load; then all books are compared."""
    from bongsu.drills.faults.plan import FULL, Plan
    from bongsu.drills.faults.run import drill as run

    counts = FULL if full else Plan(kills=kills, power_cuts=power_cuts, partitions=partitions)
    _show(asyncio.run(run(replace(counts, seed=seed, dsn=dsn), tell(), keep=keep)), as_json=as_json)


@drill.command("video")
def video_drill(
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other moments.")] = 7,
    full: Annotated[bool, typer.Option("--full", help="Ten minutes of failing cameras, 40 rights that end.")] = False,
    keep: Annotated[Path | None, typer.Option("--keep", help="Run in this folder and leave it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Cameras that fail, rights that end, floors, masks and forged leases, while thirty cameras are watched."""
    from bongsu.drills.video.plan import FULL, Plan
    from bongsu.drills.video.run import drill as run

    _show(asyncio.run(run(replace(FULL if full else Plan(), seed=seed), tell(), keep=keep)), as_json=as_json)


def tell() -> Callable[[str], None]:
    """How a long drill says where it is: on the error stream."""
    telling = Console(stderr=True, highlight=False)
    return lambda line: telling.print(line, markup=False)


def _show(outcome: Outcome, *, as_json: bool) -> None:
    """Print what a drill found, and end with 0 when it passed."""
    screen = Console(highlight=False, soft_wrap=as_json)
    if as_json:
        screen.print(outcome.to_json().decode(), markup=False)
    else:
        screen.print(outcome.table())
    sys.exit(0 if outcome.passed else 1)


@bench.command("sight")
def sight(
    cctv: Cctv = None,
    osm: Osm = None,
    points: Annotated[int, typer.Option("--points", help="How many places to look at.", min=10)] = 1000,
    as_json: AsJson = False,
) -> None:
    """Useful views among the first four cameras, ranked against nearest, judged by an independent truth."""
    from bongsu.benches import sight as measured

    figures = measured.run(cctv=cctv, osm=osm, points=points)
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    holds = figures["ratio"] >= measured.LIMITS["ratio"] and figures["query_ms_p99"] <= measured.LIMITS["query_ms_p99"]
    sys.exit(0 if holds else 1)


@bench.command("correlate")
def correlate(
    days: Annotated[int, typer.Option("--days", help="How many other days beside the frozen one.", min=0, max=24)] = 24,
    as_json: AsJson = False,
) -> None:
    """Alarms of one incident become one and no real incident vanishes, on a frozen dense day whose truth is known."""
    from bongsu.benches import correlate as measured

    figures = measured.run(held_out=measured.HELD_OUT[:days])
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    holds = figures["f1"] >= measured.LIMITS["f1"] and figures["swallowed"] <= measured.LIMITS["swallowed"]
    sys.exit(0 if holds else 1)


@bench.command("absence")
def absence(
    data: Annotated[Path, typer.Option("--data", help="DAIAD's Trial A: the zip of hourly water readings.")],
    as_json: AsJson = False,
) -> None:
    """The rule for people living alone on real homes' water: false alarms a home-year, and how soon it finds."""
    from bongsu.benches import absence as measured

    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(measured.run(data), ensure_ascii=False, indent=None if as_json else 2), markup=False)


@bench.command("care")
def care(
    days: Annotated[int, typer.Option("--days", help="How many days.", min=14, max=60)] = 28,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other homes and cases.")] = 7,
    as_json: AsJson = False,
) -> None:
    """The built-in rules of the seven care services over a simulated month: found, how soon, false alarms."""
    from bongsu.benches import care as measured

    figures = measured.run(seed=seed, days=days)
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    sys.exit(1 if figures["misses"] else 0)


@bench.command("world")
def world(
    sizes: Annotated[list[str] | None, typer.Option("--size", help="Only this size; may be given again.")] = None,
    seconds: Annotated[int, typer.Option("--seconds", help="Simulated seconds to measure.", min=10)] = 300,
    cities: Annotated[Path, typer.Option("--cities", help="Where made cities are kept.")] = Path("out/worlds"),
    as_json: AsJson = False,
) -> None:
    """Simulated seconds a second on one core without video: town, city and metropolis at the evening's rush."""
    from bongsu.benches import world as measured
    from bongsu.world.maker.sizes import SIZES

    telling = Console(stderr=True, highlight=False)
    figures = measured.run(
        tuple(sizes or SIZES), seconds=seconds, cities=cities, say=lambda line: telling.print(line, markup=False)
    )
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    sys.exit(0 if figures["ratio"] is None or figures["ratio"] >= measured.LIMITS["ratio"] else 1)


@bench.command("importing")
def importing(
    cctv: Cctv = None,
    lamps: Annotated[Path | None, typer.Option("--lamps", help="A real register of street lamps.")] = None,
    boundaries: Annotated[Path | None, typer.Option("--boundaries", help="Real districts.")] = None,
    as_json: AsJson = False,
) -> None:
    """How long reports take while a metropolis' registers are brought in, beside how long they take when idle."""
    from bongsu.benches import importing as measured

    figures = asyncio.run(measured.run(cctv, lamps, boundaries))
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    sys.exit(0 if figures["ratio"] <= measured.LIMITS["ratio"] else 1)


@bench.command("video")
def video(
    browser: Annotated[bool, typer.Option(help="Measure in a headless Chromium too.")] = True,
    as_json: AsJson = False,
) -> None:
    """What a stream and a viewer cost beside bare PyAV, how soon a right ends, and how old pictures are on screen."""
    from bongsu.benches.video.run import run

    figures = asyncio.run(run(browser=browser, say=tell()))
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    sys.exit(1 if figures["missed"] else 0)


@bench.command("ingest")
def ingest(
    devices: Annotated[int, typer.Option("--devices", help="How many are registered.", min=10_000)] = 1_000_000,
    seconds: Annotated[int, typer.Option("--seconds", help="How long the load lasts.", min=5)] = 60,
    as_json: AsJson = False,
) -> None:
    """100,000 readings a second through the real telemetry process, beside bare decoding: CPU, delay, losses."""
    from bongsu.benches.ingest import run as measured
    from bongsu.core import logs

    logs.start("bench", level="error")
    figures = asyncio.run(measured.run(tell(), devices=devices, seconds=seconds))
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    sys.exit(1 if figures["missed"] else 0)


@bench.command("ngsi")
def ngsi(
    seconds: Annotated[float, typer.Option("--seconds", help="How long each kind of update is measured.", min=1)] = 10,
    as_json: AsJson = False,
) -> None:
    """NGSI-LD updates a second onto the disk, and what an update costs among 15,000 subscriptions."""
    from bongsu.benches.ngsi.run import run

    sys.setswitchinterval(0.0005)  # as the core runs (serve.py)
    figures = asyncio.run(run(seconds))
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), markup=False)
    sys.exit(1 if figures["missed"] else 0)
