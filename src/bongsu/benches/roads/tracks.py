"""Real tracks with a known way (Kubička et al., 2015, Zenodo 57731): how much of each is matched right.

A folder holds one folder a track: `<id>.nodes` (lon lat), `.arcs` (from to, rows of nodes), `.track` (lon lat s) and
`.route` (rows of arcs, the true way).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from bongsu.city.roads.grid import grid_of
from bongsu.city.roads.matching import Terms, match, roads_for
from bongsu.city.roads.streets import Streets, streets_of
from bongsu.city.shapes import metres
from bongsu.core.asset import Ground, Road


def shares(folder: Path) -> dict[str, Any]:
    """By track: km of the true way, `right` and `added` shares of it, breaks; over all tracks by length."""
    tracks = {one.name: track(one / one.name) for one in sorted(folder.iterdir()) if one.is_dir()}
    km = sum(one["km"] for one in tracks.values())
    return {
        "right": round(sum(one["right"] * one["km"] for one in tracks.values()) / km, 4),
        "added": round(sum(one["added"] * one["km"] for one in tracks.values()) / km, 4),
        "tracks": tracks,
    }


def track(stem: Path) -> dict[str, Any]:
    """One track: `right` is the length of the true way found in its order over the whole; `added` what is not on it."""
    nodes, fixes = np.loadtxt(f"{stem}.nodes"), np.loadtxt(f"{stem}.track")
    arcs = np.loadtxt(f"{stem}.arcs", dtype=np.int64)
    streets, arc_of = _streets(nodes, arcs)
    usable = np.zeros(streets.arcs, bool)
    usable[arc_of] = True
    roads = roads_for(streets, grid_of(streets), usable)
    matched = match(roads, metres(fixes[:, :2], streets.plane), fixes[:, 2], Terms())
    truth = arc_of[np.loadtxt(f"{stem}.route", dtype=np.int64)]
    found = np.concatenate(matched.chains)
    length = streets.length_m
    common, whole = _in_order(truth, found, length), float(length[truth >> 1].sum())
    return {
        "km": round(whole / 1000, 2),
        "right": round(common / whole, 4),
        "added": round((float(length[found >> 1].sum()) - common) / whole, 4),
        "breaks": len(matched.chains) - 1,
        "passed_over": matched.passed_over,
        "sigma_m": round(matched.sigma_m, 1),
    }


def _streets(nodes: np.ndarray, arcs: np.ndarray) -> tuple[Streets, np.ndarray]:
    """The streets of a set's arcs, each pair of nodes one road, and which arc of ours each of theirs is."""
    low, high = arcs.min(axis=1), arcs.max(axis=1)
    pairs, pair = np.unique(low * len(nodes) + high, return_inverse=True)
    places = nodes.tolist()
    ends = np.column_stack((pairs // len(nodes), pairs % len(nodes))).tolist()
    roads = tuple(
        Road(id=row, line=(tuple(places[a]), tuple(places[b])), road_class="road", nodes=(a + 1, b + 1))
        for row, (a, b) in enumerate(ends)
    )
    streets = streets_of(Ground(roads=roads))
    link_of = np.empty(len(pairs), np.int64)
    link_of[streets.road_id[streets.road]] = np.arange(len(pairs))
    return streets, 2 * link_of[pair] + (arcs[:, 0] > arcs[:, 1])


def _in_order(truth: np.ndarray, found: np.ndarray, length: np.ndarray) -> float:
    """Metres of the longest way common to both in order (a longest common subsequence by length)."""
    weight = length[truth >> 1]
    best = np.zeros(len(found) + 1)
    for arc, metres_long in zip(truth.tolist(), weight.tolist(), strict=True):
        taken = np.where(found == arc, best[:-1] + metres_long, 0.0)
        best[1:] = np.maximum.accumulate(np.maximum(best[1:], taken))
    return float(best[-1])
