"""People who are lost, as no planner expects: they go one way and keep to it, or drift; fast or slow; until found.

Own streets, own speeds, own draw of the published distances: nothing here is shared with whoever looks for them.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from bongsu.world.fugitives import Floats, Net

SHARES = (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)
FOUND_KM = (0.03, 0.32, 1.13, 3.22, 12.55, 20.0)
"""Dementia in towns, at those shares (Koester, Lost Person Behavior, 2008); between them straight in the logarithm.
The ends are ours: the book has none."""
NET_MPS = 2.0
"""The speed the streets' seconds are at."""
WAYS = ("straight", "drift", "by_street")


def strays(net: Net, how: str, start: Floats, after_s: float, chance: np.random.Generator) -> Floats | None:
    """Where somebody who set out from `start` (metres) `after_s` seconds ago is found, (2,); None: beyond the map.

    "straight" and "drift" go as far as the book says by the crow, "by_street" by the way; "straight" keeps a heading.
    """
    from_node = int(cKDTree(net.xy).query(start)[1])
    walked = dijkstra(net.graphs["foot", False], indices=from_node) * NET_MPS
    told = float(np.exp(np.interp(chance.random(), SHARES, np.log(FOUND_KM)))) * 1000
    farthest = min(float(chance.lognormal(np.log(0.9), 0.4)), 2.2) * after_s
    ray = net.xy - net.xy[from_node]
    crow = np.hypot(*ray.T)
    far = walked if how == "by_street" else crow
    ring = np.isfinite(walked) & (np.abs(far - told) <= 40 + 0.05 * told)
    if not ring.any():
        return None
    weight = np.where(ring, 1.0, 0.0)
    if how == "straight":
        heading = chance.uniform(-np.pi, np.pi)
        weight *= np.exp(4 * np.cos(np.arctan2(ray[:, 1], ray[:, 0]) - heading))
    goal = int(chance.choice(len(weight), p=weight / weight.sum()))
    return net.xy[goal] if walked[goal] <= farthest else _stopped(net, from_node, goal, farthest)


def _stopped(net: Net, start: int, goal: int, farthest: float) -> Floats:
    """Where they are on the way to a goal they have not reached yet."""
    far, before = dijkstra(net.graphs["foot", False], indices=start, return_predecessors=True)
    at = goal
    while at != start and far[at] * NET_MPS > farthest:
        at = int(before[at])
    there: Floats = net.xy[at]
    return there
