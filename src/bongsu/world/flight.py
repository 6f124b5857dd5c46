"""How somebody gets away, or gets lost: ways over the streets with their times."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from bongsu.world.happening import Track
from bongsu.world.setting import Floats, Setting
from bongsu.world.traffic.moving import Kind

SPRINT_M, SPRINT_MPS = 140.0, 4.6
RUN_M, RUN_MPS = 420.0, 3.0
WALK_MPS, WANDER_MPS, CHILD_MPS = 1.4, 0.75, 0.6
ESCAPE = 1.5
"""How much faster than allowed a car flees."""

Pace = Callable[[Floats, Floats], Floats]
"""From metres gone and the free speed (m/s) at each piece of the way to its speed."""


def on_foot(setting: Setting, start: int, from_s: float, chance: random.Random) -> Track:
    """A suspect who sprints, runs and then walks as if nothing had been, 400 to 1,600 m to where he hides."""
    return _track(setting, start, from_s, chance, "suspect", Kind.PERSON, chance.uniform(400, 1600), _tiring)


def by_car(setting: Setting, start: int, from_s: float, chance: random.Random) -> Track:
    """A suspect who drives off along main roads, 1.5 to 5 km."""
    kind = chance.choice((Kind.CAR, Kind.CAR, Kind.VAN))
    return _track(setting, start, from_s, chance, "suspect", kind, chance.uniform(1500, 5000), _fleeing)


def wander(setting: Setting, start: int, from_s: float, chance: random.Random) -> Track:
    """Somebody with dementia: the distance is that of published finds in towns (lognormal, median 1 km)."""
    far = min(4000.0, max(150.0, 1000 * chance.lognormvariate(0.026, 1.0)))
    track = _track(setting, start, from_s, chance, "lost", Kind.PERSON, far, _at(WANDER_MPS))
    return _staying(track, 3 * 3600.0)


def stray(setting: Setting, start: int, from_s: float, chance: random.Random) -> Track:
    """A child that went on where its parents turned: 80 to 500 m, then it stands and cries."""
    track = _track(setting, start, from_s, chance, "lost", Kind.PERSON, chance.uniform(80, 500), _at(CHILD_MPS))
    return _staying(track, 2 * 3600.0)


def stand(who: str, kind: int, xy: Floats, towards: Floats, from_s: float, to_s: float, look: int) -> Track:
    """Something that stands where it is: a wreck, a victim."""
    return Track(who, kind, look, np.array([from_s, from_s + 0.1, to_s]), np.array([xy - towards * 0.1, xy, xy]))


def _track(
    setting: Setting,
    start: int,
    from_s: float,
    chance: random.Random,
    who: str,
    kind: int,
    far_m: float,
    pace: Pace,
) -> Track:
    """A way of about `far_m` metres from a junction to one drawn among those so far away."""
    metres, before = setting.costs(start, far_m * 1.15 + 300)
    within = np.flatnonzero(np.isfinite(metres) & (metres > 0))
    if not len(within):
        return stand(who, kind, setting.streets.xy[start], np.array([0.0, 1.0]), from_s, from_s + 600, 0)
    off = np.abs(metres[within] - far_m)
    near = within[np.argsort(off, kind="stable")[:12]]
    if kind != Kind.PERSON:
        near = near[np.argsort(setting.importance[near], kind="stable")[:4]]
    way = setting.way(start, int(chance.choice(near.tolist())), before)
    net = setting.streets
    pieces = [net.points[net.from_[arc] : net.from_[arc + 1]] for arc in way.tolist()]
    xy = np.concatenate([pieces[0][:1], *(piece[1:] for piece in pieces)])
    free = np.concatenate([np.full(len(p) - 1, net.speed[arc]) for p, arc in zip(pieces, way.tolist(), strict=True)])
    long = np.hypot(*np.diff(xy, axis=0).T)
    speed = pace(np.cumsum(long), free)
    times = from_s + np.concatenate([[0.0], np.cumsum(long / speed)])
    return Track(who, int(kind), chance.randrange(256), times, _kerbside(xy, kind == Kind.PERSON))


def _kerbside(xy: Floats, walks: bool) -> Floats:
    """A little to the right of the axis."""
    way = np.gradient(xy, axis=0)
    long = np.maximum(np.hypot(*way.T), 1e-6)
    side = 2.6 if walks else 1.6
    return np.asarray(xy + np.stack([way[:, 1], -way[:, 0]], axis=1) / long[:, None] * side)


def _tiring(gone: Floats, free: Floats) -> Floats:
    return np.where(gone < SPRINT_M, SPRINT_MPS, np.where(gone < RUN_M, RUN_MPS, WALK_MPS))


def _fleeing(gone: Floats, free: Floats) -> Floats:
    return np.asarray(free * ESCAPE)


def _at(speed: float) -> Pace:
    return lambda gone, free: np.full(len(free), speed)


def _staying(track: Track, seconds: float) -> Track:
    return track._replace(
        at_s=np.append(track.at_s, track.at_s[-1] + seconds), xy=np.concatenate([track.xy, track.xy[-1:]])
    )
