"""One thing observed by one sensor that stands still, in the words of OGC SensorThings."""

from __future__ import annotations

import msgspec


class Observation(msgspec.Struct, frozen=True, gc=False):
    """What `sensor` (a camera's id) says of `observed_property`, when; `feature` tells which part ("" the whole)."""

    sensor: str
    observed_property: str
    result: float | bool | str
    phenomenon_time_ms: int
    feature: str = ""
