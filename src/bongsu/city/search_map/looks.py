"""What the looks of a case come to: how surely each stretch was looked at, whatever the order of looking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import shapely

from bongsu.city.roads.streets import Floats, Longs
from bongsu.city.search_map.effort import pod_of
from bongsu.city.search_map.land import Land
from bongsu.city.search_map.prior import WALKS_MPS
from bongsu.city.shapes import lines_on, polygons_on
from bongsu.core.search import Looked

STREET_M = 20.0
"""How wide a street is to whoever is lost in it: roadway, pavements, doorways."""
VIEW_M, STROLL_MPS = 10.0, 0.8
"""A recording sweeps a strip of 10 m at the pace at which somebody lost walks through its view: a judgement."""
PATROL_M = {"foot": 20.0, "car": 15.0}
PATROL_MPS = {"foot": 1.2, "car": 4.0}
"""What a patrol sweeps: a judgement too."""
BESIDE_M = 12.0

Span = tuple[int, int]


class Kept(msgspec.Struct, frozen=True, eq=False):
    """`left` by stretch: the probability that somebody there would not have been found by all looks together;
    `seconds` by pair of `Land.sights`: how long of its recording counts; `spans` by camera, none overlapping."""

    left: Floats
    seconds: Floats
    spans: dict[str, tuple[Span, ...]]


def looks_of(land: Land, looks: Sequence[Looked], arrives_ms: Floats) -> Kept:
    """All looks folded together; a recording counts at a stretch from when they can have been there.

    Minutes reviewed twice count once; a camera or a street that is no more counts nothing. The order means nothing.
    """
    spans = spans_of(looks)
    seconds = _seconds(land, spans, arrives_ms)
    left = np.ones(len(arrives_ms))
    sights = land.sights
    rows = np.flatnonzero(seconds > 0)
    pod = sights.share[rows] * camera_pod(land, rows, seconds[rows])
    np.multiply.at(left, sights.stretch[rows], 1 - pod)
    for look in sorted(looks, key=_by_itself):
        if not look.camera:
            walked = stretches_in(land, look)
            area = land.stretches.length_m[walked].sum() * STREET_M
            swept = pod_of(PATROL_M[look.mode], PATROL_MPS[look.mode], look.minutes * 60, np.array([area]))
            left[walked] *= 1 - swept
    return Kept(left, seconds, spans)


def camera_pod(land: Land, pairs: Longs, seconds: Floats) -> Floats:
    """How surely so many seconds of recording show somebody in the part of the stretch that is in view, by pair."""
    area = land.stretches.length_m[land.sights.stretch[pairs]] * land.sights.share[pairs] * STREET_M
    swept = VIEW_M * STROLL_MPS * seconds
    return np.minimum(-np.expm1(-swept / np.maximum(area, 1e-9)), 0.995)


def spans_of(looks: Iterable[Looked]) -> dict[str, tuple[Span, ...]]:
    """What was reviewed of each camera, joined where it overlaps or meets."""
    found: dict[str, list[Span]] = {}
    for look in sorted((one for one in looks if one.camera), key=lambda one: (one.camera, one.from_ms, one.to_ms)):
        spans = found.setdefault(look.camera, [])
        if spans and look.from_ms <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], look.to_ms)
        else:
            spans.append((look.from_ms, look.to_ms))
    return {camera: tuple(spans) for camera, spans in found.items()}


def stretches_in(land: Land, look: Looked) -> Longs:
    """The stretches along a patrol's lines, or inside its ring."""
    plane = land.ways.streets.plane
    shapes = polygons_on(plane, [look.ring]) if look.ring else shapely.buffer(lines_on(plane, look.lines), BESIDE_M)
    if len(shapes) == 0:
        return np.empty(0, np.int64)
    whole = shapely.union_all(shapes)
    shapely.prepare(whole)
    inside: Longs = np.flatnonzero(shapely.contains_xy(whole, land.middle))
    return inside


def first_ms(land: Land, metres: Floats, seen_ms: int) -> Floats:
    """When a brisk walk can have brought them to each stretch (Unix ms), inf where none leads."""
    return seen_ms + metres / WALKS_MPS * 1000


def _seconds(land: Land, spans: dict[str, tuple[Span, ...]], arrives_ms: Floats) -> Floats:
    number = {camera: row for row, camera in enumerate(land.cameras)}
    first, stretch = land.sights.first, land.sights.stretch
    seconds = np.zeros(len(stretch))
    for camera in sorted(spans.keys() & number.keys()):
        pairs = slice(int(first[number[camera]]), int(first[number[camera] + 1]))
        for begin, end in spans[camera]:
            seconds[pairs] += np.maximum(end - np.maximum(arrives_ms[stretch[pairs]], begin), 0) / 1000
    return seconds


def _by_itself(look: Looked) -> tuple[object, ...]:
    """An order that has nothing to do with when it was told: rounding is the same in each."""
    return look.mode, look.minutes, look.lines, look.ring
