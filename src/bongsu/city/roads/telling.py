"""A route as a crew reads it: its line on the map and its list of turns."""

from __future__ import annotations

from enum import StrEnum

import msgspec
import numpy as np

from bongsu.city.roads.routes import Route
from bongsu.city.roads.streets import Floats, Streets
from bongsu.core.asset import Line
from bongsu.core.geo import Point

BEND_RAD, BACK_RAD = np.radians(35), np.radians(160)


class Bend(StrEnum):
    """What one does at a junction."""

    START = "start"
    STRAIGHT = "straight"
    LEFT = "left"
    RIGHT = "right"
    BACK = "back"
    ARRIVE = "arrive"


class Step(msgspec.Struct, frozen=True):
    """One line of the turn list: after `at_m` metres and `at_ms`, `bend` onto the road `name` ("" where unnamed)."""

    bend: Bend
    name: str
    at_m: float
    at_ms: int
    lon: float
    lat: float


def line_of(streets: Streets, way: Route) -> Line:
    """The route along the roads' own shape, lon and lat, from where it begins to where it ends."""
    pieces = [arc_shape(streets, int(arc)) for arc in way.arcs]
    if len(pieces) == 1:
        return _degrees(streets, between(pieces[0], way.begins, way.ends))
    pieces[0] = between(pieces[0], way.begins, 1.0)
    pieces[-1] = between(pieces[-1], 0.0, way.ends)
    return _degrees(streets, np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])]))


def arc_shape(streets: Streets, arc: int) -> Floats:
    """An arc's points in its own direction, metres on the streets' plane, (n, 2)."""
    points = streets.shape[streets.lies[arc >> 1] : streets.lies[(arc >> 1) + 1]]
    return points[::-1] if arc & 1 else points


def steps_of(streets: Streets, way: Route) -> list[Step]:
    """The turn list: where one sets out, each bend or change of the road's name, and where one arrives."""
    names = [streets.names[row] for row in streets.road[way.arcs >> 1].tolist()]
    lengths = streets.length_m[way.arcs >> 1]
    begins = np.concatenate(([0.0], np.cumsum(lengths)))[:-1] - way.begins * lengths[0]
    line = line_of(streets, way)
    steps = [Step(Bend.START, names[0], 0.0, 0, *line[0])]
    for row in range(1, len(names)):
        bend = bend_of(streets, int(way.arcs[row - 1]), int(way.arcs[row]))
        if bend is Bend.STRAIGHT and names[row] == names[row - 1]:
            continue
        where = _point(streets, arc_shape(streets, int(way.arcs[row]))[0])
        steps.append(Step(bend, names[row], float(begins[row]), int(way.at_ms[row]), where.lon, where.lat))
    return [*steps, Step(Bend.ARRIVE, names[-1], way.length_m, way.ms, *line[-1])]


def bend_of(streets: Streets, arc: int, onto: int) -> Bend:
    """What one does from one arc onto the next."""
    bend = (streets.out_rad[onto] - streets.in_rad[arc] + np.pi) % (2 * np.pi) - np.pi
    if onto == arc ^ 1 or abs(bend) > BACK_RAD:
        return Bend.BACK
    if abs(bend) <= BEND_RAD:
        return Bend.STRAIGHT
    return Bend.LEFT if bend > 0 else Bend.RIGHT


def between(points: Floats, begins: float, ends: float) -> Floats:
    """The stretch of a line between two parts of its length, in metres, (n, 2)."""
    run = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    low, high = begins * run[-1], ends * run[-1]
    inside = points[(run > low) & (run < high)]
    first, last = ([np.interp(at, run, points[:, axis]) for axis in (0, 1)] for at in (low, high))
    return np.vstack((first, inside, last))


def _degrees(streets: Streets, points: Floats) -> Line:
    return tuple((where.lon, where.lat) for where in (_point(streets, xy) for xy in points))


def _point(streets: Streets, xy: Floats) -> Point:
    return streets.plane.to_point(float(xy[0]), float(xy[1]))
