"""A town of which everything is known: a grid of streets, a river with one bridge, an alley too narrow for a ladder."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bongsu.core.asset import Road
from bongsu.core.geo import Plane, Point

SIDE, BLOCK_M = 9, 120.0
RIVER, BRIDGE = 4, 0
"""The river flows between these columns and the next; the one bridge is in this row."""
PLANE = Plane(Point(127.0, 37.5))
ALLEY_AT, ALLEY_M, ALLEY_WIDTH_M = (5, 6), 60.0, 3.2
ALLEY_END = SIDE * SIDE
CLASS = "residential"

Ends = tuple[int, int]


def corner(column: int, row: int) -> int:
    """The number of a corner."""
    return row * SIDE + column


def spot(node: int) -> tuple[float, float]:
    """Metres east and north of a corner, or of the alley's end."""
    if node == ALLEY_END:
        x, y = spot(corner(*ALLEY_AT))
        return x + ALLEY_M, y + ALLEY_M
    return (node % SIDE) * BLOCK_M, (node // SIDE) * BLOCK_M


def where(x: float, y: float) -> Point:
    """The place there."""
    return PLANE.to_point(x, y)


def streets() -> list[Ends]:
    """Every block's street, and last the alley."""
    along = [
        (corner(c, r), corner(c + 1, r)) for r in range(SIDE) for c in range(SIDE - 1) if c != RIVER or r == BRIDGE
    ]
    across = [(corner(c, r), corner(c, r + 1)) for r in range(SIDE - 1) for c in range(SIDE)]
    return [*along, *across, (corner(*ALLEY_AT), ALLEY_END)]


def roads() -> list[Road]:
    """The streets as they are in the file."""
    ends = [(number, pair, [where(*spot(end)) for end in pair]) for number, pair in enumerate(streets())]
    return [
        Road(
            id=1000 + number,
            line=tuple((at.lon, at.lat) for at in places),
            nodes=pair,
            road_class=CLASS,
            name=_name(number),
        )
        for number, pair, places in ends
    ]


def osm() -> str:
    """The town as an OSM file."""
    nodes = "".join(
        f'<node id="{node + 1}" version="1" lon="{at.lon:.7f}" lat="{at.lat:.7f}"/>\n'
        for node, at in ((node, where(*spot(node))) for node in range(SIDE * SIDE + 1))
    )
    ways = "".join(_way(number, ends) for number, ends in enumerate(streets()))
    return f'<?xml version="1.0"?>\n<osm version="0.6">\n{nodes}{ways}</osm>\n'


def _name(number: int) -> str:
    return f"길 {number}"


def _way(number: int, ends: Ends) -> str:
    width_m = ALLEY_WIDTH_M if ALLEY_END in ends else 9.0
    refs = "".join(f'<nd ref="{end + 1}"/>' for end in ends)
    tags = {"highway": CLASS, "width": f"{width_m:g}", "name": _name(number)}
    told = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{1000 + number}" version="1">{refs}{told}</way>\n'


def metres_to(goal: int) -> np.ndarray:
    """Metres by the streets from every corner to one (scipy): the drill's own truth."""
    ends = np.array(streets())
    length = [float(np.hypot(*np.subtract(spot(a), spot(b)))) for a, b in ends]
    count = SIDE * SIDE + 1
    graph = csr_array((length, (ends[:, 0], ends[:, 1])), shape=(count, count))
    found: np.ndarray = dijkstra(graph, directed=False, indices=goal)
    return found
