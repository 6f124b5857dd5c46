"""How fast the streets answer, each figure beside its limit, with scipy on the same graph in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.csgraph import dijkstra

from bongsu.benches.roads import made, oracle, tracks
from bongsu.city.roads.frontier import Scratch, cameras_on, frontier_of, posts_of
from bongsu.city.roads.grid import grid_of
from bongsu.city.roads.kernels import FAR
from bongsu.city.roads.live import Live
from bongsu.city.roads.pace import Pace, pace_of
from bongsu.city.roads.search import arrivals, labels_from
from bongsu.city.roads.snap import Spot, nearest
from bongsu.city.roads.streets import streets_of
from bongsu.city.roads.turns import network_of
from bongsu.city.roads.vehicles import AMBULANCE
from bongsu.city.roads.warm import warm
from bongsu.core.asset import Ground
from bongsu.imports.osm.read import read

SIDES = {"50k": 121, "500k": 383}
RUNS, SOURCES = 5, 3
QUERIES = 60
UNITS, CAMERAS, CHANGED = 50, 40_000, 2_000
FIVE_MINUTES_MS = 300_000
NOW_MS = 10_000_000
LIMITS = {
    "one_to_all_vs_scipy": 2.0,
    "frontier_ms": 1.5,
    "many_to_one_vs_scipy": 0.5,
    "update_visible_ms": 100.0,
    "oracle_mismatches": 0,
    "matching_right_share": 0.95,
}


def run(osm: Path | None, tracks_folder: Path | None, say: Callable[[str], None]) -> dict[str, Any]:
    """All figures; `missed` names the rows beyond their limits, `skipped` what was not measured and why."""
    say("compiling, or reading what was compiled before")
    warm()
    chance = np.random.default_rng(5)
    paces = {name: _pace(made.city(side)) for name, side in SIDES.items()}
    if osm is not None:
        paces[osm.name] = _pace(read(osm)[0])
    say("one to all")
    ratios = {name: _one_to_all(pace, chance) for name, pace in paces.items()}
    say("frontier, many to one, live speeds: 500k")
    figures: dict[str, Any] = {
        "one_to_all_vs_scipy": {name: one["ratio"] for name, one in ratios.items()},
        **_frontier(paces["500k"], chance),
        "many_to_one": _many_to_one(paces["500k"], chance),
        "update_visible_ms": _update(paces["500k"], chance),
    }
    say("a thousand questions put to scipy too, and the tracks")
    figures["oracle_mismatches"] = oracle.mismatches()
    matched = tracks.shares(tracks_folder) if tracks_folder is not None else None
    figures["matching_right_share"] = matched["right"] if matched else None
    sizes = {name: oracle.parts(pace) for name, pace in paces.items()}
    more = {"one_to_all_ms": ratios, "graphs": sizes, "matching": matched, "limits": LIMITS}
    return {**figures, **more, "missed": _missed(figures), "skipped": _skipped(osm, tracks_folder)}


def _skipped(osm: Path | None, tracks_folder: Path | None) -> list[str]:
    skipped = [] if osm else ["real extract: none given (--osm)"]
    return skipped if tracks_folder else [*skipped, "map matching: no tracks given (--tracks)"]


def _pace(ground: Ground) -> Pace:
    """An ambulance's times, with live speeds on one arc in ten."""
    streets = streets_of(ground)
    live = Live(streets.arcs)
    chance = np.random.default_rng(2)
    arcs = chance.choice(streets.arcs, streets.arcs // 10, replace=False)
    live.hear(arcs, chance.uniform(1, 15, len(arcs)), np.full(len(arcs), NOW_MS))
    return pace_of(network_of(streets, AMBULANCE, ground.turn_rules), live, NOW_MS)


def _timed(ask: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = ask(*given)
    return (time.perf_counter() - began) * 1000, answer


def _peer(graph: Any, source: int) -> Any:
    return dijkstra(graph, indices=source)


def _one_to_all(pace: Pace, chance: np.random.Generator) -> dict[str, float]:
    """Medians of five runs, each over three sources asked of both in turn."""
    graph, joined = oracle.graph_of(pace), np.flatnonzero(pace.network.joined)
    ours, theirs = [], []
    for _ in range(RUNS):
        spent = np.zeros(2)
        for source in chance.choice(joined, SOURCES):
            seed = np.array([source], np.int32)
            own_ms, label = _timed(labels_from, pace, seed, np.zeros(1, np.int32))
            peer_ms, far = _timed(_peer, graph, source)
            assert np.array_equal(np.where(label == FAR, np.inf, label), far)
            spent += (own_ms, peer_ms)
        ours.append(spent[0] / SOURCES)
        theirs.append(spent[1] / SOURCES)
    ratio = statistics.median(peer / own for own, peer in zip(ours, theirs, strict=True))
    return {
        "ratio": round(ratio, 2),
        "ours_ms": round(statistics.median(ours), 2),
        "scipy_ms": round(statistics.median(theirs), 2),
    }


def _spots(pace: Pace, count: int, chance: np.random.Generator) -> list[Spot]:
    """Places strewn over the city."""
    streets = pace.network.streets
    low, high = streets.shape.min(axis=0), streets.shape.max(axis=0)
    places = chance.uniform(low, high, (count, 2))
    arc, part, off_m = nearest(pace.network, grid_of(streets), places, np.full(count, np.nan), 1000.0)
    return [Spot(int(a), float(p), float(o)) for a, p, o in zip(arc, part, off_m, strict=True) if a >= 0]


def _frontier(pace: Pace, chance: np.random.Generator) -> dict[str, Any]:
    """Five minutes of driving and the cameras on the way, anywhere in the city."""
    streets = pace.network.streets
    low, high = streets.shape.min(axis=0), streets.shape.max(axis=0)
    posts = posts_of(streets, grid_of(streets), chance.uniform(low, high, (CAMERAS, 2)))
    scratch, took, sizes = Scratch(pace.network.states), [], []
    for spot in _spots(pace, QUERIES, chance):
        ms, (frontier, seen) = _timed(_seen, pace, spot, scratch, posts)
        took.append(ms)
        sizes.append((len(frontier.arc), len(seen[0])))
    arcs, cameras = np.median(sizes, axis=0).tolist()
    return {"frontier_ms": round(statistics.median(took), 3), "frontier_arcs": arcs, "frontier_cameras": cameras}


def _seen(pace: Pace, spot: Spot, scratch: Scratch, posts: Any) -> tuple[Any, Any]:
    frontier = frontier_of(pace, spot, FIVE_MINUTES_MS, scratch)
    return frontier, cameras_on(frontier, pace, posts)


def _many_to_one(pace: Pace, chance: np.random.Generator) -> dict[str, float]:
    """Fifty units strewn over the city to one place; scipy's one search backwards over the whole graph beside it."""
    behind = oracle.graph_of(pace, backwards=True)
    units = _spots(pace, UNITS, chance)
    took, ratios = [], []
    for number, goal in enumerate(_spots(pace, QUERIES, chance)):
        ms, _ = _timed(arrivals, pace, goal, units)
        took.append(ms)
        if number < RUNS * SOURCES:
            peer_ms, _ = _timed(_peer, behind, goal.arc)
            ratios.append(ms / peer_ms)
    runs = np.array(ratios).reshape(RUNS, SOURCES).mean(axis=1)
    p50, p99 = np.percentile(took, (50, 99)).tolist()
    return {"ms_p50": round(p50, 2), "ms_p99": round(p99, 2), "vs_scipy": round(float(np.median(runs)), 3)}


def _update(pace: Pace, chance: np.random.Generator) -> float:
    """From 2,000 speeds told until a search can start that uses them, and does."""
    network = pace.network
    took = []
    for turn in range(RUNS):
        live = Live(network.streets.arcs)
        arcs = chance.choice(np.flatnonzero(network.passable), CHANGED, replace=False)
        mps = chance.uniform(1.0, 3.0, CHANGED)
        ms, fresh = _timed(_told, pace, live, arcs, mps)
        took.append(ms)
        assert (fresh.mark[arcs] == 1).all(), turn
        assert (fresh.ahead[arcs, 1] == fresh.open_ms[arcs]).all()
    return round(statistics.median(took), 2)


def _told(pace: Pace, live: Live, arcs: np.ndarray, mps: np.ndarray) -> Pace:
    live.hear(arcs, mps, np.full(len(arcs), NOW_MS))
    return pace_of(pace.network, live, NOW_MS)


def _missed(figures: dict[str, Any]) -> list[str]:
    """The rows that do not hold."""
    right = figures["matching_right_share"]
    slow = [f"one_to_all_vs_scipy {name}" for name, ratio in figures["one_to_all_vs_scipy"].items() if ratio < 2.0]
    rows = {
        "frontier_ms": figures["frontier_ms"] <= LIMITS["frontier_ms"],
        "many_to_one": figures["many_to_one"]["vs_scipy"] <= LIMITS["many_to_one_vs_scipy"],
        "update_visible_ms": figures["update_visible_ms"] <= LIMITS["update_visible_ms"],
        "oracle_mismatches": figures["oracle_mismatches"] == LIMITS["oracle_mismatches"],
        "matching_right_share": right is None or right >= LIMITS["matching_right_share"],
    }
    return slow + [name for name, holds in rows.items() if not holds]
