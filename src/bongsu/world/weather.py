"""The weather and the light of the simulated city: a seeded chain of half hours, the same however time is visited.

The chain starts anew every Monday 00:00 Korean time from a draw of its own, so any moment is at most 336 steps away.
Sun: the low-precision formulas of the Astronomical Almanac (error below 0.1°, refraction left out).
"""

from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

from bongsu.core.clock import KST
from bongsu.core.geo import Point
from bongsu.world.scene import unit_hash
from bongsu.world.sky import Sky, Weather

STEP_MIN = 30
"""Minutes one state of the chain lasts."""

_STAYS = {Weather.CLEAR: 0.96, Weather.RAIN: 0.86, Weather.SNOW: 0.86, Weather.FOG: 0.80}
_VISIBILITY_M = {
    Weather.CLEAR: (12_000.0, 20_000.0),
    Weather.RAIN: (1_500.0, 6_000.0),
    Weather.SNOW: (300.0, 2_000.0),
    Weather.FOG: (60.0, 600.0),
}
_DIMS = {Weather.CLEAR: 1.0, Weather.RAIN: 0.55, Weather.SNOW: 0.65, Weather.FOG: 0.6}
_DRIES = 0.82
_MELTS = 0.97
_SETTLES = 0.25


class Climate(msgspec.Struct, frozen=True, kw_only=True):
    """The weather of one city in one run: `fixed` holds it at one word, otherwise the seed settles it."""

    seed: int
    where: Point
    fixed: Weather | None = None

    def sky(self, at: datetime) -> Sky:
        """The sky at an aware time; a pure function of seed, place and time."""
        altitude, azimuth = sun(at, self.where)
        weather, wet, white = self._ground(at)
        low, high = _VISIBILITY_M[weather]
        return Sky(
            at=at,
            sun_altitude_deg=altitude,
            sun_azimuth_deg=azimuth,
            light=daylight(altitude) * _DIMS[weather],
            weather=weather,
            visibility_m=low * (high / low) ** self._mildness(at),
            wet=wet,
            white=white,
        )

    def _ground(self, at: datetime) -> tuple[Weather, float, float]:
        if self.fixed is not None:
            wet = 0.9 if self.fixed is Weather.RAIN else 0.3 if self.fixed is Weather.SNOW else 0.0
            return self.fixed, wet, 0.8 if self.fixed is Weather.SNOW else 0.0
        monday = _monday(at)
        return _week(self.seed, monday)[_steps(monday, at)]

    def _mildness(self, at: datetime) -> float:
        """0 (as bad as it gets) to 1, drifting smoothly from step to step."""
        monday = _monday(at)
        part = (at - monday) / timedelta(minutes=STEP_MIN)
        step = int(part)
        here, there = (unit_hash(self.seed, "mild", monday.date(), step + n) for n in (0, 1))
        ease = (1 - math.cos(math.pi * (part - step))) / 2
        return here + (there - here) * ease


def sun(at: datetime, where: Point) -> tuple[float, float]:
    """The sun's altitude over the horizon and its azimuth clockwise from north, degrees."""
    days = (at.astimezone(UTC) - datetime(2000, 1, 1, 12, tzinfo=UTC)) / timedelta(days=1)
    anomaly = math.radians((357.528 + 0.9856003 * days) % 360)
    longitude = math.radians(280.460 + 0.9856474 * days + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
    tilt = math.radians(23.439 - 4e-7 * days)
    ascension = math.atan2(math.cos(tilt) * math.sin(longitude), math.cos(longitude))
    declination = math.asin(math.sin(tilt) * math.sin(longitude))
    sidereal = math.radians((280.46062 + 360.98564737 * days + where.lon) % 360)
    hour, lat = sidereal - ascension, math.radians(where.lat)
    up = math.sin(lat) * math.sin(declination) + math.cos(lat) * math.cos(declination) * math.cos(hour)
    east = -math.cos(declination) * math.sin(hour)
    north = math.sin(declination) * math.cos(lat) - math.cos(declination) * math.sin(lat) * math.cos(hour)
    return math.degrees(math.asin(max(-1.0, min(1.0, up)))), math.degrees(math.atan2(east, north)) % 360


def daylight(altitude_deg: float) -> float:
    """Light on the ground under a clear sky, 0–1: dark below civil twilight (−6°), full from 40° up."""
    if altitude_deg <= -6:
        return 0.0
    if altitude_deg <= 0:
        risen = (altitude_deg + 6) / 6
        return 0.3 * risen * risen
    return 0.3 + 0.7 * math.pow(min(1.0, altitude_deg / 40), 0.6)


@lru_cache(maxsize=16)
def _week(seed: int, monday: datetime) -> tuple[tuple[Weather, float, float], ...]:
    """Weather, wetness of the roads and lying snow for every step of a week."""
    weather = _turn(Weather.CLEAR, 1.0, monday, unit_hash(seed, "week", monday.date()))
    wet = white = 0.0
    steps: list[tuple[Weather, float, float]] = []
    for number in range(7 * 24 * 60 // STEP_MIN + 1):
        at = monday + timedelta(minutes=STEP_MIN * number)
        leaves, to = (unit_hash(seed, word, monday.date(), number) for word in ("leaves", "to"))
        if leaves > _STAYS[weather]:
            weather = _turn(weather, _dampness(at), at, to)
        wet = min(1.0, wet * _DRIES + (0.4 if weather is Weather.RAIN else 0.02 if white else 0.0))
        white = min(1.0, white + _SETTLES) if weather is Weather.SNOW else max(0.0, white * _MELTS - 0.005)
        steps.append((weather, round(wet, 4), round(white, 4)))
    return tuple(steps)


def _turn(weather: Weather, dampness: float, at: datetime, draw: float) -> Weather:
    """What comes after a state: clear after the rest, and after clear what season and hour make likely."""
    if weather is not Weather.CLEAR:
        return Weather.CLEAR
    fog = (0.30 if at.month in (9, 10, 11) else 0.12) if 2 <= at.hour < 9 else 0.03
    falls = Weather.SNOW if at.month in (12, 1, 2) else Weather.RAIN
    weights = ((Weather.FOG, fog), (falls, 0.55 * dampness), (Weather.CLEAR, 1.0))
    total = list(itertools.accumulate(weight for _, weight in weights))
    return next(w for (w, _), reached in zip(weights, total, strict=True) if draw * total[-1] <= reached)


def _dampness(at: datetime) -> float:
    """How likely rain or snow is by season: the monsoon of July and August rains three times as often."""
    return {6: 1.6, 7: 3.0, 8: 2.6, 9: 1.4}.get(at.month, 1.0)


def _monday(at: datetime) -> datetime:
    local = at.astimezone(KST)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=local.weekday())


def _steps(monday: datetime, at: datetime) -> int:
    return int((at - monday) / timedelta(minutes=STEP_MIN))
