"""Particles: many ways somebody may have fled, drawn from the mixture, each with its times."""

from __future__ import annotations

import numpy as np

from bongsu.city.pursuit.mixture import ARTERIAL, HIDE, Drawn, Mixture
from bongsu.city.pursuit.paths import Paths, place_on
from bongsu.city.pursuit.walks import MOST, along_tree, wander
from bongsu.city.roads import classes
from bongsu.city.roads.ends import Start, starts_of
from bongsu.city.roads.frontier import Scratch
from bongsu.city.roads.kernels import FAR, spread
from bongsu.city.roads.pace import Pace
from bongsu.city.roads.search import NONE
from bongsu.city.roads.snap import Spot
from bongsu.city.roads.streets import Bools, Ints, Longs

TREES = 12
"""So many different judgements of which way is quick."""
EDGE = 0.88
"""Who seeks an exit heads for the last part of what can be reached at all."""
EXIT_PULL = 0.6
OUT_PULL = 10.0
"""A road out of the city draws as much as so many others at the edge of the reachable."""
MOST_NOISE = 1.0
AHEAD_SHARE = 0.85
"""With a known heading, so many go on that way; the others turn."""


def particles_of(
    pace: Pace, spot: Spot, drawn: Drawn, mixture: Mixture, horizon_ms: int, chance: np.random.Generator,
    scratch: Scratch, exits: Ints = NONE,
) -> Paths:  # fmt: skip
    """The ways of all particles from a spot, up to `horizon_ms` after moment zero; `exits` are arcs out of the city."""
    count, out = len(drawn.kind), np.zeros(pace.network.streets.arcs, bool)
    out[exits] = True
    way, steps = np.zeros((count, MOST), np.int32), np.zeros(count, np.int32)
    starts = _starts(pace, spot)
    until_ms = _until(drawn, mixture, horizon_ms, chance)
    near, judged = _reachable(pace, starts, horizon_ms, scratch), pace.ahead.copy()
    by_tree = np.array_split(chance.permutation(np.flatnonzero(drawn.kind != ARTERIAL)), TREES)
    for tree, rows in enumerate(by_tree):
        if len(rows):
            own = _bound(spot, starts, tree)
            _by_tree(pace, own, near, judged, drawn, mixture, rows, until_ms, chance, scratch, out, way, steps)
    _by_junction(pace, spot, starts, drawn, mixture, horizon_ms, chance, out, way, steps)
    return _timed(pace, starts, drawn, way, steps, until_ms, chance, horizon_ms)


def _starts(pace: Pace, spot: Spot) -> list[Start]:
    """How they may set out; turning costs nothing, for nobody is slower than the plan takes them to be."""
    return [Start(one.arc, one.behind_ms) for one in starts_of(pace, spot)]


def _bound(spot: Spot, starts: list[Start], tree: int) -> list[Start]:
    """How those of one search set out: either way, or with a known heading most trees that way and the rest back."""
    if not spot.heading_known or len(starts) == 1:
        return starts
    return starts[:1] if tree < round(AHEAD_SHARE * TREES) else starts[1:]


def _until(drawn: Drawn, mixture: Mixture, horizon_ms: int, chance: np.random.Generator) -> Longs:
    """Ms of going until each is off the street: a hider's drawn time, else the whole horizon."""
    low, high = mixture.hide_s
    hidden = (1000 * (low + (high - low) * chance.random(len(drawn.kind)))).astype(np.int64)
    return np.where(drawn.kind == HIDE, hidden, horizon_ms)


def _by_tree(
    pace: Pace, starts: list[Start], near: Ints, judged: Ints, drawn: Drawn, mixture: Mixture, rows: Longs,
    until_ms: Longs, chance: np.random.Generator, scratch: Scratch, out: Bools, way: Ints, steps: Ints,
) -> None:  # fmt: skip
    """Ways along one search in which every road takes somewhat longer or shorter than it does."""
    _judged(pace, near, judged, mixture, chance)
    worst_ms = int(pace.worst_ms * np.exp(MOST_NOISE)) + 1
    behind = max(one.behind_ms for one in starts)
    root = np.array([one.arc for one in starts], np.int32)
    root_ms = np.array([behind - one.behind_ms for one in starts], np.int32)
    limit_ms = int(until_ms[rows].max()) + behind
    turns = pace.network.ahead
    found = spread(
        judged, turns.turn, turns.price_ms, root, root_ms, limit_ms, NONE, scratch.label, scratch.touched, worst_ms
    )
    touched = scratch.touched[:found].copy()
    goal = _goals(pace, touched, scratch.label[touched] - behind, drawn, rows, until_ms, out, chance)
    own, own_steps = np.zeros((len(rows), MOST), np.int32), np.zeros(len(rows), np.int32)
    back = pace.network.behind
    along_tree(scratch.label, judged, back.off, back.turn, back.price_ms, root, goal, own, own_steps)
    scratch.label[touched] = FAR
    way[rows], steps[rows] = own, own_steps


def _reachable(pace: Pace, starts: list[Start], limit_ms: int, scratch: Scratch) -> Ints:
    """The states anybody can be on within a time."""
    root, turns = np.array([one.arc for one in starts], np.int32), pace.network.ahead
    zero = np.zeros(len(root), np.int32)
    found = spread(
        pace.ahead, turns.turn, turns.price_ms, root, zero, limit_ms, NONE, scratch.label, scratch.touched,
        pace.worst_ms,
    )  # fmt: skip
    near = scratch.touched[:found].copy()
    scratch.label[near] = FAR
    return near


