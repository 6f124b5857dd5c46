"""Where a track ran: a hidden Markov model over arcs near each fix (Newson and Krumm, 2009, ACM GIS).

A fix is seen around its true place with a normal error, and between two fixes one drives about as far as they lie
apart. Turn rules are not asked: a crew in haste may break them, and a match must tell where it was.
"""

from __future__ import annotations

import msgspec
import numpy as np

from bongsu.city.roads.grid import Grid, Near, near
from bongsu.city.roads.streets import Bools, Floats, Ints, Longs, Streets
from bongsu.city.roads.viterbi import chain, likeliest
from bongsu.core.errors import Invalid


class Terms(msgspec.Struct, frozen=True):
    """What a match supposes; none of it is fitted to a track with known truth.

    The error of a fix is measured on the track itself (1.4826 times the median distance to the nearest road, as Newson
    and Krumm do), but not below `least_sigma_m`, what a good receiver has among houses, nor above `most_sigma_m`.
    Fixes nearer than two of it to the last are not asked: they say nothing of the way. `beta_m` is how much a way may
    differ from the hop; `reach` errors away a road is no candidate, and never farther than `reach_m`.
    """

    least_sigma_m: float = 5.0
    most_sigma_m: float = 20.0
    beta_m: float = 10.0
    reach: float = 8.0
    reach_m: float = 100.0
    links: int = 8
    back_m: float = 60.0
    slack_m: float = 100.0
    top_mps: float = 50.0


TERMS = Terms()
Columns = tuple[Ints, Floats, Floats]
"""Arcs, metres along them, metres off them."""


class Matched(msgspec.Struct, frozen=True, eq=False):
    """A track on the streets.

    `chains` are the arcs driven, one column for each stretch without a break. By fix used: `row` in the track, `arc`,
    `along_m` on it, `off_m` from it. `passed_over` counts fixes that fit nothing (a jump, no road near), `sigma_m` is
    the error the track was taken to have.
    """

    chains: tuple[Ints, ...]
    row: Longs
    arc: Ints
    along_m: Floats
    off_m: Floats
    passed_over: int
    sigma_m: float


class Roads(msgspec.Struct, frozen=True, eq=False):
    """The arcs one may be matched to, by the junction they leave."""

    streets: Streets
    grid: Grid
    usable: Bools
    first: Longs
    leaving: Ints


def roads_for(streets: Streets, grid: Grid, usable: Bools) -> Roads:
    """Streets made ready for matching to the arcs in `usable`."""
    arcs = np.flatnonzero(usable).astype(np.int32)
    leaving = arcs[np.argsort(streets.tail[arcs], kind="stable")]
    first = np.searchsorted(streets.tail[leaving], np.arange(len(streets.node_key) + 1))
    return Roads(streets, grid, usable, first, leaving)


def match(roads: Roads, xy: Floats, at_s: Floats, terms: Terms = TERMS) -> Matched:
    """Where a track of n fixes ran: metres on the streets' plane, (n, 2), and seconds, rising.

    Raises Invalid: "track.short" (fewer than two fixes), "track.time" (time that runs back or is not a number),
    "track.place" (a place that is not a number), "track.off_map" (no road near any fix).
    """
    _check(xy, at_s)
    streets = roads.streets
    nearest = near(roads.grid, streets, xy, terms.reach_m, 1, roads.usable)
    on_map = nearest.link[:, 0] >= 0
    if not on_map.any():
        raise Invalid("track.off_map", within_m=terms.reach_m)
    error = 1.4826 * float(np.median(nearest.off_m[on_map, 0]))
    sigma = float(np.clip(error, terms.least_sigma_m, terms.most_sigma_m))
    rows = _spaced(xy, 2 * sigma)
    found = near(roads.grid, streets, xy[rows], min(terms.reach * sigma, terms.reach_m), terms.links, roads.usable)
    arc, along, off = _both_ways(roads, found)
    place, time = np.ascontiguousarray(xy[rows]), np.ascontiguousarray(at_s[rows], np.float64)
    supposed = (sigma, terms.beta_m, terms.back_m, terms.slack_m, terms.top_mps)
    chosen, begins = likeliest(*_graph(roads), arc, along, off, place, time, *supposed)
    used = np.flatnonzero(chosen >= 0)
    picked = (used, chosen[used])
    return _told(roads, terms, xy, rows, used, begins, (arc[picked], along[picked], off[picked]), sigma)


def _told(
    roads: Roads, terms: Terms, xy: Floats, rows: Longs, used: Longs, begins: Bools, columns: Columns, sigma: float
) -> Matched:
    arc, along, off = columns
    hop = np.hypot(*np.diff(xy[rows[used]], axis=0, prepend=xy[rows[used[:1]]]).T)
    bound = 2.0 * hop + terms.slack_m
    starts = np.flatnonzero(begins[used])
    chains = tuple(
        chain(*_graph(roads), arc[a:b], along[a:b], terms.back_m, terms.slack_m, bound[a:b])
        for a, b in zip(starts, [*starts[1:], len(used)], strict=True)
    )
    return Matched(chains, rows[used], arc, along, off, len(rows) - len(used), sigma)


def _graph(roads: Roads) -> tuple[Longs, Ints, Ints, Ints, Floats]:
    streets = roads.streets
    return roads.first, roads.leaving, streets.head, streets.tail, streets.length_m


def _check(xy: Floats, at_s: Floats) -> None:
    if len(xy) < 2:
        raise Invalid("track.short", fixes=len(xy))
    if not np.isfinite(xy).all():
        raise Invalid("track.place", row=int(np.flatnonzero(~np.isfinite(xy).all(axis=1))[0]))
    if not np.isfinite(at_s).all() or (np.diff(at_s) < 0).any():
        raise Invalid("track.time")


def _spaced(xy: Floats, apart_m: float) -> Longs:
    """The rows of fixes that lie at least so far from the last one taken, and the last fix."""
    taken, (x, y) = [0], xy[0]
    for row, (east, north) in enumerate(xy.tolist()):
        if (east - x) ** 2 + (north - y) ** 2 >= apart_m**2:
            taken.append(row)
            x, y = east, north
    if taken[-1] != len(xy) - 1:
        taken.append(len(xy) - 1)
    return np.array(taken, np.int64)


def _both_ways(roads: Roads, found: Near) -> tuple[Ints, Floats, Floats]:
    """Candidates by arc: both ways of a link that may be driven both ways, the usable ones first."""
    fixes = len(found.link)
    length = roads.streets.length_m[found.link]
    arc = np.stack((2 * found.link, 2 * found.link + 1), axis=-1)
    along = np.stack((found.along_m, length - found.along_m), axis=-1)
    off = np.repeat(found.off_m[..., None], 2, axis=-1)
    good = (found.link >= 0)[..., None] & roads.usable[np.maximum(arc, 0)]
    order = np.argsort(~good.reshape(fixes, -1), axis=1, kind="stable")
    arc = np.where(good, arc, -1).reshape(fixes, -1)
    rows = np.arange(fixes)[:, None]
    columns = (arc[rows, order], along.reshape(fixes, -1)[rows, order], off.reshape(fixes, -1)[rows, order])
    return columns[0].astype(np.int32), np.ascontiguousarray(columns[1]), np.ascontiguousarray(columns[2])
