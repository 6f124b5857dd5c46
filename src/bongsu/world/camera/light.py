"""What the sky does to a picture: how bright, from where, of which colour, how far one sees, how grainy."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.world.sky import Sky, Weather

Colour = tuple[float, float, float]
Floats = NDArray[np.float32]

AFTERNOON = Sky(
    at=datetime(2026, 9, 22, 5, 0, tzinfo=UTC),
    sun_altitude_deg=52.5,
    sun_azimuth_deg=216.0,
    light=1.0,
    weather=Weather.CLEAR,
    visibility_m=16_000.0,
    wet=0.0,
    white=0.0,
)
"""A clear early afternoon: what cameras show where nobody says what day it is."""

LOWEST_SUN_DEG = 4.0
"""Below it shadows would fall longer than any street; the sun is then too weak to cast one."""

_WARM = np.array([0.55, 0.82, 1.18], np.float32)
_COOL = np.array([1.16, 1.0, 0.86], np.float32)
_PLAIN = np.ones(3, np.float32)
SODIUM = np.array([0.62, 0.88, 1.0], np.float32)
"""The colour of street lamps (blue, green, red)."""


@dataclass(frozen=True)
class Light:
    """The light of one moment; factors of 1 are a clear noon as the camera exposes it.

    `to_sun` is a unit vector (east, north, up); `fall` is where a shadow falls per metre of height (east, north).
    `direct` and `ambient` are what the sun and the sky add on open ground, `lamps` how far street lamps are on.
    `dim` is how dark the camera's picture is in spite of its exposure. `veil_per_m` is the extinction of the air.
    """

    to_sun: tuple[float, float, float]
    fall: tuple[float, float]
    direct: float
    ambient: float
    dim: float
    lamps: float
    sun_tint: Floats
    sky_tint: Floats
    horizon: Floats
    zenith: Floats
    clouds: float
    veil_per_m: float
    weather: Weather
    wet: float
    white: float
    noise: int

    def tone(self, colour: Colour, shade: float, far: float) -> Colour:
        """A colour in so much light, seen through so many metres of air."""
        veil = 1 - math.exp(-far * self.veil_per_m)
        bare = (1 - veil) * shade
        b, g, r = colour
        air_b, air_g, air_r = self._air
        return (
            min(255.0, b * bare + air_b * veil),
            min(255.0, g * bare + air_g * veil),
            min(255.0, r * bare + air_r * veil),
        )

    def through(self, gain: float) -> Light:
        """The same light as an exposure so much longer shows it."""
        brighter = np.minimum(self.horizon * np.float32(gain), np.float32(255))
        return replace(self, direct=self.direct * gain, ambient=self.ambient * gain, horizon=brighter)

    @cached_property
    def _air(self) -> Colour:
        b, g, r = self.horizon.tolist()
        return b, g, r

    @property
    def casts(self) -> bool:
        """Whether things cast a shadow."""
        return self.direct > 0.04


def step(sky: Sky) -> Sky:
    """The sky rounded to what the eye can tell apart: all moments of one step share their lit backdrops."""
    return msgspec.structs.replace(
        sky,
        at=AFTERNOON.at,
        sun_altitude_deg=round(sky.sun_altitude_deg),
        sun_azimuth_deg=round(sky.sun_azimuth_deg / 2) * 2,
        light=round(sky.light, 2),
        visibility_m=round(2 ** (round(math.log2(max(20.0, sky.visibility_m)) * 3) / 3)),
        wet=round(sky.wet * 8) / 8,
        white=round(sky.white * 8) / 8,
    )


def light_of(sky: Sky) -> Light:
    """What the sky does to a picture."""
    to_sun, fall = _sun(sky)
    lamps = 1 - _ramp(sky.light, 0.06, 0.2)
    # A camera's exposure holds the picture up to about a quarter of daylight; below, it sinks.
    dim = max(0.13, min(1.0, math.sqrt(sky.light / 0.25)))
    clear = sky.weather is Weather.CLEAR
    sunny = _ramp(sky.sun_altitude_deg, 0.0, 9.0) * (1.0 if clear else 0.0)
    low = 1 - _ramp(sky.sun_altitude_deg, 2.0, 28.0)
    direct = 0.46 * sunny * (0.45 + 0.55 * min(1.0, to_sun[2] / 0.79)) * dim
    horizon, zenith = _sky_colours(sky, dim)
    return Light(
        to_sun=to_sun,
        fall=fall,
        direct=direct,
        ambient=(0.86 - 0.28 * sunny) * dim,
        dim=dim,
        lamps=lamps,
        sun_tint=_PLAIN + (_WARM - _PLAIN) * np.float32(low),
        sky_tint=_PLAIN + (_COOL - _PLAIN) * np.float32(max(0.6 * low, 0.8 * lamps) if clear else 0.25 + 0.4 * lamps),
        horizon=horizon,
        zenith=zenith,
        clouds=1.0 if clear else 0.25,
        veil_per_m=3.912 / sky.visibility_m + (1 / 620 if clear else 1 / 900),
        weather=sky.weather,
        wet=sky.wet,
        white=sky.white,
        noise=_noise(sky.light),
    )


def _sun(sky: Sky) -> tuple[tuple[float, float, float], tuple[float, float]]:
    """Towards the sun (east, north, up; never below the horizon), and where a shadow falls per metre of height."""
    altitude, azimuth = math.radians(sky.sun_altitude_deg), math.radians(sky.sun_azimuth_deg)
    flat = math.cos(altitude)
    long = 1 / math.tan(max(altitude, math.radians(LOWEST_SUN_DEG)))
    east, north = math.sin(azimuth), math.cos(azimuth)
    return (east * flat, north * flat, max(math.sin(altitude), 0.0)), (-east * long, -north * long)


def _noise(light: float) -> int:
    """Steps of sensor gain: 0 by day, 1 at dusk, 2 at night."""
    return 0 if light > 0.2 else 1 if light > 0.05 else 2


def _sky_colours(sky: Sky, dim: float) -> tuple[Floats, Floats]:
    """The colours at the horizon and overhead (blue, green, red): day, dusk, night, or a closed sky."""
    day = np.array([[214, 208, 200], [222, 178, 128]], np.float32)
    dusk = np.array([[118, 150, 226], [152, 104, 74]], np.float32)
    night = np.array([[54, 44, 42], [30, 20, 15]], np.float32)
    closed = np.array([[204, 202, 200], [196, 194, 192]], np.float32)
    if sky.weather is not Weather.CLEAR:
        glow = np.array([[50, 52, 58], [34, 34, 37]], np.float32)
        both = glow + (closed - glow) * np.float32(max(0.0, (dim - 0.13) / 0.87))
        return both[0], both[1]
    low = np.float32(1 - _ramp(sky.sun_altitude_deg, 1.0, 14.0))
    dark = np.float32(1 - _ramp(sky.sun_altitude_deg, -9.0, -1.0))
    both = day + (dusk - day) * low
    both = both + (night - both) * dark
    return both[0], both[1]


def _ramp(value: float, low: float, high: float) -> float:
    """0 below, 1 above, smooth in between."""
    part = min(1.0, max(0.0, (value - low) / (high - low)))
    return part * part * (3 - 2 * part)
