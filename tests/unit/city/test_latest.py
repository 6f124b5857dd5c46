import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.city import latest
from bongsu.core.asset import Unit, UnitKind
from bongsu.core.batch import Batch
from bongsu.core.errors import TooMuch
from fakes.city import a_city, at


def a_unit(id: str, name: str = "순찰 1") -> Unit:
    return Unit(id=id, name=name, kind=UnitKind.PATROL)


def a_batch(*rows: tuple) -> Batch:
    """Rows of (unit, lon, lat, speed, heading, time)."""
    unit, lon, lat, speed, heading, time_ms = zip(*rows, strict=True)
    floats = (np.array(column, dtype=np.float64) for column in (lon, lat, speed, heading))
    return Batch("police112", unit, *floats, np.array(time_ms, dtype=np.int64))


def a_city_with(*ids: str):
    city = a_city()
    city.register(a_unit(id) for id in ids)
    return city


def records(frame: bytes) -> list[tuple]:
    return list(struct.iter_unpack("<HiiHH", frame))


def test_a_frame_holds_fourteen_bytes_a_unit_as_the_doors_say():
    city = a_city_with("P1", "P2")
    assert city.see(a_batch(("P2", 127.1234567, 37.5, 12.34, 271.5, 1000))) == 0
    frame = city.frame()
    assert len(frame) == 14
    assert records(frame) == [(1, 1271234567, 375000000, 27150, 1234)]


def test_a_heading_nobody_told_is_65535_and_a_speed_0():
    city = a_city_with("P1")
    city.see(a_batch(("P1", 127.0, 37.0, np.nan, np.nan, 1)))
    assert records(city.frame())[0][3:] == (65535, 0)


def test_a_heading_just_under_north_is_north():
    city = a_city_with("P1")
    city.see(a_batch(("P1", 127.0, 37.0, 900.0, 359.999, 1)))
    assert records(city.frame())[0][3:] == (0, 65534)


def test_unknown_units_are_counted_and_change_nothing():
    city = a_city_with("P1")
    assert city.see(a_batch(("P9", 127.0, 37.0, 1, 1, 1), ("P1", 127.5, 37.5, 1, 1, 1), ("P8", 1, 1, 1, 1, 1))) == 2
    assert [row[:2] for row in records(city.frame())] == [(0, 1275000000)]


def test_a_city_without_crews_counts_every_observation_as_unknown():
    assert a_city().see(a_batch(("P1", 127.0, 37.0, 1, 1, 1))) == 1


def test_a_late_word_does_not_move_a_unit_back():
    city = a_city_with("P1")
    city.see(a_batch(("P1", 127.2, 37.0, 1, 1, 2000)))
    city.see(a_batch(("P1", 127.1, 37.0, 1, 1, 1999)))
    assert records(city.frame())[0][1] == 1272000000


@given(st.permutations(range(6)))
@settings(max_examples=30, deadline=None)
def test_the_newest_of_a_units_observations_stands_whatever_their_order(order):
    city = a_city_with("P1", "P2")
    rows = [(f"P{n % 2 + 1}", 127.0 + n / 100, 37.0, 1, 1, 1000 + n) for n in range(6)]
    city.see(a_batch(*(rows[n] for n in order)))
    assert [row[1] for row in records(city.frame())] == [1270400000, 1270500000]


def test_a_place_off_the_earth_is_not_taken():
    city = a_city_with("P1")
    city.see(a_batch(("P1", np.nan, 37.0, 1, 1, 1), ("P1", 127.0, 91.0, 1, 1, 2)))
    assert city.frame() == b""


def test_a_new_name_keeps_its_row_and_later_units_their_positions():
    city = a_city_with("P1", "P2")
    city.see(a_batch(("P1", 127.0, 37.0, 1, 1, 1)))
    city.register([a_unit("P2", "순찰 22"), a_unit("P3")])
    assert [(unit.id, unit.name) for unit in city.units] == [("P1", "순찰 1"), ("P2", "순찰 22"), ("P3", "순찰 1")]
    assert len(records(city.frame())) == 1


def test_only_the_asked_for_rows_are_sent():
    city = a_city_with("P1", "P2", "P3")
    city.see(a_batch(("P1", 127.0, 37.0, 1, 1, 1), ("P3", 127.1, 37.0, 1, 1, 1)))
    assert [row[0] for row in records(city.frame([2, 1, 2]))] == [2]
    assert city.frame([]) == b""


def test_units_near_are_those_last_seen_within_the_radius():
    city = a_city_with("P1", "P2", "P3")
    near, far = at(300, 400), at(600, 800)
    city.see(a_batch(("P1", near.lon, near.lat, 1, 1, 1), ("P2", far.lon, far.lat, 1, 1, 1)))
    assert city.units_near([at(0, 0)], 501) == [0]
    assert city.units_near([at(0, 0)], 1001) == [0, 1]


def test_a_frame_can_name_no_more_than_65536_units(monkeypatch):
    monkeypatch.setattr(latest, "MOST_UNITS", 2)
    city = a_city_with("P1", "P2")
    city.register([a_unit("P1", "again")])
    with pytest.raises(TooMuch):
        city.register([a_unit("P3")])
