"""Compile before anybody asks: every search once over a street of three houses.

What is compiled is kept beside the code (or in the user's cache folder), so that only the first start after an
installation compiles; that takes up to a minute. Never call it on the platform's loop: a worker does it when it starts.
"""

from __future__ import annotations

import numpy as np

from bongsu.city.roads.frontier import Scratch, cameras_on, frontier_of, posts_of
from bongsu.city.roads.grid import grid_of
from bongsu.city.roads.live import Live
from bongsu.city.roads.matching import match, roads_for
from bongsu.city.roads.pace import pace_of
from bongsu.city.roads.routes import routes
from bongsu.city.roads.snap import spot_of
from bongsu.city.roads.streets import streets_of
from bongsu.city.roads.turns import network_of
from bongsu.city.roads.vehicles import CAR
from bongsu.core.asset import Ground, Road
from bongsu.core.geo import Point

_LINE = ((127.0, 37.5), (127.001, 37.5), (127.002, 37.5))
_SIDE = ((127.001, 37.5), (127.001, 37.501))


def warm() -> None:
    """Run every compiled loop once, with the types it is always called with."""
    roads = (Road(id=1, line=_LINE, road_class="primary"), Road(id=2, line=_SIDE, road_class="residential"))
    streets = streets_of(Ground(roads=roads))
    network, grid = network_of(streets, CAR), grid_of(streets)
    pace = pace_of(network, Live(streets.arcs), 0)
    start, goal = (spot_of(network, grid, Point(*place)) for place in (_LINE[0], _SIDE[1]))
    routes(pace, start, goal)
    posts = posts_of(streets, grid, streets.shape)
    cameras_on(frontier_of(pace, start, 60_000, Scratch(network.states)), pace, posts)
    match(roads_for(streets, grid, network.passable), streets.shape[:2], np.array([0.0, 60.0]))
