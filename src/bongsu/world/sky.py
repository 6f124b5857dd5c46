"""The sky over the city at one moment: how light it is, what falls, how far one sees. Cameras render by it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Weather(StrEnum):
    """What the weather does; the words a scenario uses."""

    CLEAR = "clear"
    RAIN = "rain"
    SNOW = "snow"
    FOG = "fog"


class Sky(msgspec.Struct, frozen=True, kw_only=True):
    """The sky at a simulated time; the sun stands `sun_altitude_deg` over the horizon, clockwise from north.

    `light` is daylight on the ground, from 0 (night, lamps only) to 1 (a clear noon). `visibility_m` is how far a
    person sees (meteorological optical range). `wet` says how wet the roads are and `white` how much snow lies, 0–1.
    """

    at: datetime
    sun_altitude_deg: float
    sun_azimuth_deg: float
    light: float
    weather: Weather
    visibility_m: float
    wet: float
    white: float

    @property
    def is_dark(self) -> bool:
        """Whether street lamps are on and cameras turn their gain up."""
        return self.light < 0.12
