"""Read a city's ground from an OSM extract: what counts is taken, what is broken is reported, nothing else is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import osmium
from osmium.osm.types import OSMEntity

from bongsu.core.asset import Ground
from bongsu.core.clock import Monotonic, monotonic
from bongsu.core.errors import Invalid
from bongsu.core.quality import Quality
from bongsu.imports.osm import turns, xml
from bongsu.imports.osm.blocks import find_broken, walk
from bongsu.imports.osm.collect import Collected
from bongsu.imports.osm.tags import KEYS

Progress = Callable[[int, int], None]
STEP = 5000


def read(
    path: Path,
    *,
    progress: Progress = lambda done, total: None,
    clock: Monotonic = monotonic,
) -> tuple[Ground, Quality]:
    """Read a .osm.pbf or .osm file into the ground and a report on every feature looked at.

    `progress` is told (objects done, objects in all). Raises Invalid: "import.missing"; of PBF "osm.not_pbf",
    "osm.truncated" and "osm.broken" with block and byte; of XML "osm.not_osm", "osm.entities", "osm.broken_xml" with
    line and column; "osm.empty".
    """
    began = clock()
    try:
        with path.open("rb") as file:
            is_xml = xml.looks_like_xml(file.read(64))
    except OSError as problem:
        raise Invalid("import.missing", path=str(path), detail=problem.strerror or "") from problem
    collected = _collect_xml(path, progress) if is_xml else _collect_pbf(path, progress)
    ground = collected.ground()
    if not (ground.roads or ground.buildings or ground.areas or ground.places):
        raise Invalid("osm.empty")
    quality = _quality(path.name, collected, ground, round(clock() - began, 3))
    return ground, msgspec.structs.replace(quality, format="osm.xml" if is_xml else "osm.pbf")


def _collect_pbf(path: Path, progress: Progress) -> Collected:
    blocks = walk(path)
    try:
        return _collect_in_order(path, progress)
    except (RuntimeError, ValueError) as problem:
        raise find_broken(path, blocks, str(problem)) from problem


def _collect_xml(path: Path, progress: Progress) -> Collected:
    with tempfile.TemporaryDirectory(prefix="bongsu-osm-") as folder:
        same = Path(folder) / "same.osm.pbf"
        xml.to_pbf(path, same)
        try:
            return _collect_in_order(same, progress)
        except (RuntimeError, ValueError) as problem:
            raise Invalid("osm.broken_xml", line=0, column=0, detail=str(problem)) from problem


def _collect_in_order(path: Path, progress: Progress) -> Collected:
    """Areas are put together from objects in order of id; a file that is not in order is sorted beside first."""
    try:
        return _collect(path, progress)
    except RuntimeError as problem:
        if "out of order" not in str(problem):
            raise
    with tempfile.TemporaryDirectory(prefix="bongsu-osm-") as folder:
        sorted_file = Path(folder) / "sorted.osm.pbf"
        reader = osmium.MergeInputReader()
        reader.add_file(str(path))
        with osmium.SimpleWriter(str(sorted_file)) as writer:
            reader.apply(writer)
        return _collect(sorted_file, progress)


def _collect(path: Path, progress: Progress) -> Collected:
    total = sum(1 for _ in osmium.FileProcessor(str(path)).with_filter(osmium.filter.KeyFilter(*KEYS, *turns.KEYS)))
    collected, done = Collected(), 0
    for thing in _things(path):
        if not isinstance(thing, osmium.osm.Area):
            if done % STEP == 0:
                progress(done, total)
            done += 1
        collected.take(thing)
    progress(total, total)
    return collected


def _things(path: Path) -> Iterator[OSMEntity]:
    keys = osmium.filter.KeyFilter(*KEYS, *turns.KEYS)
    yield from osmium.FileProcessor(str(path)).with_areas(keys).with_filter(keys)


def _quality(source: str, collected: Collected, ground: Ground, seconds: float) -> Quality:
    quarantined = collected.quarantined()
    return Quality(
        source=source,
        format="",
        rows=collected.rows,
        imported=collected.rows - len(quarantined),
        repairs=tuple(collected.repairs),
        quarantined=quarantined,
        notes=(
            f"roads {len(ground.roads)}",
            f"buildings {len(ground.buildings)}",
            f"buildings with height {sum(1 for b in ground.buildings if b.height_m is not None)}",
            f"areas {len(ground.areas)}",
            f"places {len(ground.places)}",
            f"roads with a width {sum(1 for road in ground.roads if road.width_m is not None)}",
            f"turn rules {len(ground.turn_rules)}",
            f"turn rules at times or for some vehicles only, not taken {collected.conditional}",
            f"names in both languages, parted {collected.mixed_names}",
        ),
        seconds=seconds,
    )
