"""Where somebody may be before anybody has looked: the published distances laid along the streets."""

from __future__ import annotations

import numpy as np

from bongsu.city.roads.streets import Floats
from bongsu.city.search_map.stretches import Stretches
from bongsu.city.search_map.subjects import Subject, share_within

AT_START = 0.1
"""The share found where they were last seen, or as good as."""
BAND_M = 100.0
WALKS_MPS = 1.5
"""Nobody is farther than a brisk walk without a rest; who took a bus is, and this map does not know it."""
BEND = 0.5
"""How much a known heading counts: weights differ by e between straight on and straight back."""


def prior_of(
    subject: Subject,
    stretches: Stretches,
    metres: Floats,
    start: int,
    after_s: float,
    off_rad: Floats | None = None,
) -> Floats:
    """The probability of each stretch, (S,), sums to 1; `metres` are `walked_m`'s, `start` the stretch last seen on.

    Each band of 100 m has the share of its distance, spread over its streets by length. What lies off the map or
    farther than a walk of `after_s` seconds is shared out again over the rest. `off_rad`: how far each stretch lies
    off the way the person was going, radians; None where that is not known.
    """
    weight = stretches.length_m.copy()
    if off_rad is not None:
        weight *= np.exp(BEND * np.cos(off_rad))
    weight[~(metres <= max(after_s, 0.0) * WALKS_MPS)] = 0.0
    band = np.where(np.isfinite(metres), metres / BAND_M, 0).astype(np.int64)
    held = np.bincount(band, weight)
    edge = np.arange(len(held) + 1, dtype=np.float64) * BAND_M
    share = np.where(held > 0, np.diff(share_within(subject, edge)), 0.0)
    poa = weight * (share / np.where(held > 0, held, 1.0))[band]
    total = poa.sum()
    if total > 0:
        poa *= (1 - AT_START) / total
    poa[start] += 1 - poa.sum()
    return poa
