"""Which requests a junction is sent: who goes first, what is said again, and what ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from bongsu.core.signal import Turn, VehicleClass, turn_of
from bongsu.desk.priority import Table, Terms, Why, bar, decide, phase_for
from fakes.signals import a_crossing, a_signal

NOW = 1_795_000_000_000
TERMS = Terms()
SIGNAL = a_signal()
EAST = {"from_bearing_deg": 90.0, "to_bearing_deg": 90.0}


def look(crossings, table=None, now=NOW, signal=SIGNAL):
    return decide(now, "C", signal, crossings, table or Table(), TERMS)


def sent(table, now=NOW, **more):
    """The table after its controller acknowledged everything."""
    standing = {key: replace(one, sent_ms=now, **more) for key, one in table.standing.items()}
    return Table(standing=standing, barred=table.barred)


def told(decided):
    return [(order.asked.crossing.unit, order.why, order.ends) for order in decided.orders]


def test_a_crew_that_comes_soon_is_asked_for_once_and_one_that_is_far_away_is_not():
    assert told(look([a_crossing(NOW, 90)])) == []
    first = look([a_crossing(NOW, 40)])
    assert told(first) == [("E1", Why.NEW, False)]
    assert first.orders[0].asked.phase == 2
    again = look([a_crossing(NOW, 40)], sent(first.table), NOW + 200)
    assert told(again) == []
    assert again.table.standing.keys() == first.table.standing.keys()


def test_an_estimate_that_moved_is_told_and_one_that_wanders_a_little_is_not():
    table = sent(look([a_crossing(NOW, 40)]).table)
    assert told(look([a_crossing(NOW, 41.5)], table, NOW + 200)) == []
    moved = look([a_crossing(NOW, 45)], table, NOW + 200)
    assert told(moved) == [("E1", Why.MOVED, False)]
    assert moved.orders[0].asked.version > table.standing["C:I1:E1"].version


def test_a_request_is_renewed_before_its_lease_is_over():
    table = sent(look([a_crossing(NOW, 40)]).table)
    later = NOW + TERMS.lease_ms // 3
    renewed = look([a_crossing(NOW, 40)], table, later)
    assert told(renewed) == [("E1", Why.RENEWED, False)]
    assert told(look([a_crossing(NOW, 40)], renewed.table, later + 1)) == [("E1", Why.AGAIN, False)]


def test_a_crew_that_passed_has_crossed_and_one_that_turned_off_is_withdrawn():
    near, far = (sent(look([a_crossing(NOW, in_s)]).table) for in_s in (4, 40))
    assert told(look([], near)) == [("E1", Why.CROSSED, True)]
    assert told(look([], far)) == [("E1", Why.WITHDRAWN, True)]
    assert look([], far).table.standing == {}
    over = a_crossing(NOW, 4)
    assert told(look([over], near, over.leaves_ms)) == [("E1", Why.CROSSED, True)]


def test_a_fire_engine_displaces_a_patrol_car_and_the_car_waits():
    car = a_crossing(NOW, 10, unit="P1", vehicle=VehicleClass.POLICE)
    table = sent(look([car]).table, green_from_ms=NOW)
    engine = a_crossing(NOW, 30, unit="E1", **EAST)
    both = look([car, engine], table)
    assert told(both) == [("P1", Why.YIELDED, True), ("E1", Why.NEW, False)]
    assert [(one.crossing.unit, one.why) for one in both.waiting] == [("P1", Why.YIELDED)]


def test_of_one_class_the_earlier_goes_first_and_then_keeps_its_place():
    first, second = a_crossing(NOW, 20), a_crossing(NOW, 15, unit="E2", **EAST)
    assert told(look([first, second])) == [("E2", Why.NEW, False)]
    table = sent(look([first]).table)
    assert told(look([first, second], table, NOW + 100)) == []
    much_sooner = a_crossing(NOW, 8, unit="E2", **EAST)
    assert told(look([first, much_sooner], table)) == [("E1", Why.YIELDED, True), ("E2", Why.NEW, False)]
    green = sent(table, green_from_ms=NOW)
    assert told(look([first, much_sooner], green)) == []


def test_crews_that_want_the_same_phase_stand_side_by_side():
    both = look([a_crossing(NOW, 20), a_crossing(NOW, 30, unit="E2")])
    assert told(both) == [("E1", Why.NEW, False), ("E2", Why.NEW, False)]


def test_a_green_held_as_long_as_the_junction_bears_is_let_go_of():
    crossing = a_crossing(NOW, 4, leaves_ms=NOW + 900_000)
    table = sent(look([crossing]).table, green_from_ms=NOW - SIGNAL.hold_at_most_ms)
    ended = look([crossing], table)
    assert told(ended) == [("E1", Why.HELD_TOO_LONG, True)]
    assert told(look([crossing], ended.table, NOW + 1_000)) == []
    assert told(look([crossing], ended.table, NOW + TERMS.barred_ms + 1)) == [("E1", Why.NEW, False)]


def test_what_a_controller_refused_is_not_asked_again_at_once():
    crossing = a_crossing(NOW, 40)
    table = bar(sent(look([crossing]).table), "C:I1:E1", NOW + 60_000)
    again = look([crossing], table, NOW + 1_000)
    assert (told(again), [one.why for one in again.waiting]) == ([], [Why.REFUSED])


def test_an_approach_that_no_phase_serves_is_said_and_not_asked_for():
    only_north = a_signal(phases=SIGNAL.phases[1:2])
    nowhere = look([a_crossing(NOW, 20, **EAST)], signal=only_north)
    assert (told(nowhere), [one.why for one in nowhere.waiting]) == ([], [Why.NO_PHASE])


def test_a_signal_that_left_the_register_ends_all_that_stands_there():
    crossing = a_crossing(NOW, 40)
    ended = look([crossing], sent(look([crossing]).table), signal=None)
    assert (told(ended), ended.table.standing) == ([("E1", Why.WITHDRAWN, True)], {})


def test_the_phase_is_that_of_the_approach_and_the_turn():
    def phase(from_deg, to_deg):
        return phase_for(SIGNAL, a_crossing(NOW, from_bearing_deg=from_deg, to_bearing_deg=to_deg)).number

    assert [phase(0, 0), phase(180, 180), phase(90, 90), phase(270, 270)] == [2, 6, 4, 8]
    assert [phase(0, 270), phase(180, 90), phase(90, 0), phase(270, 180)] == [5, 1, 7, 3]
    assert phase(350, 80) == 2
    assert turn_of(0, 90) is Turn.RIGHT
    assert turn_of(10, 190) is Turn.LEFT


crews = some.builds(
    lambda unit, vehicle, way, in_s, from_s: a_crossing(
        NOW + from_s * 1000, in_s, unit=f"U{unit}", vehicle=vehicle,
        from_bearing_deg=way * 90.0, to_bearing_deg=way * 90.0,
    ),
    some.integers(1, 6), some.sampled_from(VehicleClass), some.integers(0, 3), some.integers(0, 70),
    some.integers(0, 60),
)  # fmt: skip


@given(some.lists(some.lists(crews, max_size=5), min_size=1, max_size=12))
def test_whatever_comes_all_that_stands_wants_one_phase_and_everything_begun_is_ended(looks):
    table, begun, ended, now = Table(), [], [], NOW
    for crossings in [*looks, []]:
        decided = look(crossings, table, now)
        assert len({one.phase for one in decided.table.standing.values()}) <= 1
        ends = [order.ends for order in decided.orders]
        assert ends == sorted(ends, reverse=True)
        begun += [order.asked.key for order in decided.orders if order.why is Why.NEW]
        ended += [order.asked.key for order in decided.orders if order.ends]
        table, now = sent(decided.table, now), now + 5_000
    assert table.standing == {}
    assert sorted(begun) == sorted(ended)
