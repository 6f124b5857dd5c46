"""Small streets drawn in metres: who needs a town of four houses says where its corners are."""

from __future__ import annotations

import numpy as np

from bongsu.city.roads.grid import grid_of
from bongsu.city.roads.pace import pace_of
from bongsu.city.roads.snap import Spot, nearest
from bongsu.city.roads.streets import streets_of
from bongsu.city.roads.turns import network_of
from bongsu.core.asset import Ground, Road, TurnRule
from bongsu.core.geo import Plane, Point

PLANE = Plane(Point(127.0, 37.5))


def place(x, y):
    """A place so many metres east and north of the middle of the town."""
    return PLANE.to_point(x, y)


def a_road(number, spots, *corners, road_class="residential", **more):
    """A road over named corners; `spots` maps a corner's number to metres east and north."""
    line = tuple((at.lon, at.lat) for at in (place(*spots[corner]) for corner in corners))
    return Road(id=number, line=line, nodes=tuple(corners), road_class=road_class, **more)


def a_grid(side=3, block_m=100.0, **more):
    """Corners 1, 2, 3 … from south-west, row by row, and a road of its own for each block."""
    spots = {
        row * side + column + 1: (column * block_m, row * block_m) for row in range(side) for column in range(side)
    }
    pairs = [(n, n + 1) for n in spots if n % side] + [(n, n + side) for n in spots if n + side in spots]
    return spots, tuple(a_road(10 * a + (b - a != 1), spots, a, b, **more) for a, b in pairs)


class Town:
    """Streets with one vehicle in them, asked by metres."""

    def __init__(self, roads, vehicle, rules=(), live=None, now_ms=0):
        self.streets = streets_of(Ground(roads=tuple(roads), turn_rules=tuple(rules)))
        self.network = network_of(self.streets, vehicle, tuple(rules))
        self.grid = grid_of(self.streets)
        self.live = live
        self.pace = pace_of(self.network, live, now_ms)

    def spot(self, x, y, heading_deg=None):
        """The spot of a place in metres; headings clockwise from north."""
        at = self.streets.plane
        east, north = at.to_xy(place(x, y))
        heading = np.nan if heading_deg is None else np.radians(90 - heading_deg)
        arc, part, off = nearest(self.network, self.grid, np.array([[east, north]]), np.array([heading]), 300.0)
        assert arc[0] >= 0
        return Spot(int(arc[0]), float(part[0]), float(off[0]), heading_deg is not None)

    def arc(self, start, end):
        """The arc from one corner to the next."""
        key = self.streets.node_key
        return int(np.flatnonzero((key[self.streets.tail] == start) & (key[self.streets.head] == end))[0])

    def corners(self, arcs):
        """The corners a way of arcs ends each arc at."""
        return self.streets.node_key[self.streets.head[np.asarray(arcs)]].tolist()

    def at(self, moment_ms):
        """The pace at another moment."""
        return pace_of(self.network, self.live, moment_ms)


def a_rule(rule, from_road, to_road, via_node=None, via_roads=(), **more):
    """A turn rule."""
    return TurnRule(
        id=1, rule=rule, from_road=from_road, to_road=to_road, via_node=via_node, via_roads=via_roads, **more
    )
