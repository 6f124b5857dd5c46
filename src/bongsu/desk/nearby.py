"""Open incidents by where they are, so that a report is held against its neighbours and not against the whole city."""

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
        self._cells: dict[Cell, dict[str, Incident]] = {}
        self._cell_of: dict[str, Cell] = {}

    def put(self, incident: Incident) -> None:
        """Know an incident where it now is."""
        self.drop(incident.id)
        if incident.where is None:
            return
        row = math.floor(incident.where.lat * _M_PER_DEGREE / CELL_M)
        cell = (row, _column(row, incident.where.lon))
        self._cells.setdefault(cell, {})[incident.id] = incident
        self._cell_of[incident.id] = cell

    def drop(self, incident: str) -> None:
        """Forget an incident, known or not."""
        cell = self._cell_of.pop(incident, None)
        if cell is None:
            return
        del self._cells[cell][incident]
        if not self._cells[cell]:
            del self._cells[cell]

    def around(self, where: Point, within_m: float) -> Iterator[tuple[Incident, float]]:
        """Every incident within a radius of a place, with its distance in metres."""
        to_east, to_north = Plane(where).metres_per_degree()
        for cell in self._cells_around(where, within_m):
            for incident in self._cells[cell].values():
                if (there := incident.where) is None:
                    continue
                distance_m = math.hypot((there.lon - where.lon) * to_east, (there.lat - where.lat) * to_north)
                if distance_m <= within_m:
                    yield incident, distance_m

    def _cells_around(self, where: Point, within_m: float) -> Iterator[Cell]:
        south = math.floor((where.lat * _M_PER_DEGREE - within_m) / CELL_M)
        north = math.floor((where.lat * _M_PER_DEGREE + within_m) / CELL_M)
        for row in range(south, north + 1):
            east_deg = within_m / (_M_PER_DEGREE * _shrink(row))
            for column in range(_column(row, where.lon - east_deg), _column(row, where.lon + east_deg) + 1):
                if (row, column) in self._cells:
                    yield row, column


def _column(row: int, lon: float) -> int:
    return math.floor(lon * _M_PER_DEGREE * _shrink(row) / CELL_M)


def _shrink(row: int) -> float:
    """How much shorter a degree of longitude is in this row, never so short that a row has endless columns."""
    return max(0.01, math.cos(math.radians(row * CELL_M / _M_PER_DEGREE)))
