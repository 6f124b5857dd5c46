"""Lights made for a city's streets: at its main junctions, and each by a programme that a controller can run."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bongsu.cli.signals_toml import read_signals
from bongsu.core.asset import Road
from bongsu.core.geo import distance_m
from bongsu.desk.signals import check_signal
from bongsu.world.signals.plan import Junction, check
from bongsu.world.signals.town import register_of, toml_of
from fakes.streets import a_road, place

URL = "http://127.0.0.1:8090"
MIDDLE = (0.0, 0.0)


def a_star(*bearings_deg, road_class="secondary", name="큰길"):
    """Streets that go off one corner in these directions."""
    ends = {
        n + 1: (100 * math.sin(math.radians(b)), 100 * math.cos(math.radians(b))) for n, b in enumerate(bearings_deg)
    }
    spots = {0: MIDDLE, **ends}
    return [a_road(n, spots, 0, n, road_class=road_class, name=f'{name} "{n}"') for n in ends]


def test_a_crossroads_of_main_streets_has_the_usual_eight_phases():
    (signal,) = register_of(a_star(0, 90, 180, 270), URL).values()
    assert [phase.number for phase in signal.phases] == [1, 2, 3, 4, 5, 6, 7, 8]
    heading = {phase.number: phase.heading_deg for phase in signal.phases}
    assert heading[2] == heading[5]
    assert (heading[6] - heading[2]) % 360 == pytest.approx(180, abs=0.2)
    assert distance_m(signal.where, place(*MIDDLE)) < 0.1
    assert signal.url == f"{URL}/S-0001"


def test_where_a_street_ends_at_another_its_neighbour_ring_has_the_time_of_both():
    (signal,) = register_of(a_star(0, 90, 180), URL).values()
    assert len(signal.phases) == 6
    assert {phase.split_ms for phase in signal.phases} == {20_000, 50_000, 70_000}


@pytest.mark.parametrize(
    "roads", [a_star(0, 180), a_star(0, 90, 180, 270, road_class="residential"), a_star(0, 10, 180), []]
)
def test_where_nobody_crosses_anybody_or_streets_are_small_there_are_no_lights(roads: list[Road]):
    assert register_of(roads, URL) == {}


@given(st.lists(st.floats(0, 360), min_size=3, max_size=7, unique=True))
@example([0.0, 90.0, 179.97, 270.0])
def test_whatever_meets_there_the_programme_can_be_run_and_the_platform_takes_it(bearings):
    for name, signal in register_of(a_star(*bearings), URL).items():
        check(Junction(id=name, phases=signal.phases))
        check_signal(signal, lambda place: True)


def test_where_no_street_has_a_name_the_junction_has_its_number_for_one():
    nameless = [msgspec.structs.replace(road, name="") for road in a_star(0, 90, 180, 270)]
    (signal,) = register_of(nameless, URL).values()
    assert signal.name == "S-0001"
    check_signal(signal, lambda place: True)


def test_the_file_says_what_the_register_says(tmp_path):
    made = register_of(a_star(0, 90, 180, 270), URL)
    (tmp_path / "signals.toml").write_text(toml_of(made), "utf-8")
    read = read_signals(tmp_path / "signals.toml")
    (one,), (other,) = made.values(), read.values()
    assert (one.name, one.url, one.phases) == (other.name, other.url, other.phases)
    assert distance_m(one.where, other.where) < 0.1
