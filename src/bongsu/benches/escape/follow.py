"""What a sighting is worth: found on a recording, planned anew from there, and watched live after that."""

from __future__ import annotations

import numpy as np

from bongsu.benches.escape.arms import LIVE, REPLAY, K, Track, Watched, seen
from bongsu.benches.escape.site import REACH_M, Site, spots_at
from bongsu.city.pursuit.modes import Mode
from bongsu.city.pursuit.plan import Belief, plan_of, sighted


def followed(site: Site, belief: Belief, mode: Mode, track: Track, planned: Watched, replayed: Watched) -> bool:
    """Tell whether they are seen live when the plan's recordings were looked through first, as if in no time.

    Who is on none of them is watched for by the first plan. The sighting is the camera's place, not theirs, and the
    last half second on any of the recordings; no heading.
    """
    found = _last_on(site, track, replayed[0])
    if found is None:
        return seen(site, track, LIVE, planned)
    camera, at_ms = found
    spots = spots_at(site, site.cameras[camera])
    if spots is None:
        return seen(site, track, LIVE, planned)
    again = sighted(site.field, belief, spots, at_ms, LIVE.to_ms, at_ms, mode)
    watch = plan_of(site.field, again, LIVE, K).watch
    return seen(site, track, LIVE, [watch.camera[watch.slot == slot] for slot in range(LIVE.count)])


def _last_on(site: Site, track: Track, cameras: np.ndarray) -> tuple[int, int] | None:
    """The camera and the ms of the last half second somebody is on any of these recordings."""
    seconds = np.arange(0.0, REPLAY.to_ms / 1000, 0.5)
    xy = track(seconds)
    apart = np.hypot(*(site.cameras[cameras][:, None] - xy).transpose(2, 0, 1))
    shown = np.nan_to_num(apart, nan=np.inf) <= REACH_M
    if not shown.any():
        return None
    last = int(np.flatnonzero(shown.any(axis=0))[-1])
    nearest = int(np.argmin(np.where(shown[:, last], apart[:, last], np.inf)))
    return int(cameras[nearest]), int(seconds[last] * 1000)