def _judged(pace: Pace, near: Ints, rows: Ints, mixture: Mixture, chance: np.random.Generator) -> None:
    """Write times as one person sees them into a search's rows, for the states near enough to matter."""
    base = np.exp(np.clip(mixture.noise * chance.standard_normal(8192), -MOST_NOISE, MOST_NOISE))
    factor = base[((pace.network.arc[near] >> 1) + int(chance.integers(8192))) & 8191]
    ms = pace.ahead[near, 1]
    rows[near, 1] = np.where(ms == FAR, FAR, np.maximum(ms * factor, 1))


def _goals(
    pace: Pace, touched: Ints, label_ms: Ints, drawn: Drawn, rows: Longs, until_ms: Longs, out: Bools,
    chance: np.random.Generator,
) -> Ints:  # fmt: skip
    """Where each heads: the edge of the reachable by the class of its roads, or any place about as far as it hides."""
    streets = pace.network.streets
    link = pace.network.arc[touched] >> 1
    rank = classes.RANK[streets.kind[streets.road[link]]]
    edge = label_ms >= EDGE * label_ms.max()
    leads = np.where(out[pace.network.arc[touched]], OUT_PULL, np.where(edge, 1.0, 0.0))
    draws = np.cumsum(leads * np.exp(EXIT_PULL * rank))
    luck = chance.random(len(rows))
    sought = np.searchsorted(draws, luck * draws[-1])
    goal = np.minimum(sought, len(touched) - 1)
    hides = np.flatnonzero(drawn.kind[rows] == HIDE)
    close = np.flatnonzero(label_ms <= until_ms[rows[hides]].max(initial=0))
    order = close[np.argsort(label_ms[close], kind="stable")]
    within = np.searchsorted(label_ms[order], until_ms[rows[hides]] * drawn.speed[rows[hides]])
    goal[hides] = order[(np.maximum(within, 1) * np.sqrt(luck[hides])).astype(np.int64)]
    goals: Ints = touched[goal]
    return goals


def _by_junction(
    pace: Pace, spot: Spot, starts: list[Start], drawn: Drawn, mixture: Mixture, horizon_ms: int,
    chance: np.random.Generator, out: Bools, way: Ints, steps: Ints,
) -> None:  # fmt: skip
    """Ways that are found as they go."""
    streets, rows = pace.network.streets, np.flatnonzero(drawn.kind == ARTERIAL)
    ahead = chance.random(len(rows)) < (AHEAD_SHARE if spot.heading_known else 0.5)
    start = np.where(ahead, starts[0].arc, starts[-1].arc).astype(np.int32)
    rank = classes.RANK[streets.kind[streets.road]].astype(np.int32)
    own, own_steps = np.zeros((len(rows), MOST), np.int32), np.zeros(len(rows), np.int32)
    pulls = np.array([mixture.arterial_pull, mixture.straight_pull, mixture.away_pull])
    wander(
        pace.ahead, pace.network.ahead.turn, pace.network.arc, streets.shape, streets.lies, rank, streets.out_rad,
        streets.in_rad, place_on(streets, spot.arc, spot.part), pulls, start, horizon_ms * drawn.speed[rows],
        chance.random((len(rows), MOST)), out, own, own_steps,
    )  # fmt: skip
    way[rows], steps[rows] = own, own_steps


def _timed(
    pace: Pace, starts: list[Start], drawn: Drawn, way: Ints, steps: Ints, until_ms: Longs,
    chance: np.random.Generator, horizon_ms: int,
) -> Paths:  # fmt: skip
    """Rows with times: each arc at the part of top speed the particle keeps up, rounded up."""
    mask = np.arange(MOST) < steps[:, None]
    arc = pace.network.arc[way[mask]]
    owner = np.repeat(np.arange(len(steps)), steps)
    low, high = np.zeros(len(arc)), np.ones(len(arc))
    begins = np.cumsum(steps) - steps
    moving = np.flatnonzero(steps)
    behind = {one.arc: one.behind_ms for one in starts}
    head = begins[moving]
    low[head] = np.array([behind[int(one)] for one in arc[head]]) / pace.open_ms[arc[head]]
    stops = moving[drawn.kind[moving] == HIDE]
    last = begins[stops] + steps[stops] - 1
    high[last] = low[last] + (1 - low[last]) * chance.random(len(last))
    took = np.ceil((high - low) * pace.open_ms[arc] / drawn.speed[owner] - 1e-6).astype(np.int64)
    run = np.cumsum(took)
    before = np.zeros(len(steps), np.int64)
    before[moving] = run[head] - took[head]
    out_ms = run - before[owner] + drawn.start_ms[owner]
    kept = out_ms - took < np.minimum(horizon_ms, drawn.start_ms + until_ms)[owner]
    first = np.concatenate(([0], np.cumsum(np.bincount(owner[kept], minlength=len(steps)))))
    return Paths(
        first, arc[kept], low[kept], high[kept], (out_ms - took)[kept], out_ms[kept], drawn.kind
    )  # fmt: skip
