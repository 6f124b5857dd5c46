"""Evenings driven in every arm: kept rows are taken, the others run, and SUMO's own crashes are driven again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import msgspec

from bongsu.benches.arrivals import scores
from bongsu.benches.arrivals.controllers import Controllers
from bongsu.benches.arrivals.ground import ground_of
from bongsu.benches.arrivals.junctions import junctions_of
from bongsu.benches.arrivals.kinds import ARMS, Arms
from bongsu.benches.arrivals.made import made_extract
from bongsu.benches.arrivals.net import Net
from bongsu.benches.arrivals.rows import Kept, Row, mark_of
from bongsu.benches.arrivals.run import Site, run
from bongsu.benches.arrivals.scene import Terms, scene_of
from bongsu.core import logs
from bongsu.core.errors import BongsuError, Invalid

Say = Callable[[str], None]
DRAWS = 3
"""So often an evening is driven with other drivers' moods before it is given up."""


class City(msgspec.Struct, frozen=True):
    """Which extract, None: the made one; where what is made of it is kept; how many runs at a time; which helps."""

    osm: Path | None
    folder: Path
    jobs: int = 1
    arms: tuple[Arms, ...] = ARMS[1:]


class Evenings(msgspec.Struct, frozen=True):
    """By arm its rows, in one order of seeds; `again` are seeds driven with a later draw, `broken` those in no arm."""

    rows: dict[str, list[Row]]
    again: list[int]
    broken: list[int]


def site_of(osm: Path | None, folder: Path) -> Site:
    """An extract made ready, or the made city. Raises Invalid "bench.no_sumo", "bench.netconvert"."""
    extract = made_extract(folder) if osm is None else osm
    ground = ground_of(extract, folder / "ground")
    net = Net(ground.net)
    junctions = junctions_of(net)
    return Site(ground, net, junctions, Controllers(junctions))


def evenings_of(
    city: City, site: Site, terms: Terms, seeds: Sequence[int], arms: Sequence[Arms], say: Say
) -> Evenings:  # fmt: skip
    """Every seed in every arm. Raises Invalid "bench.no_rows" where none came to its end."""
    kept = Kept(city.folder / f"rows-{site.ground.name}.jsonl")
    marks = {arm.name: mark_of(site.ground.mark, terms, with_product=arm != Arms()) for arm in arms}

    def evening(seed: int) -> list[Row]:
        def drive(arm: Arms, draw: int) -> Row:
            mark = marks[arm.name]
            found = kept.find(seed, arm.name, mark, draw)
            return found or _run(city, terms, Row(seed, arm.name, mark, (), {}, draw=draw), arm, kept, say)

        return driven(arms, drive)

    with ThreadPoolExecutor(city.jobs) as pool:
        every = list(pool.map(evening, seeds))
    whole = [own for own in every if not own[-1].broken]
    if not whole:
        raise Invalid("bench.no_rows", seeds=len(seeds))
    return Evenings(
        {arm.name: [own[at] for own in whole] for at, arm in enumerate(arms)},
        [own[0].seed for own in whole if own[0].draw],
        [own[-1].seed for own in every if own[-1].broken],
    )


def driven(arms: Sequence[Arms], drive: Callable[[Arms, int], Row]) -> list[Row]:
    """An evening's rows, all of the first draw of drivers' moods with which no arm broke off; else the last is broken.

    Should SUMO crash where traffic stands, to leave such evenings out would leave out the worst of them.
    """
    rows: list[Row] = []
    for draw in range(DRAWS):
        rows = []
        for arm in arms:
            rows.append(drive(arm, draw))
            if rows[-1].broken:
                break
        else:
            return rows
    return rows


def _run(city: City, terms: Terms, blank: Row, arm: Arms, kept: Kept, say: Say) -> Row:
    """One run in a process of its own: where the simulator crashes it takes nothing else along."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            row = pool.submit(_alone, city, terms, blank, arm).result()
        except BrokenProcessPool:
            row = msgspec.structs.replace(blank, broken=True)
    kept.keep(row)
    told = "SUMO broke off" if row.broken else f"{scores.share([row]):.2f} of {len(row.there_s)}, {row.took_s:.0f} s"
    say(f"seed {row.seed} {row.arm}: {told}")
    return row


def _alone(city: City, terms: Terms, blank: Row, arm: Arms) -> Row:
    logs.start("bench", level="error")  # what the product says of itself would stand in the bench's own answer
    try:
        site = site_of(city.osm, city.folder)
        scene = scene_of(site.net, terms, blank.seed)
        return asyncio.run(run(site, scene, arm, city.folder / "runs", blank))
    except BongsuError as ours:
        # Ours cannot be sent between processes: the parent would take it for a crash of SUMO's and drive again.
        raise RuntimeError(str(ours)) from ours
