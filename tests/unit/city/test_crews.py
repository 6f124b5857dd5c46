"""Which fixes are believed, what closures close, and what probe cars say of traffic."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bongsu.city.closures import close, closed_by, stretches
from bongsu.city.crews import Believed
from bongsu.city.probes import Probes
from bongsu.city.ways import ways_of
from bongsu.core.asset import Ground, UnitKind
from bongsu.core.geo import Point, distance_m
from bongsu.core.revision import Closure
from fakes.desk import NOON
from fakes.dispatch import NOON_MS, a_crew, an_alley
from fakes.streets import place


def fix(x, after_s, **fields):
    return replace(a_crew("E", x, 0, **fields), at_ms=NOON_MS + round(after_s * 1000))


def test_a_leap_is_not_believed_until_a_second_fix_agrees():
    believed = Believed()
    believed.hear([fix(0, 0)])
    (first,) = believed.hear([fix(5000, 5)])
    assert (first.where, first.jumped) == (place(0, 0), True)
    assert believed.hear([fix(5000, 5)])[0].jumped  # told again, it is no second fix
    (second,) = believed.hear([fix(5050, 10)])
    assert (second.where, second.jumped) == (place(5050, 0), False)


def test_one_that_leapt_and_came_back_was_never_away():
    believed = Believed()
    believed.hear([fix(0, 0)])
    believed.hear([fix(5000, 5)])
    (back,) = believed.hear([fix(100, 10)])
    assert (back.where, back.jumped) == (place(100, 0), False)


def test_after_ten_minutes_of_silence_the_next_fix_is_believed():
    believed = Believed()
    believed.hear([fix(0, 0)])
    assert not believed.hear([fix(50_000, 601)])[0].jumped


@given(st.lists(st.floats(0, 33), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_whoever_drives_as_fast_as_one_can_is_always_believed(speeds):
    believed, x = Believed(), 0.0
    for second, mps in enumerate(speeds):
        x += mps
        assert not believed.hear([fix(x, second)])[0].jumped


@pytest.fixture
def ways():
    return ways_of(Ground(roads=tuple(an_alley(8.0))))


def roads_of(ways, arcs):
    return sorted(set(ways.streets.road_id[ways.streets.road[np.flatnonzero(arcs) >> 1]].tolist()))


def at(x, y):
    return (place(x, y).lon, place(x, y).lat)


def test_a_closure_closes_the_stretch_it_lies_on_both_ways_until_its_time(ways):
    until = NOON + timedelta(hours=1)
    closures = {"works": Closure(name="공사", at=(at(150, 100),), until=until)}
    closed = closed_by(ways, closures, NOON)
    assert (roads_of(ways, closed.arcs), closed.arcs.sum(), closed.held) == ([9], 2, ("works",))
    assert close(ways, closed)
    assert not close(ways, closed)
    assert ways.live.closed.sum() == 2
    assert close(ways, closed_by(ways, closures, until))
    assert not ways.live.closed.any()


def test_a_closure_that_is_announced_closes_nothing_before_its_time(ways):
    since = NOON + timedelta(hours=1)
    closures = {"works": Closure(name="공사", at=(at(150, 100),), since=since)}
    assert (closed_by(ways, closures, NOON).held, closed_by(ways, closures, since).held) == ((), ("works",))
    assert not closed_by(ways, closures, NOON).arcs.any()


@settings(deadline=None, max_examples=40)
@given(x=st.floats(0, 300), y=st.floats(-25, -1))
def test_what_is_shown_before_a_road_is_closed_is_what_gets_closed(x, y):
    ways = ways_of(Ground(roads=tuple(an_alley(8.0))))
    (shown,) = stretches(ways, [Point(*at(x, y))])
    closed = closed_by(ways, {"c": Closure(name="공사", at=(at(x, y),))}, NOON)
    (link,) = set((np.flatnonzero(closed.arcs) >> 1).tolist())
    shape = ways.streets.shape[ways.streets.lies[link] : ways.streets.lies[link + 1]]
    ends = [ways.streets.plane.to_point(*shape[row].tolist()) for row in (0, -1)]
    assert [
        distance_m(Point(*spot), end) < 0.1 for spot, end in zip((shown.line[0], shown.line[-1]), ends, strict=True)
    ] == [
        True,
        True,
    ]


def test_places_on_no_road_are_left_out_and_the_others_keep_their_row(ways):
    told = stretches(ways, [Point(*at(40, 200)), Point(*at(150, 100)), Point(*at(40, 3))])
    assert [(one.at, one.name) for one in told] == [(1, "좁은길"), (2, "큰길")]


def test_a_closure_on_no_road_says_so_and_closes_nothing(ways):
    closed = closed_by(ways, {"field": Closure(name="들판", at=(at(40, 200),))}, NOON)
    assert (closed.unplaced, closed.held, closed.arcs.any()) == (("field",), ("field",), False)


def drive(probes, ways, mps, seconds=30, sent=(), kind=UnitKind.PATROL):
    for second in range(0, seconds + 1, 5):
        probes.hear([fix(10 + mps * second, second, kind=kind)], frozenset(sent))
    return probes.tell(ways)


def test_a_patrol_car_in_traffic_tells_how_fast_the_road_is(ways):
    assert drive(Probes(), ways, 4.0)
    told = ~np.isnan(ways.live.mps)
    assert roads_of(ways, told) == [1]
    assert ways.live.mps[told] == pytest.approx(4.0, rel=0.05)
    assert set(ways.live.at_ms[told]) == {NOON_MS + 30_000}


@pytest.mark.parametrize(
    "how",
    [{"mps": 0.0}, {"mps": 4.0, "sent": ("E",)}, {"mps": 4.0, "kind": UnitKind.ENGINE}, {"mps": 4.0, "seconds": 5}],
    ids=["it stands", "it drives with siren", "it is no probe", "it was seen too shortly"],
)
def test_a_car_tells_nothing_of_traffic_when(how, ways):
    assert drive(Probes(), ways, **how) == 0
    assert np.isnan(ways.live.mps).all()
