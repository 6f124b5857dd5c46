"""The sky is a function of seed, place and time; the sun is where almanacs say."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.clock import KST
from bongsu.core.geo import Point
from bongsu.world import day
from bongsu.world.sky import Weather
from bongsu.world.weather import Climate, daylight, sun

SEOUL = Point(126.978, 37.5665)
START = datetime(2026, 1, 5, tzinfo=KST)
moments = st.integers(0, 366 * 24 * 60).map(lambda minute: START + timedelta(minutes=minute))


@pytest.mark.parametrize(
    ("at", "altitude", "azimuth"),
    [
        (datetime(2026, 6, 21, 12, 34, tzinfo=KST), 75.9, 180),
        (datetime(2026, 12, 22, 12, 31, tzinfo=KST), 29.0, 180),
        (datetime(2026, 3, 20, 6, 35, tzinfo=KST), -1.0, 90),
        (datetime(2026, 11, 22, 17, 17, tzinfo=KST), -0.7, 243),
    ],
)
def test_the_sun_stands_where_almanacs_say_over_seoul(at: datetime, altitude: float, azimuth: float) -> None:
    """Noon heights are 90° − latitude ± 23.44°; the sun rises (−0.83°) due east at the equinox, a minute later."""
    found_altitude, found_azimuth = sun(at, SEOUL)
    assert found_altitude == pytest.approx(altitude, abs=0.6)
    assert abs((found_azimuth - azimuth + 180) % 360 - 180) < 2.5


@given(moments)
def test_the_same_moment_has_the_same_sky_however_it_is_reached(at: datetime) -> None:
    one, other = Climate(seed=4, where=SEOUL), Climate(seed=4, where=SEOUL)
    other.sky(at + timedelta(days=3))
    assert one.sky(at) == other.sky(at)


@given(moments)
def test_every_sky_keeps_within_its_bounds(at: datetime) -> None:
    sky = Climate(seed=9, where=SEOUL).sky(at)
    assert 0 <= sky.light <= 1
    assert 0 <= sky.wet <= 1
    assert 0 <= sky.white <= 1
    assert 50 <= sky.visibility_m <= 20_000
    assert all(0.05 < pace <= 1 for pace in day.paces(at, sky))
    assert 0 < day.volume(at) <= 1


def test_a_year_has_all_weathers_and_snow_only_in_winter() -> None:
    climate = Climate(seed=2, where=SEOUL)
    year = [climate.sky(START + timedelta(hours=hour)) for hour in range(0, 365 * 24, 8)]
    share = {weather: sum(sky.weather is weather for sky in year) / len(year) for weather in Weather}
    assert share[Weather.CLEAR] > 0.7
    assert all(0 < share[weather] < 0.25 for weather in (Weather.RAIN, Weather.SNOW, Weather.FOG))
    assert {sky.at.month for sky in year if sky.weather is Weather.SNOW} <= {12, 1, 2}


def test_a_scenario_may_hold_the_weather() -> None:
    fixed = Climate(seed=1, where=SEOUL, fixed=Weather.SNOW)
    assert all(fixed.sky(START + timedelta(days=90, hours=hour)).weather is Weather.SNOW for hour in range(48))


def test_night_is_dark_and_rain_dims_the_day() -> None:
    noon, midnight = datetime(2026, 5, 4, 12, tzinfo=KST), datetime(2026, 5, 4, 0, tzinfo=KST)
    clear, rain = (Climate(seed=1, where=SEOUL, fixed=weather) for weather in (Weather.CLEAR, Weather.RAIN))
    assert clear.sky(midnight).light == 0
    assert clear.sky(midnight).is_dark
    assert 0.3 < rain.sky(noon).light < clear.sky(noon).light
    assert daylight(-3) < daylight(3) < daylight(40) == 1


def test_rush_hours_differ_by_time_of_day_and_road() -> None:
    """The evening is slower than the morning on main roads; lanes where people live hardly notice either."""
    tuesday = datetime(2026, 11, 24, tzinfo=KST)
    climate = Climate(seed=1, where=SEOUL, fixed=Weather.CLEAR)

    def paces(hour: float) -> list[float]:
        at = tuesday + timedelta(hours=hour)
        return day.paces(at, climate.sky(at)).tolist()

    morning, noon, evening, night = paces(8.5), paces(12.5), paces(18.5), paces(3)
    assert evening[0] < morning[0] < noon[0] < night[0]
    assert night[2] - evening[2] < 0.3 * (night[0] - evening[0])
    assert day.volume(tuesday + timedelta(hours=8)) > 2 * day.volume(tuesday + timedelta(days=5, hours=8))


def test_snow_slows_everybody() -> None:
    at = datetime(2026, 11, 24, 18, tzinfo=KST)
    clear, snow = (Climate(seed=1, where=SEOUL, fixed=w).sky(at) for w in (Weather.CLEAR, Weather.SNOW))
    assert (day.paces(at, snow) < 0.7 * day.paces(at, clear)).all()
    assert day.walking_pace(snow) < day.walking_pace(clear)
