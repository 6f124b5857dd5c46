"""Which signals the crews that are sent will cross, and when: their ways against the register."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from bongsu.core.asset import Unit, UnitKind
from bongsu.core.dispatch import CrewWay, Doubt
from bongsu.core.dispatch import Crossing as Junction
from bongsu.core.geo import Point, distance_m
from bongsu.core.incident import Incident
from bongsu.core.report import Status
from bongsu.core.signal import Crossing, Signal, VehicleClass

NEAR_M = 35.0
"""A signal's junction on the map lies no further from the place its register tells."""
CLEARS_MS = 8_000
"""A vehicle needs no longer from the stop line until it is through."""
CELL_DEG = 0.0005
CLASS = {
    UnitKind.ENGINE: VehicleClass.FIRE,
    UnitKind.AMBULANCE: VehicleClass.AMBULANCE,
    UnitKind.PATROL: VehicleClass.POLICE,
}

Cells = Mapping[tuple[int, int], Sequence[tuple[str, Point]]]


def crossings_of(ways: Iterable[CrewWay], signals: Mapping[str, Signal], units: Iterable[Unit]) -> tuple[Crossing, ...]:
    """Every crossing of a junction with a signal on these ways; of a crew that fell silent none, for nobody knows."""
    going = [way for way in ways if way.crossings and Doubt.SILENT not in way.doubts]
    if not going or not signals:
        return ()
    cells = _cells(signals)
    crews = {unit.id: unit for unit in units}
    return tuple(one for way in going if way.unit in crews for one in _along(way, crews[way.unit], cells))


def served(ways: Iterable[CrewWay], cases: Mapping[str, Incident], *, exercises: bool) -> tuple[CrewWay, ...]:
    """The ways for which real lights may turn: those of an exercise's case only where the city wants that."""
    statuses = {name: case.status for name, case in cases.items()}
    return tuple(way for way in ways if exercises or statuses.get(way.incident) is Status.ACTUAL)


def _along(way: CrewWay, unit: Unit, cells: Cells) -> Iterator[Crossing]:
    """One crossing for each signal passed: a junction of divided roads is several on the map, and one to its signal."""
    met = [(_signal_at(one, cells), one) for one in way.crossings]
    for name, group in groupby(((name, one) for name, one in met if name), key=lambda pair: pair[0]):
        passed = [one for _, one in group]
        yield Crossing(
            unit=unit.id,
            incident=way.incident,
            vehicle=CLASS[unit.kind],
            signal=name,
            arrives_ms=way.at_ms + passed[0].at_ms,
            leaves_ms=way.at_ms + _latest_ms(way, passed[-1].at_ms) + CLEARS_MS,
            from_bearing_deg=passed[0].from_deg,
            to_bearing_deg=passed[-1].to_deg,
        )


def _latest_ms(way: CrewWay, at_ms: int) -> int:
    """As late as the whole way may be late, in proportion."""
    if way.eta is None or way.eta.ms <= 0:
        return at_ms
    return round(at_ms * max(1.0, way.eta.high_ms / way.eta.ms))


def _signal_at(junction: Junction, cells: Cells) -> str:
    """The nearest signal of a junction, "" where none is near."""
    where = Point(junction.lon, junction.lat)
    column, row = _cell(where)
    near = [
        (distance_m(where, place), name)
        for across in (-1, 0, 1)
        for up in (-1, 0, 1)
        for name, place in cells.get((column + across, row + up), ())
    ]
    found = min(near, default=(math.inf, ""))
    return found[1] if found[0] <= NEAR_M else ""


def _cells(signals: Mapping[str, Signal]) -> Cells:
    cells: defaultdict[tuple[int, int], list[tuple[str, Point]]] = defaultdict(list)
    for name, signal in signals.items():
        cells[_cell(signal.where)].append((name, signal.where))
    return cells


def _cell(where: Point) -> tuple[int, int]:
    return math.floor(where.lon / CELL_DEG), math.floor(where.lat / CELL_DEG)
