"""The streets as columns: roads cut at junctions into links, each link two arcs, along and against its line.

Link l is arc 2l (along) and arc 2l + 1 (against), whether or not one may drive it: `arc ^ 1` is the way back. Links are
numbered along a Z-curve over the map, so that what lies near on the ground lies near in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.city.roads import classes
from bongsu.city.shapes import degrees, metres
from bongsu.core.asset import Ground, Road
from bongsu.core.errors import Invalid
from bongsu.core.geo import Plane, Point

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

SHORTEST_M = 0.1
"""Two points of one place count as this far apart: no link is free."""
ALONG, AGAINST = 1, 2
E7 = 10_000_000


class Flaw(msgspec.Struct, frozen=True):
    """A road that is not as it should be: `code` is "roads.length" (kept, 0.1 m) or "roads.coordinates" (left out)."""

    road: int
    code: str


class Streets(msgspec.Struct, frozen=True, eq=False):
    """L links and 2L arcs over N junctions, metres on `plane`.

    By arc: `tail`, `head` (junctions), `out_rad`, `in_rad` (direction of its first and last piece, counterclockwise
    from east). By link: `length_m`, `road` (row in the columns by road), `lies` (its points are
    `shape[lies[l]:lies[l + 1]]`), `ways` (bits ALONG and AGAINST that the signs allow).
    By road: `road_id`, `kind` (row in classes.CLASSES), `width_m` (assumed where `width_known` is false), `lanes` (0:
    unknown), `names`.
    """

    plane: Plane
    tail: Ints
    head: Ints
    out_rad: Floats
    in_rad: Floats
    length_m: Floats
    road: Ints
    lies: Longs
    shape: Floats
    ways: NDArray[np.uint8]
    road_id: Longs
    kind: Ints
    width_m: Floats
    width_known: Bools
    lanes: Ints
    names: tuple[str, ...]
    node_key: Longs
    flaws: tuple[Flaw, ...]

    @property
    def arcs(self) -> int:
        """How many arcs."""
        return len(self.tail)


def streets_of(ground: Ground) -> Streets:
    """Cut a city's roads into links.

    Roads join where they share an OSM node; roads without nodes join where their points are the same to 1e-7 degrees.
    Broken ones are told in `flaws`. Raises Invalid "roads.none" when nothing is left.
    """
    roads, flaws = _whole(ground.roads)
    if not roads:
        raise Invalid("roads.none")
    lonlat = degrees([road.line for road in roads])
    plane = Plane(Point(*(float(value) for value in np.median(lonlat, axis=0))))
    count = np.array([len(road.line) for road in roads])
    node_key, node = np.unique(_keys(roads, lonlat), return_inverse=True)
    ends = np.cumsum(count)
    told = {"plane": plane, "node_key": node_key, **_road_columns(roads)}
    return _cut(roads, metres(lonlat, plane), node.astype(np.int32), ends - count, ends, told, flaws)


def _whole(roads: Sequence[Road]) -> tuple[list[Road], list[Flaw]]:
    """The roads that have a line on the earth, and those that have not."""
    taken, flaws = [], []
    for road in roads:
        on_earth = all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in road.line)
        if len(road.line) >= 2 and on_earth:
            taken.append(road)
        else:
            flaws.append(Flaw(road.id, "roads.coordinates"))
    return taken, flaws


def _keys(roads: Sequence[Road], lonlat: Floats) -> Longs:
    """What makes two points one junction: OSM's node id, else the place itself (negative)."""
    fixed = np.round((lonlat + np.array([180.0, 90.0])) * E7).astype(np.int64)
    keys: Longs = -((fixed[:, 0] << 31) | fixed[:, 1]) - 1
    if all(not road.nodes for road in roads):
        return keys
    told = np.array([len(road.nodes) == len(road.line) for road in roads])
    told = np.repeat(told, [len(road.line) for road in roads])
    keys[told] = [node for road in roads if len(road.nodes) == len(road.line) for node in road.nodes]
    return keys


def _links(xy: Floats, node: Ints, first: Longs, end: Longs) -> tuple[Longs, Longs, Ints]:
    """The first and last point of each link and its road: roads are cut where more than one point is the same place."""
    cut = np.bincount(node)[node] > 1
    cut[first] = cut[end - 1] = True
    at = np.flatnonzero(cut)
    owner = np.searchsorted(end, at, side="right")
    inside = owner[:-1] == owner[1:]
    start, stop, road = at[:-1][inside], at[1:][inside], owner[:-1][inside]
    order = np.argsort(_z_curve((xy[start] + xy[stop]) / 2), kind="stable")
    return start[order], stop[order], road[order].astype(np.int32)


def _cut(
    roads: Sequence[Road], xy: Floats, node: Ints, first: Longs, end: Longs, told: dict[str, Any], flaws: list[Flaw]
) -> Streets:
    start, stop, road = _links(xy, node, first, end)
    run = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))))
    length = run[stop] - run[start]
    short = np.unique(road[length < SHORTEST_M])
    count = stop - start + 1
    lies = np.concatenate(([0], np.cumsum(count)))
    points = np.repeat(start - lies[:-1], count) + np.arange(lies[-1])
    out_rad, in_rad = _directions(xy, start, stop)
    return Streets(
        tail=_by_arc(node[start], node[stop]),
        head=_by_arc(node[stop], node[start]),
        out_rad=out_rad,
        in_rad=in_rad,
        length_m=np.maximum(length, SHORTEST_M),
        road=road,
        lies=lies,
        shape=xy[points],
        ways=np.array([3, ALONG, AGAINST], np.uint8)[[road.oneway for road in roads]][road],
        flaws=(*flaws, *(Flaw(roads[row].id, "roads.length") for row in short)),
        **told,
    )


def _by_arc(along: NDArray[Any], against: NDArray[Any]) -> NDArray[Any]:
    return np.stack((along, against), axis=1).reshape(-1)


def _directions(xy: Floats, start: Longs, stop: Longs) -> tuple[Floats, Floats]:
    """The direction each arc leaves and arrives in, radians."""
    leaves, arrives = xy[start + 1] - xy[start], xy[stop] - xy[stop - 1]
    first, last = np.arctan2(leaves[:, 1], leaves[:, 0]), np.arctan2(arrives[:, 1], arrives[:, 0])
    return _by_arc(first, last + np.pi), _by_arc(last, first + np.pi)


def _road_columns(roads: Sequence[Road]) -> dict[str, Any]:
    kind = np.array([classes.INDEX.get(road.road_class, classes.UNKNOWN) for road in roads], np.int32)
    lanes = np.array([road.lanes or 0 for road in roads], np.int32)
    told = np.array([road.width_m or 0.0 for road in roads])
    assumed = np.where(lanes > 0, np.maximum(lanes * classes.LANE_M, 3.0), classes.WIDTH_M[kind])
    return {
        "road_id": np.array([road.id for road in roads], np.int64),
        "kind": kind,
        "width_m": np.where(told > 0, told, assumed),
        "width_known": told > 0,
        "lanes": lanes,
        "names": tuple(road.name for road in roads),
    }


def _z_curve(xy: Floats) -> Longs:
    """Where points lie on a Z-curve over the map (Morton's order), cells of 1/65536 of its side."""
    low, side = xy.min(axis=0), max(float(np.ptp(xy, axis=0).max()), 1.0)
    cell = ((xy - low) / side * 65535).astype(np.int64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        cell = (cell | (cell << shift)) & mask
    code: Longs = cell[:, 0] | (cell[:, 1] << 1)
    return code
