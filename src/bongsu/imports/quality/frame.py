"""The piece of land the report's map shows, and how a place on it becomes a point of the picture."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.core.geo import Plane, Point

WIDTH, HEIGHT = 1120.0, 720.0
MARGIN = 40.0
SPREAD = 1.35
"""The frame reaches this far beyond the middle 99 % of what was taken: what is out there stands at the edge."""
LEAST_M = 1_000.0
MOST, ZOOM_OUT = 1.03, 2.0
"""An outline gets this much air, and may make the picture at most so many times smaller."""

Lonlat = NDArray[np.float64]


class Frame(msgspec.Struct, frozen=True):
    """Metres around a middle, drawn at `scale` pixels a metre."""

    plane: Plane
    scale: float

    def to_px(self, lonlat: Lonlat) -> NDArray[np.float64]:
        """Pictures' points, y down, (n, 2)."""
        east, north = self.plane.metres_per_degree()
        origin = self.plane.origin
        x = WIDTH / 2 + (lonlat[:, 0] - origin.lon) * east * self.scale
        y = HEIGHT / 2 - (lonlat[:, 1] - origin.lat) * north * self.scale
        return np.column_stack([x, y])

    def bar(self) -> tuple[float, float]:
        """A round length for the scale bar: metres and pixels."""
        wanted = 140.0 / self.scale
        power = 10.0 ** math.floor(math.log10(wanted))
        metres = max(step * power for step in (1.0, 2.0, 5.0) if step * power <= wanted)
        return metres, metres * self.scale


def frame_of(lonlat: Lonlat) -> Frame | None:
    """The frame that holds nearly all of these places; None of nothing."""
    if len(lonlat) == 0:
        return None
    low, high = np.percentile(lonlat, 0.5, axis=0), np.percentile(lonlat, 99.5, axis=0)
    return _around(low, high, SPREAD)


def frame_with(frame: Frame, lonlat: Lonlat) -> Frame:
    """The frame widened to hold outlines as well, where that does not shrink everything."""
    wider = _around(lonlat.min(axis=0), lonlat.max(axis=0), MOST)
    return wider if wider.scale * ZOOM_OUT >= frame.scale else frame


def _around(low: Lonlat, high: Lonlat, spread: float) -> Frame:
    middle = (low + high) / 2
    plane = Plane(Point(float(middle[0]), float(middle[1])))
    size_m = np.maximum((high - low) * np.array(plane.metres_per_degree()) * spread, LEAST_M)
    room = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    return Frame(plane, float((room / size_m).min()))


def lonlat_of(points: Iterable[Point]) -> Lonlat:
    """Places as columns."""
    return np.array([(point.lon, point.lat) for point in points], dtype=np.float64).reshape(-1, 2)
