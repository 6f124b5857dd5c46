"""The collection round (수거 경로): which bins are due, what one lorry holds, and the way over the streets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bongsu.city.roads.kernels import FAR
from bongsu.city.roads.pace import Pace
from bongsu.city.roads.search import arrivals
from bongsu.city.roads.snap import Spot, snap
from bongsu.city.ways import Ways
from bongsu.core.errors import Invalid
from bongsu.services.smart_bins.records import Bin, Round, RoundTerms, Stop
from bongsu.services.smart_bins.tour import Matrix, tour_of

VEHICLE = "car"
"""A lorry without a siren keeps every sign a car keeps."""
COMPARED = 120
"""Up to so many bins the round is compared with one that visits them all: each costs a search of the streets."""


def due_of(bins: Sequence[Bin], terms: RoundTerms) -> tuple[list[Bin], list[Bin]]:
    """Bins to collect, the fullest first as far as they fit, and those that are due but must wait."""
    due = sorted((one for one in bins if one.fill >= terms.due), key=lambda one: (-one.fill, one.id))
    taken: list[Bin] = []
    left: list[Bin] = []
    load = 0.0
    for one in due:
        fits = load + one.fill <= terms.holds and len(taken) < terms.at_most
        (taken if fits else left).append(one)
        load += one.fill if fits else 0.0
    return taken, left


def round_of(bins: Sequence[Bin], ways: Ways, terms: RoundTerms, now_ms: int) -> Round:
    """The round over the bins that are due, at the streets' pace of now.

    Waits for as many searches as there are stops: ask it in a thread. Raises Invalid "bins.depot" for a depot no street
    is near.
    """
    pace = ways.pace(VEHICLE, now_ms)
    spots = dict(zip((one.id for one in bins), snap(pace.network, ways.grid, [one.where for one in bins]), strict=True))
    depot = snap(pace.network, ways.grid, [terms.depot])[0]
    if depot is None:
        raise Invalid("bins.depot")
    taken, left = due_of([one for one in bins if spots[one.id] is not None], terms)
    driven, lost = _driven(taken, depot, spots, pace)
    order, ms = driven
    off = [one.id for one in bins if spots[one.id] is None and one.fill >= terms.due]
    everything = _everything(bins, depot, spots, pace, terms) if terms.compare else (None, None)
    stop_ms = round(terms.stop_s * 1000)
    return Round(
        stops=tuple(_stops(order, ms, stop_ms)),
        drive_s=_seconds(sum(ms)),
        takes_s=_seconds(sum(ms) + stop_ms * len(order)),
        load=round(sum(one.fill for one in order), 2),
        left=tuple(one.id for one in left),
        unreached=tuple(sorted([*off, *(one.id for one in lost)])),
        bins=len(bins),
        all_drive_s=everything[0],
        all_takes_s=everything[1],
    )


def matrix_of(pace: Pace, spots: Sequence[Spot]) -> Matrix:
    """Ms from each spot (row) to each (column) for a vehicle at this pace, (n, n); FAR where no way leads."""
    columns = [arrivals(pace, goal, spots) for goal in spots]
    ms: Matrix = np.stack(columns, axis=1).astype(np.int64)
    np.fill_diagonal(ms, 0)
    return ms


Driven = tuple[list[Bin], list[int]]


def _driven(bins: Sequence[Bin], depot: Spot, spots: dict[str, Spot | None], pace: Pace) -> tuple[Driven, list[Bin]]:
    """The bins in the order of the round and the ms of each leg, the last one home; and those no way leads to."""
    places = [spot for one in bins if (spot := spots[one.id]) is not None]
    ms = matrix_of(pace, [depot, *places])
    far = int(FAR)
    is_there = (ms[0] < far) & (ms[:, 0] < far)
    lost = [one for one, there in zip(bins, is_there[1:], strict=True) if not there]
    kept = [one for one, there in zip(bins, is_there[1:], strict=True) if there]
    # What reaches the depot and is reached from it is reached from all others by way of it.
    ms = ms[np.ix_(is_there, is_there)]
    ms = np.minimum(ms, ms[:, :1] + ms[:1, :])
    np.fill_diagonal(ms, 0)
    tour = tour_of(ms)
    stops = [0, *tour, 0]
    legs: list[int] = ms[stops[:-1], stops[1:]].tolist() if tour else []
    return ([kept[at - 1] for at in tour], legs), lost


def _stops(order: Sequence[Bin], ms: Sequence[int], stop_ms: int) -> list[Stop]:
    stops, at_ms = [], 0
    for one, leg_ms in zip(order, ms, strict=False):
        at_ms += leg_ms
        stops.append(Stop(bin=one.id, where=one.where, fill=one.fill, after_s=_seconds(at_ms)))
        at_ms += stop_ms
    return stops


def _everything(
    bins: Sequence[Bin], depot: Spot, spots: dict[str, Spot | None], pace: Pace, terms: RoundTerms
) -> tuple[int | None, int | None]:
    """Seconds on the road and in all for a round over every bin there is."""
    there = [one for one in bins if spots[one.id] is not None]
    if not 0 < len(there) <= COMPARED:
        return None, None
    (order, ms), _ = _driven(there, depot, spots, pace)
    return _seconds(sum(ms)), _seconds(sum(ms) + round(terms.stop_s * 1000) * len(order))


def _seconds(ms: float) -> int:
    return round(ms / 1000)
