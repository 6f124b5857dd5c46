"""How crews drive: the quickest way with sirens, the way back with the traffic, and the beat of a patrol car."""

from __future__ import annotations

import random

import numpy as np

from bongsu.world import day
from bongsu.world.happening import Track
from bongsu.world.setting import Floats, Setting
from bongsu.world.sky import Sky, Weather
from bongsu.world.streets import Ints
from bongsu.world.traffic.moving import Kind

SIREN, SIREN_MOST_MPS = 1.3, 22.0
"""With sirens a crew drives so much faster than the free speed, and hardly feels how full the road is."""

TURNOUT_S = 45.0
"""Seconds from the order until the wheels turn."""

_BEAT_MPS = 6.5
_BEAT_M = (500.0, 1600.0)
_GRIP = {Weather.CLEAR: 1.0, Weather.RAIN: 0.92, Weather.SNOW: 0.7, Weather.FOG: 0.85}


def drive(setting: Setting, start: Floats, end: Floats, from_s: float, sky: Sky, *, siren: bool) -> Track:
    """The way from a spot to another, metres, with its times; it ends on the road beside the place."""
    net = setting.streets
    here, there = (int(row) for row in net.nearest(np.array([start, end])))
    seconds, before = setting.quickest(here)
    way = setting.way(here, there, before) if here != there and np.isfinite(seconds[there]) else np.zeros(0, np.int64)
    speed = _speeds(setting, way, sky, siren)
    begins = from_s + (TURNOUT_S if siren else 0.0)
    return _timed(setting, way, speed, start, net.xy[here], begins, from_s)


def beat(setting: Setting, station: int, chance: random.Random) -> Track:
    """A round from the station over two places some streets away and back; its times begin at 0."""
    net, legs, at = setting.streets, [], station
    for far in (chance.uniform(*_BEAT_M), chance.uniform(*_BEAT_M)):
        metres, before = setting.costs(at, far * 1.3)
        near = np.flatnonzero(np.isfinite(metres) & (metres > 0))
        if len(near):
            goal = int(near[np.argsort(np.abs(metres[near] - far), kind="stable")[chance.randrange(min(8, len(near)))]])
            legs.append(setting.way(at, goal, before))
            at = goal
    _, before = setting.costs(at, np.inf)
    if at != station:
        legs.append(setting.way(at, station, before))
    way = np.concatenate(legs) if legs else np.zeros(0, np.int64)
    return _timed(setting, way, np.full(len(way), _BEAT_MPS), net.xy[station], net.xy[station], 0.0, 0.0)


def _speeds(setting: Setting, way: Ints, sky: Sky, siren: bool) -> Floats:
    free = setting.streets.speed[way]
    if siren:
        return np.asarray(np.minimum(free * SIREN, SIREN_MOST_MPS) * _GRIP[sky.weather])
    return np.asarray(free * day.paces(sky.at, sky)[setting.streets.cls[way]])


def _timed(
    setting: Setting, way: Ints, speed: Floats, start: Floats, joins: Floats, begins_s: float, from_s: float
) -> Track:
    """Lay a way out in time: waiting until it begins, from the spot itself to where it joins the road, and along it."""
    net = setting.streets
    pieces = [net.points[net.from_[arc] : net.from_[arc + 1]] for arc in way.tolist()]
    laid = np.concatenate([joins[None, :], *(piece[1:] for piece in pieces)])
    paces = np.concatenate([[5.0], *(np.full(len(p) - 1, v) for p, v in zip(pieces, speed.tolist(), strict=True))])
    xy = np.concatenate([start[None, :], laid])
    took = np.cumsum(np.hypot(*np.diff(xy, axis=0).T) / paces)
    times = np.concatenate([[begins_s], begins_s + took])
    if begins_s > from_s:
        times, xy = np.concatenate([[from_s], times]), np.concatenate([start[None, :], xy])
    if len(times) < 2 or times[-1] <= times[0]:
        times = np.append(times, times[-1] + 1.0)
        xy = np.concatenate([xy, xy[-1:]])
    return Track("crew", int(Kind.PATROL), 0, times, xy)
