"""What looking and not finding teaches, and where a minute of looking finds most (Koopman 1946)."""

from __future__ import annotations

import numpy as np

from bongsu.city.roads.streets import Floats, Longs

SUREST = 0.995
"""No look is believed beyond this: who was overlooked must be found again on the map."""


def pod_of(width_m: float, speed_mps: float, seconds: float, area_m2: Floats) -> Floats:
    """The probability of detection of a look over areas: 1 - e^(-W v t / A); 0 for no effort."""
    swept = max(width_m, 0.0) * max(speed_mps, 0.0) * max(seconds, 0.0)
    pod: Floats = np.minimum(-np.expm1(-swept / np.maximum(area_m2, 1e-9)), SUREST)
    return pod


def searched(poa: Floats, rows: Longs, pod: Floats) -> Floats:
    """The map after stretches `rows` (each once) were looked at with `pod` and nobody was found; sums to 1."""
    left = poa.copy()
    left[rows] *= 1 - np.minimum(pod, SUREST)
    total: Floats = left / left.sum()
    return total


def worth_per_minute(poa: Floats, place: Longs, row: Longs, pod: Floats, minutes: Floats) -> Floats:
    """The probability of finding them per minute at each of P places to look, (P,).

    Place `place[k]` shows stretch `row[k]` with `pod[k]`; `minutes` is what looking there takes, above 0, by place.
    """
    found: Floats = np.bincount(place, poa[row] * pod, minlength=len(minutes)) / minutes
    return found
