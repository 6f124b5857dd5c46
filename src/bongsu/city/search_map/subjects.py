"""Who is lost, and how far such people were found: only categories whose distances are published."""

from __future__ import annotations

import msgspec
import numpy as np
from scipy.special import ndtr

from bongsu.city.roads.streets import Floats


class Subject(msgspec.Struct, frozen=True):
    """A lognormal of the distance (km) between where one was last seen and where one was found, and who says so."""

    name: str
    mu: float
    sigma: float
    source: str


DEMENTIA_URBAN = Subject(
    "dementia_urban",
    0.026,
    1.569,
    "Koester, Lost Person Behavior, 2008: 0.32, 1.13, 3.22, 12.55 km at 25, 50, 75, 95 %",
)
"""Fitted to the four quantiles. The book measures as the crow flies; here it is taken as the way along the streets."""


BY_NAME = {"dementia": DEMENTIA_URBAN}
"""The categories by the names people choose them by (`core.search.SUBJECTS`)."""


def share_within(subject: Subject, metres: Floats) -> Floats:
    """The share of such people found within so many metres, of any shape."""
    with np.errstate(divide="ignore"):
        share: Floats = ndtr((np.log(np.maximum(metres, 0.0) / 1000) - subject.mu) / subject.sigma)
    return share
