"""Open incidents by kind and place, so that a report is held against its neighbours and not against the whole city."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bongsu.core.geo import EARTH_RADIUS_M, Plane, Point
from bongsu.core.incident import Incident

CELL_M = 250.0
_M_PER_DEGREE = math.radians(1) * EARTH_RADIUS_M

Cell = tuple[int, int]


class Nearby:
    """Incidents in cells of 250 m; those without a place are in none. The 180th meridian is not looked across."""

    def __init__(self) -> None:
        self._cells: dict[str, dict[Cell, dict[str, Incident]]] = {}
        self._found_in: dict[str, tuple[str, Cell]] = {}

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of which there has been one with a place."""
        return tuple(self._cells)

    def put(self, incident: Incident) -> None:
        """Know an incident where it now is."""
        self.drop(incident.id)
        if incident.where is None:
            return
        row = math.floor(incident.where.lat * _M_PER_DEGREE / CELL_M)
        cell = (row, _column(row, incident.where.lon))
        self._cells.setdefault(incident.kind, {}).setdefault(cell, {})[incident.id] = incident
        self._found_in[incident.id] = (incident.kind, cell)

    def drop(self, incident: str) -> None:
        """Forget an incident, known or not."""
        if incident not in self._found_in:
            return
        kind, cell = self._found_in.pop(incident)
        there = self._cells[kind][cell]
        del there[incident]
        if not there:
            del self._cells[kind][cell]

    def around(self, where: Point, kind: str, within_m: float) -> Iterator[tuple[Incident, float]]:
        """Every incident of a kind within a radius of a place, with its distance in metres."""
        to_east, to_north = Plane(where).metres_per_degree()
        for there in self._cells_around(where, kind, within_m):
            for incident in there.values():
                if (spot := incident.where) is None:
                    continue
                distance_m = math.hypot((spot.lon - where.lon) * to_east, (spot.lat - where.lat) * to_north)
                if distance_m <= within_m:
                    yield incident, distance_m

    def _cells_around(self, where: Point, kind: str, within_m: float) -> Iterator[dict[str, Incident]]:
        cells = self._cells.get(kind, {})
        south = math.floor((where.lat * _M_PER_DEGREE - within_m) / CELL_M)
        north = math.floor((where.lat * _M_PER_DEGREE + within_m) / CELL_M)
        for row in range(south, north + 1):
            east_deg = within_m / (_M_PER_DEGREE * _shrink(row))
            for column in range(_column(row, where.lon - east_deg), _column(row, where.lon + east_deg) + 1):
                if (row, column) in cells:
                    yield cells[row, column]


def _column(row: int, lon: float) -> int:
    return math.floor(lon * _M_PER_DEGREE * _shrink(row) / CELL_M)


def _shrink(row: int) -> float:
    """How much shorter a degree of longitude is in this row, never so short that a row has endless columns."""
    return max(0.01, math.cos(math.radians(row * CELL_M / _M_PER_DEGREE)))
