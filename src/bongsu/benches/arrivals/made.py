"""A made city for where no real extract is at hand: a chequer of streets with arterials, signals and a river."""

from __future__ import annotations

from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

from bongsu.benches.arrivals.scene import Terms

SIDE, BLOCK_DEG_LAT, BLOCK_DEG_LON = 9, 0.0018, 0.0023
"""Nine streets each way, some 200 m apart."""
ARTERIAL_EVERY = 4
RIVER_ROW, BRIDGES = 4, (0, 4, 8)
"""North of this row flows a river with three bridges."""
ORIGIN = (127.0, 37.5)
MADE = Terms(
    stations=2, engines_each=1, calls=2, closures=1, cars_per_h=600, warm_s=120, run_s=480, handling_s=20, turnout_s=20
)
"""So small that two seeds take a minute; nothing of the real city's figures can be had from it."""


def made_extract(folder: Path, side: int = SIDE) -> Path:
    """The made city as an OSM file; the same every time."""
    target = folder / f"made-{side}.osm.pbf"
    if not target.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with osmium.SimpleWriter(str(target)) as writer:
            for row in range(side):
                for column in range(side):
                    writer.add_node(_node(row, column, side))
            for number, (line, tags) in enumerate(_ways(side), start=1):
                writer.add_way(Way(id=number, nodes=line, tags=tags))
    return target


def _id(row: int, column: int, side: int) -> int:
    return 1 + row * side + column


def _node(row: int, column: int, side: int) -> Node:
    tags = {"highway": "traffic_signals"} if not row % ARTERIAL_EVERY and not column % ARTERIAL_EVERY else {}
    place = (ORIGIN[0] + column * BLOCK_DEG_LON, ORIGIN[1] + row * BLOCK_DEG_LAT)
    return Node(id=_id(row, column, side), location=place, tags=tags)


def _ways(side: int) -> list[tuple[list[int], dict[str, str]]]:
    """Every street from junction to junction, so that each stretch can be shut by itself."""
    found = []
    for line in range(side):
        for at in range(side - 1):
            found.append(([_id(line, at, side), _id(line, at + 1, side)], _tags(line)))
            if at != RIVER_ROW or line in BRIDGES:
                found.append(([_id(at, line, side), _id(at + 1, line, side)], _tags(line)))
    return found


def _tags(line: int) -> dict[str, str]:
    if line % ARTERIAL_EVERY:
        return {"highway": "tertiary", "lanes": "2", "maxspeed": "30"}
    return {"highway": "primary", "lanes": "4", "maxspeed": "50"}
