"""Which cameras an agency may see on which legal basis, by what they were put up for (목적 외 이용·제공의 제한).

개인정보 보호법 제18조: pictures taken for one purpose go to another body only where the law allows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bongsu.city.breath import Breathe, in_steps
from bongsu.core.asset import Camera, Purpose
from bongsu.core.revision import PurposeTerms

ANYBODY = "*"
MARKS = {purpose: 1 << at for at, purpose in enumerate(Purpose)}

Terms = Mapping[Purpose, PurposeTerms]


def purposes_of(camera: Camera) -> tuple[Purpose, ...]:
    """What a camera is for; one nobody knows the purpose of counts as other."""
    return camera.purposes or (Purpose.OTHER,)


def permits(terms: Terms, purpose: Purpose, agency: str, basis: str) -> bool:
    """Tell whether an agency may see cameras of a purpose on a basis; a purpose without terms is open to all."""
    known = terms.get(purpose)
    if known is None:
        return True
    return basis in known.agencies.get(agency, ()) or basis in known.agencies.get(ANYBODY, ())


class Purposes:
    """What each camera is for, as columns, and the terms that hold now."""

    def __init__(self, cameras: Sequence[Camera], terms: Terms, breathe: Breathe = lambda: None) -> None:
        self._cameras = cameras
        marks = [sum(MARKS[purpose] for purpose in set(purposes_of(camera))) for camera in in_steps(cameras, breathe)]
        self._marks = np.array(marks, dtype=np.uint32)
        self.terms = dict(terms)

    def may_see(self, rows: NDArray[np.int64], agency: str, basis: str) -> NDArray[np.bool_]:
        """Of these cameras, which serve a purpose that lets the agency see."""
        allowed = sum(mark for purpose, mark in MARKS.items() if permits(self.terms, purpose, agency, basis))
        seen: NDArray[np.bool_] = (self._marks[rows] & np.uint32(allowed)) != 0
        return seen

    def beyond_terms(self, breathe: Breathe = lambda: None) -> dict[str, int]:
        """How many cameras keep pictures shorter or longer than every one of their purposes says."""
        counts = {"shorter": 0, "longer": 0}
        for camera in in_steps(self._cameras, breathe):
            days = [self.terms[purpose].retention_days for purpose in purposes_of(camera) if purpose in self.terms]
            if camera.retention_days is None or not days:
                continue
            counts["shorter"] += camera.retention_days < min(days)
            counts["longer"] += camera.retention_days > max(days)
        return counts
