"""What can be observed: each observed property with its unit (UCUM) and the range in which a result can be true."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

LON, LAT = "lon", "lat"


class Observed(msgspec.Struct, frozen=True):
    """One observed property: results outside [low, high] are quarantined, not believed.

    `unit` is a UCUM code, "1" for a share or count. `event` marks a property of which only the moment matters
    (motion, a door): the same result told again is news.
    """

    unit: str
    low: float
    high: float
    event: bool = False


OBSERVED: Mapping[str, Observed] = MappingProxyType(
    {
        "motion": Observed("1", 0, 1, event=True),
        "door_open": Observed("1", 0, 1, event=True),
        "light": Observed("lx", 0, 200_000),
        "power": Observed("W", 0, 100_000),
        "energy": Observed("kW.h", 0, 1e8),
        "water_volume": Observed("m3", 0, 1e8),
        "water_flow": Observed("L/h", 0, 1e6),
        "temperature": Observed("Cel", -60, 1_200),
        "humidity": Observed("%", 0, 100),
        "smoke": Observed("1", 0, 1),
        "flame": Observed("1", 0, 1, event=True),
        "gas": Observed("[ppm]", 0, 100_000),
        "fill": Observed("1", 0, 1.2),
        "tilt": Observed("deg", -90, 90),
        "crack_width": Observed("mm", 0, 500),
        "vibration": Observed("mm/s", 0, 1_000),
        "water_level": Observed("m", -50, 200),
        "battery": Observed("1", 0, 1),
        "heart_rate": Observed("/min", 0, 300),
        "steps": Observed("1", 0, 1e6),
        "boarded": Observed("1", 0, 1, event=True),
        "alighted": Observed("1", 0, 1, event=True),
        "ignition": Observed("1", 0, 1, event=True),
        "help": Observed("1", 0, 1, event=True),
        "speed": Observed("m/s", 0, 150),
        # How many tags a bus still hears with its engine off, and 0 while it runs; whether a home is known to be empty.
        "aboard": Observed("1", 0, 200),
        "away": Observed("1", 0, 1),
    }
)
"""Every property a device may tell besides its place."""
