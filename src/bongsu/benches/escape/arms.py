"""What is watched: the plan, its two ablations and the nearest cameras; and the judge of who was seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bongsu.benches.escape.site import REACH_M, Site
from bongsu.city.pursuit.cover import cover
from bongsu.city.pursuit.plan import Belief, plan_of
from bongsu.city.pursuit.sights import Slots, cells_of, passes_of

Floats = NDArray[np.float64]
Watched = list[NDArray[np.integer]]
"""By slot, rows of cameras."""
K = 9
LIVE = Slots(120_000, 10, 30_000)
REPLAY = Slots(0, 1, 120_000)
Track = Callable[[Floats], Floats]
"""Seconds after the deed to places, nan while off the street."""


def arms_of(site: Site, belief: Belief, xy: Floats) -> dict[str, tuple[Slots, Watched]]:
    """Every arm's cameras for one deed."""
    plan = plan_of(site.field, belief, LIVE, K)
    nearest = np.argsort(np.hypot(*(site.cameras - xy).T), kind="stable")
    planned: Watched = [plan.watch.camera[plan.watch.slot == slot] for slot in range(LIVE.count)]
    whole = Slots(LIVE.from_ms, 1, LIVE.to_ms - LIVE.from_ms)
    cells = cells_of(passes_of(belief.paths, site.field.views), whole, len(belief.paths))
    untimed = cover(cells, 1, K, belief.weight).camera
    arms: dict[str, tuple[Slots, Watched]] = {
        "planned": (LIVE, planned),
        "untimed": (LIVE, [untimed] * LIVE.count),
        "nearest": (LIVE, [nearest[:K]] * LIVE.count),
    }
    for most in (4, K):
        arms[f"replay_planned_{most}"] = (REPLAY, [plan.replay.camera[:most]])
        arms[f"replay_nearest_{most}"] = (REPLAY, [nearest[:most]])
    return arms


def seen(site: Site, track: Track, slots: Slots, watched: Watched) -> bool:
    """Tell whether somebody is within a watched camera's reach at some half second of its slot."""
    for slot, cameras in enumerate(watched):
        begin = (slots.from_ms + slot * slots.each_ms) / 1000
        xy = track(np.arange(begin, begin + slots.each_ms / 1000, 0.5))
        xy = xy[~np.isnan(xy[:, 0])]
        if len(xy) and len(cameras):
            apart = site.cameras[cameras][:, None] - xy
            if (np.hypot(apart[..., 0], apart[..., 1]) <= REACH_M).any():
                return True
    return False
