"""A route as its crew needs it: turns, narrow stretches, junctions with their times, cameras on the approach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import msgspec
import numpy as np

from bongsu.city import City
from bongsu.city.roads.pace import Mark, Pace
from bongsu.city.roads.routes import Route
from bongsu.city.roads.streets import Floats, Ints
from bongsu.city.roads.telling import Step, line_of, steps_of
from bongsu.city.ways import Ways
from bongsu.core.dispatch import Along, Crew, CrewWay, Crossing, Doubt, Eta, Narrow, Turn
from bongsu.core.geo import Point, distance_m
from bongsu.core.incident import Incident

OLD_MS, SILENT_MS = 30_000, 120_000
TYPICAL_LOW, TYPICAL_HIGH = 0.8, 1.35
LIVE_LOW, LIVE_HIGH = 0.9, 1.15
"""How far the time on a stretch may be off: a rule of thumb, not fitted to any city's crews."""
SPARE_M = 1.0
"""A road is narrow where it leaves the vehicle less than this beside what it needs."""
APPROACH_M, EVERY_M, BESIDE_M = 1_000.0, 60.0, 50.0
CROSSING = 3


def eta_of(pace: Pace, way: Route, age_ms: int) -> Eta:
    """The time of a way and how far it may be off: by speeds only assumed, and by the age of the crew's position."""
    live_ms = int(_time_on(pace, way)[pace.mark[way.arcs] == Mark.LIVE].sum())
    share = min(live_ms / max(way.ms, 1), 1.0)
    age_ms = min(max(age_ms, 0), SILENT_MS)
    low = way.ms * (share * LIVE_LOW + (1 - share) * TYPICAL_LOW) - age_ms
    high = way.ms * (share * LIVE_HIGH + (1 - share) * TYPICAL_HIGH) + age_ms
    return Eta(ms=way.ms, low_ms=max(0, round(low)), high_ms=round(high), live_share=round(share, 3))


def doubts_of(pace: Pace, way: Route, eta: Eta, crew: Crew, now_ms: int) -> tuple[Doubt, ...]:
    """What an answer rests on."""
    widths = pace.network.streets.width_known[pace.network.streets.road[way.arcs >> 1]]
    found = {
        Doubt.TYPICAL: eta.live_share < 0.5,
        Doubt.STALE: bool((pace.mark[way.arcs] == Mark.STALE).any()),
        Doubt.WIDTHS: not widths.all(),
    }
    return (*position_doubts(crew, now_ms), *(doubt for doubt, holds in found.items() if holds))


def position_doubts(crew: Crew, now_ms: int) -> tuple[Doubt, ...]:
    """What is wrong with where a crew is said to be."""
    age_ms = now_ms - crew.at_ms
    old = (Doubt.SILENT,) if age_ms > SILENT_MS else (Doubt.OLD,) if age_ms > OLD_MS else ()
    return (*old, Doubt.JUMPED) if crew.jumped else old


def way_of(case: Incident, goal: Point, crew: Crew, ways: Ways, city: City, told: Told, now_ms: int) -> CrewWay:
    """A crew's way in full; `number` is for whoever keeps the one before."""
    streets, way = ways.streets, told.route
    begins, lengths = _at_m(ways, way)
    line = line_of(streets, way)
    eta = eta_of(told.pace, way, now_ms - crew.at_ms)
    return CrewWay(
        incident=case.id,
        unit=crew.unit.id,
        vehicle=told.pace.network.vehicle.name,
        at_ms=now_ms,
        number=0,
        goal=goal,
        address=case.address,
        doubts=doubts_of(told.pace, way, eta, crew, now_ms),
        eta=eta,
        length_m=round(way.length_m, 1),
        short_m=round(told.short_m, 1),
        line=line,
        turns=tuple(_turn(step) for step in steps_of(streets, way)),
        narrow=tuple(_narrow(told.pace, way, begins, lengths)),
        crossings=tuple(_crossings(ways, way, begins)),
        cameras=tuple(_cameras(city, line, way.length_m)),
    )


