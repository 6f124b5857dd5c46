"""One feature of a boundary file before anything is judged: what it says of itself, and its rings as they came."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from bongsu.core.errors import Invalid

Ring = NDArray[np.float64]
"""Points, (n, 2)."""
RING_POINTS = 4


class Feature(msgspec.Struct, frozen=True):
    """Properties by their name, and polygons as lists of rings, the outer one first; none when it has no surface."""

    properties: dict[str, str]
    polygons: list[list[Ring]]


class Source(msgspec.Struct, frozen=True):
    """A file taken apart: its format, its features, its coordinate system as it names it ("" when it does not)."""

    format: str
    features: list[Feature]
    crs: str


def texts(properties: object) -> dict[str, str]:
    """Properties as text; what is no name or number is left out."""
    if not isinstance(properties, dict):
        return {}
    return {str(key): str(value).strip() for key, value in properties.items() if isinstance(value, (str, int, float))}


def ring_of(points: Any) -> Ring:
    """A ring out of nested lists. Raises Invalid("boundary.unreadable") for what is none."""
    try:
        ring = np.array([point[:2] for point in points], dtype=np.float64).reshape(-1, 2)
    except (TypeError, ValueError, IndexError, OverflowError, KeyError) as problem:
        raise Invalid("boundary.unreadable", byte=0, detail=str(problem)) from problem
    if not np.isfinite(ring).all():
        raise Invalid("boundary.unreadable", byte=0, detail="a coordinate is not a number")
    return ring


def shape_of(polygons: list[list[Ring]]) -> BaseGeometry:
    """The surface as it came, valid or not; rings too short to hold one are left out."""
    kept = [[ring for ring in rings if len(ring) >= RING_POINTS] for rings in polygons if rings]
    made = [shapely.Polygon(rings[0], rings[1:]) for rings in kept if rings]
    return shapely.MultiPolygon(made)
