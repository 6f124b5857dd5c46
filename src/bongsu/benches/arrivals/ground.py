"""The benchmark's ground: an OSM extract cut down to streets vehicles drive on, once for the platform, once for SUMO.

Both sides read the same streets: the platform by the product's import, SUMO by netconvert. What is made is kept by the
hash of the extract, of netconvert's options and of its version.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import statistics
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
import osmium

from bongsu.core.errors import Invalid
from bongsu.core.geo import Point, distance_m

LINKED = ("motorway", "trunk", "primary", "secondary", "tertiary")
DRIVABLE = frozenset(
    (*LINKED, *(f"{name}_link" for name in LINKED), "unclassified", "residential", "living_street", "road")
)
ALLEY = ("service", "alley")
CLOSED = frozenset(("no", "private"))
WITHIN_M = 2_500.0
"""So far from the middle of an extract its streets are taken: a larger city takes more minutes than it tells more."""
OPTIONS = (
    "--proj.utm --geometry.remove --roundabouts.guess --ramps.guess --junctions.join --tls.guess-signals "
    "--tls.discard-simple --tls.join --tls.default-type static --no-turnarounds.except-deadend "
    "--keep-edges.components 1 --output.original-names --no-warnings --seed 1"
)


class Ground(msgspec.Struct, frozen=True):
    """An extract made ready: `osm` (PBF) is the platform's, `net` SUMO's; `mark` is the hash both are kept under."""

    name: str
    osm: Path
    net: Path
    mark: str


def sumo_version() -> str:
    """The installed SUMO's version. Raises Invalid "bench.no_sumo" where the extra `sim` is not installed."""
    try:
        return version("eclipse-sumo")
    except PackageNotFoundError as missing:
        raise Invalid("bench.no_sumo") from missing


def libsumo() -> Any:
    """The simulator in this process, one simulation at a time. Raises Invalid "bench.no_sumo"."""
    sumo_version()
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        # Its remark on pyarrow: both bring an Arrow library of their own, and neither reads the other's.
        import libsumo as simulator
    return simulator


def ground_of(extract: Path, folder: Path) -> Ground:
    """Make an extract ready, or find it ready. Raises Invalid "bench.netconvert" with what netconvert says."""
    cut = f"{OPTIONS.split()} {WITHIN_M} {sorted(DRIVABLE)} {ALLEY}"
    mark = hashlib.sha256(b"\0".join((extract.read_bytes(), cut.encode(), sumo_version().encode()))).hexdigest()[:16]
    home = folder / mark
    ground = Ground(extract.name.split(".")[0], home / "streets.osm.pbf", home / "streets.net.xml", mark)
    if not ground.net.is_file():
        home.mkdir(parents=True, exist_ok=True)
        _cut(extract, ground.osm, home / "streets.osm")
        _convert(home, ground.net)
    return ground


def _cut(extract: Path, *targets: Path) -> None:
    """The drivable streets around the middle, with their nodes and turn restrictions."""
    ways: dict[int, list[tuple[int, float, float]]] = {}
    for way in osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations():
        if isinstance(way, osmium.osm.Way) and _is_street({tag.k: tag.v for tag in way.tags}):
            ways[way.id] = [(node.ref, node.lon, node.lat) for node in way.nodes if node.location.valid()]
    middle = Point(*(statistics.median(node[axis] for line in ways.values() for node in line) for axis in (1, 2)))
    inside = {way for way, line in ways.items() if any(distance_m(Point(*xy), middle) < WITHIN_M for _, *xy in line)}
    wanted = {node[0] for way in inside for node in ways[way]}
    for target in targets:
        target.unlink(missing_ok=True)
        with osmium.SimpleWriter(str(target)) as writer:
            for thing in osmium.FileProcessor(str(extract)):
                if isinstance(thing, osmium.osm.Node) and thing.id in wanted:
                    writer.add_node(thing)
                elif isinstance(thing, osmium.osm.Way) and thing.id in inside:
                    writer.add_way(thing)
                elif isinstance(thing, osmium.osm.Relation) and thing.tags.get("type") == "restriction":
                    writer.add_relation(thing)


def _is_street(tags: dict[str, str]) -> bool:
    """Streets and narrow alleys; other service roads lead into yards and car parks."""
    fits = tags.get("highway") in DRIVABLE or (tags.get("highway"), tags.get("service")) == ALLEY
    return fits and tags.get("access") not in CLOSED and tags.get("area") != "yes"


def _convert(home: Path, net: Path) -> None:
    import sumo

    made = home / "made.net.xml"
    netconvert = str(Path(sumo.SUMO_HOME) / "bin" / "netconvert")
    files = ["--osm-files", str(home / "streets.osm"), "-o", str(made)]
    told = subprocess.run([netconvert, *files, *OPTIONS.split()], capture_output=True, text=True, check=False)
    if told.returncode:
        raise Invalid("bench.netconvert", detail=told.stderr[-500:])
    made.rename(net)
