"""A street without SUMO: engines drive their ordered ways at one speed, over the made city's chequer."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import msgspec

from bongsu.benches.arrivals.kinds import Answers, Call, Fix, Junction, Place, Rig
from bongsu.benches.arrivals.made import BLOCK_DEG_LAT, BLOCK_DEG_LON, ORIGIN
from bongsu.core.geo import Plane
from bongsu.core.signal import Phase, Turn
from bongsu.world.signals.plan import Junction as Plan

BEGINS = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
ANY = (Turn.THROUGH, Turn.LEFT, Turn.RIGHT)


def corner(column: float, row: float) -> Place:
    """A corner of the chequer."""
    return Place(ORIGIN[0] + column * BLOCK_DEG_LON, ORIGIN[1] + row * BLOCK_DEG_LAT)


def engine(unit: str, column: float, row: float) -> Rig:
    """An engine in a station at a corner."""
    return Rig(unit, f"station of {unit}", "engine", corner(column, row))


def junction(name: str, column: int, row: int) -> Junction:
    """Two greens: north and south, then east and west; letters are of who comes from south, west, north and east."""
    phases = [(1, 0.0, 1, 1), (2, 180.0, 2, 1), (3, 90.0, 1, 2), (4, 270.0, 2, 2)]
    plan = Plan(
        id=name,
        phases=tuple(Phase(number=n, heading_deg=h, turns=ANY, ring=r, barrier=b) for n, h, r, b in phases),
    )
    return Junction(name, corner(column, row), plan, {1: "GrGr", 2: "rGrG"})


class Toy:
    """Engines that stand until ordered and then drive; `told` are all orders, `seen` the lights of each second."""

    def __init__(self, city, rigs, mps=12.0):
        self.city, self.rigs, self.mps = city, rigs, mps
        self.ways = {rig.unit: [rig.home] for rig in rigs}
        self.told, self.seen = [], {}

    async def run(self, seconds, calls=(), blocked=(), probes=lambda at_s: ()) -> list:
        """So many seconds from the last one on; the orders of the way."""
        begin = max(self.seen, default=-1) + 1
        for at_s in range(begin, begin + seconds):
            self.drive()
            answers: Answers = await self.city.tick(
                at_s,
                [*(self.fix(rig, at_s) for rig in self.rigs), *probes(at_s)],
                [one for one in calls if one.at_s == at_s],
                [one for one in blocked if one.known_s == at_s],
            )
            self.seen[at_s] = answers.lights
            for order in answers.orders:
                self.told.append((at_s, order))
                self.ways[order.unit] = list(order.way)
        return self.told

    def drive(self):
        """One second along the ordered ways."""
        for way in self.ways.values():
            left_m = self.mps
            while len(way) > 1 and left_m > 0:
                here, there = way[0], way[1]
                east, north = Plane(here.point()).to_xy(there.point())
                apart_m = (east**2 + north**2) ** 0.5
                part = 1.0 if apart_m <= left_m else left_m / apart_m
                way[0] = Place(here.lon + (there.lon - here.lon) * part, here.lat + (there.lat - here.lat) * part)
                left_m -= apart_m
                if part == 1.0:
                    way.pop(0)

    def fix(self, rig, at_s) -> Fix:
        """Where an engine is, and where it is going."""
        way = self.ways[rig.unit]
        goes = len(way) > 1
        status = "home" if way == [rig.home] else "going" if goes else "there"
        return Fix(rig.unit, at_s, way[0], bearing(way[0], way[1]) if goes else 0.0, self.mps if goes else 0.0, status)


def bearing(here, there) -> float:
    """Degrees clockwise from north."""
    east, north = Plane(here.point()).to_xy(there.point())
    return math.degrees(math.atan2(east, north)) % 360


def a_call(at_s, column, row) -> Call:
    """Somebody rings 119."""
    return Call("call-1", at_s, corner(column, row))


def plain(orders) -> list:
    """Orders as they compare: who, where to, when."""
    return [(at_s, msgspec.to_builtins(order)) for at_s, order in orders]