class Told(msgspec.Struct, frozen=True, eq=False):
    """A route, the pace it was found at, and how far beside the place it ends."""

    route: Route
    pace: Pace
    short_m: float


def _turn(step: Step) -> Turn:
    at_m = round(step.at_m, 1)
    return Turn(bend=step.bend.value, name=step.name, at_m=at_m, at_ms=step.at_ms, lon=step.lon, lat=step.lat)


def _at_m(ways: Ways, way: Route) -> tuple[Floats, Floats]:
    """How far along the way each of its arcs begins (the first before 0 where it was entered later), and is long."""
    lengths = ways.streets.length_m[way.arcs >> 1]
    return np.concatenate(([0.0], np.cumsum(lengths)))[:-1] - way.begins * lengths[0], lengths


def _time_on(pace: Pace, way: Route) -> Ints:
    """Milliseconds on each arc of a way, without its turns."""
    ms = pace.open_ms[way.arcs].astype(np.float64)
    ms[0] *= 1 - way.begins
    ms[-1] *= way.ends
    return ms.astype(np.int32)


def _narrow(pace: Pace, way: Route, begins: Floats, lengths: Floats) -> Iterator[Narrow]:
    """Stretches with little room, one for each road and width."""
    streets, needs_m = pace.network.streets, pace.network.vehicle.needs_m
    road = streets.road[way.arcs >> 1]
    tight = np.concatenate(([False], streets.width_m[road] < needs_m + SPARE_M, [False]))
    edges = np.flatnonzero(tight[1:] != tight[:-1]).tolist()
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        cuts = [first, *(row for row in range(first + 1, end) if road[row] != road[row - 1]), end]
        for start, stop in pairwise(cuts):
            at_m = max(float(begins[start]), 0.0)
            yield Narrow(
                at_m=round(at_m, 1),
                length_m=round(float(min(begins[stop - 1] + lengths[stop - 1], way.length_m)) - at_m, 1),
                width_m=round(float(streets.width_m[road[start]]), 1),
                known=bool(streets.width_known[road[start]]),
                name=streets.names[road[start]],
            )


def _crossings(ways: Ways, way: Route, begins: Floats) -> Iterator[Crossing]:
    """Where the way goes through junctions of three links or more."""
    streets = ways.streets
    for row in range(1, len(way.arcs)):
        arc, onto = int(way.arcs[row - 1]), int(way.arcs[row])
        if ways.meets[streets.head[arc]] < CROSSING:
            continue
        last = streets.lies[onto >> 1] if not onto & 1 else streets.lies[(onto >> 1) + 1] - 1
        where = streets.plane.to_point(*streets.shape[last].tolist())
        yield Crossing(
            at_m=round(float(begins[row]), 1),
            at_ms=int(way.at_ms[row]),
            lon=where.lon,
            lat=where.lat,
            from_deg=_compass(float(streets.in_rad[arc])),
            to_deg=_compass(float(streets.out_rad[onto])),
        )


def _compass(rad: float) -> float:
    return round((90 - float(np.degrees(rad))) % 360, 1)


def _cameras(city: City, line: tuple[tuple[float, float], ...], length_m: float) -> Iterator[Along]:
    """Cameras beside the last kilometre, in the order one comes by them."""
    known: set[str] = set()
    for at_m, where in _spots(line, length_m):
        for camera, _ in city.nearest(where, within_m=BESIDE_M, at_most=4):
            if camera.id not in known:
                known.add(camera.id)
                yield Along(camera=camera.id, at_m=round(at_m, 1))


def _spots(line: tuple[tuple[float, float], ...], length_m: float) -> Iterator[tuple[float, Point]]:
    """Places every so many metres of the approach, and the end."""
    points = [Point(*spot) for spot in line]
    run = np.concatenate(([0.0], np.cumsum([distance_m(one, other) for one, other in pairwise(points)])))
    for at in (*np.arange(max(run[-1] - APPROACH_M, 0.0), run[-1], EVERY_M).tolist(), float(run[-1])):
        lon, lat = (float(np.interp(at, run, [spot[axis] for spot in line])) for axis in (0, 1))
        yield at * length_m / max(float(run[-1]), 1e-9), Point(lon, lat)
