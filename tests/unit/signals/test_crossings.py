"""Which signals a crew's way crosses; and what a signal's record may not say."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bongsu.core.asset import Unit, UnitKind
from bongsu.core.dispatch import CrewWay, Doubt, Eta
from bongsu.core.dispatch import Crossing as Junction
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.core.report import Status
from bongsu.core.signal import VehicleClass
from bongsu.desk.signals import check_signal
from bongsu.signalling.crossings import CLEARS_MS, crossings_of, served
from fakes.dispatch import a_fire
from fakes.signals import a_signal, eight_phases

NOW = 1_795_000_000_000
HERE, NEAR, FAR = Point(127.1, 37.5), Point(127.1002, 37.5), Point(127.101, 37.5)
UNITS = (Unit(id="E1", name="잠실 펌프1", kind=UnitKind.ENGINE), Unit(id="P1", name="순1", kind=UnitKind.PATROL))


def a_way(*junctions, unit="E1", **more):
    crossings = tuple(
        Junction(at_m=float(at_ms // 100), at_ms=at_ms, lon=place.lon, lat=place.lat, from_deg=from_deg, to_deg=to_deg)
        for place, at_ms, from_deg, to_deg in junctions
    )
    return CrewWay(
        incident="I1", unit=unit, vehicle="engine", at_ms=NOW, number=1, goal=FAR, crossings=crossings, **more
    )


def test_a_way_over_a_junction_is_one_crossing_with_its_time_and_headings():
    way = a_way((HERE, 20_000, 0.0, 90.0), (FAR, 40_000, 90.0, 90.0))
    (crossing,) = crossings_of([way], {"S1": a_signal()}, UNITS)
    assert (crossing.signal, crossing.unit, crossing.incident) == ("S1", "E1", "I1")
    assert crossing.vehicle is VehicleClass.FIRE
    assert (crossing.arrives_ms, crossing.leaves_ms) == (NOW + 20_000, NOW + 20_000 + CLEARS_MS)
    assert (crossing.from_bearing_deg, crossing.to_bearing_deg) == (0.0, 90.0)


def test_a_junction_of_divided_roads_is_one_crossing_from_its_first_to_its_last():
    way = a_way((HERE, 20_000, 0.0, 0.0), (NEAR, 22_000, 0.0, 270.0))
    (crossing,) = crossings_of([way], {"S1": a_signal()}, UNITS)
    assert (crossing.arrives_ms, crossing.leaves_ms) == (NOW + 20_000, NOW + 22_000 + CLEARS_MS)
    assert (crossing.from_bearing_deg, crossing.to_bearing_deg) == (0.0, 270.0)


def test_of_two_signals_near_the_nearer_is_crossed():
    signals = {"S1": a_signal(), "S2": replace(a_signal(), where=NEAR)}
    assert [one.signal for one in crossings_of([a_way((NEAR, 1_000, 0.0, 0.0))], signals, UNITS)] == ["S2"]


def test_a_crew_may_be_late_as_much_as_its_way_may():
    eta = Eta(ms=100_000, low_ms=90_000, high_ms=130_000)
    (crossing,) = crossings_of([a_way((HERE, 20_000, 0.0, 0.0), eta=eta)], {"S1": a_signal()}, UNITS)
    assert crossing.leaves_ms == NOW + 26_000 + CLEARS_MS


@pytest.mark.parametrize(
    ("status", "exercises", "turn"),
    [
        (Status.ACTUAL, False, True),
        (Status.EXERCISE, False, False),
        (Status.TEST, False, False),
        (Status.EXERCISE, True, True),
    ],
)
def test_for_an_exercise_no_real_light_turns_unless_the_city_wants_it(status, exercises, turn):
    case, way = replace(a_fire(0, 0), status=status), a_way((HERE, 1_000, 0.0, 0.0))
    assert served([way], {case.id: case}, exercises=exercises) == ((way,) if turn else ())


def test_nothing_is_asked_for_a_crew_that_fell_silent_or_that_nobody_knows():
    silent = a_way((HERE, 20_000, 0.0, 0.0), doubts=(Doubt.SILENT,))
    unknown = a_way((HERE, 20_000, 0.0, 0.0), unit="X9")
    assert crossings_of([silent, unknown], {"S1": a_signal()}, UNITS) == ()


@pytest.mark.parametrize(
    "more",
    [
        {"url": "ftp://10.0.0.1/"},
        {"url": "http://user:word@10.0.0.1/"},
        {"url": "http://10.0.0.1/?to=elsewhere"},
        {"url": "http://10.0.0.1/#a"},
        {"url": "10.0.0.1"},
        {"phases": ()},
        {"phases": eight_phases() + eight_phases()[:1]},
        {"phases": (replace(eight_phases()[0], yellow_ms=0),)},
        {"phases": (replace(eight_phases()[0], split_ms=5_000),)},
        {"phases": (replace(eight_phases()[0], heading_deg=float("nan")),)},
        {"phases": (replace(eight_phases()[0], turns=()),)},
        {"hold_at_most_ms": 900_000},
    ],
)
def test_a_record_that_no_junction_could_have_is_refused(more):
    with pytest.raises(Invalid, match=r"record\.signal"):
        check_signal(a_signal(**more), lambda _: True)


def test_a_signal_outside_the_city_is_refused_and_a_sound_one_is_not():
    with pytest.raises(Invalid, match=r"record\.outside"):
        check_signal(a_signal(), lambda _: False)
    check_signal(a_signal("https://[fd00::7]:8443/S-1/"), lambda _: True)
