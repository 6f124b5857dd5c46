"""SCSNS steps may come in any order; a case still ends where it should."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.geo import Point
from bongsu.core.incident import UNKNOWN_KIND, State
from bongsu.core.report import Step
from fakes.desk import FlatCity, a_report, board_after


def only(board):
    (incident,) = board.incidents.values()
    return incident


def test_an_end_that_comes_before_its_beginning_leaves_a_tombstone_the_late_beginning_meets():
    incident = only(board_after(a_report("91", where=None, kind=UNKNOWN_KIND), a_report("10")))
    assert incident.state is State.CLOSED
    assert incident.where is not None
    assert incident.kind == "robbery"


def test_in_every_order_of_begin_change_and_end_the_case_is_one_and_closed():
    for order in permutations(["10", "40", "50"]):
        incident = only(board_after(*(a_report(step) for step in order)))
        assert incident.state is State.CLOSED, order
        assert incident.version == 3


@given(st.lists(st.sampled_from([s.value for s in Step]), min_size=1, max_size=8))
def test_a_case_once_ended_never_opens_again_whatever_is_said(steps):
    board = board_after(*(a_report(step, text=str(n)) for n, step in enumerate(steps)))
    ended = [step for step in steps if step in ("50", "90", "91")]
    assert only(board).is_over is bool(ended)
    if ended:
        assert only(board).state is (State.CANCELLED if ended[0] == "90" else State.CLOSED)


def test_a_change_of_place_is_a_move_and_an_older_one_does_not_overrule_a_newer():
    from datetime import timedelta

    from fakes.desk import NOON

    far = Point(127.2, 37.51)
    board = board_after(
        a_report("10", stated_at=NOON),
        a_report("40", where=far, stated_at=NOON + timedelta(seconds=60)),
        a_report("40", text="late", stated_at=NOON + timedelta(seconds=30)),
    )
    assert only(board).where == far


def test_a_place_off_the_map_is_kept_as_unknown():
    incident = only(board_after(a_report("10"), city=FlatCity(on_map=False)))
    assert incident.kind == UNKNOWN_KIND
    assert incident.state is State.OPEN


def test_an_incident_without_an_address_gets_the_nearest_road():
    assert only(board_after(a_report("10"))).address == "달빛동 시장길 부근"
    assert only(board_after(a_report("10", address="은하대로 1"))).address == "은하대로 1"
