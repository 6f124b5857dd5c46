"""Bookkeeping: every loss and every doubling is seen, and nothing else is called one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bongsu.drills.police_video import books
from bongsu.world.partner.board import number_of
from fakes.partner import a_grant, an_incident, said


def weigh(reports, board) -> tuple[int, int, int]:
    found = books.balance(reports, board, number_of)
    return found.acknowledged, len(found.lost), len(found.doubled)


def test_reports_that_are_all_held_balance():
    reports = [said("1", 0), said("1", 1), said("2", 0)]
    assert weigh(reports, [an_incident("1", 2), an_incident("2", 1)]) == (3, 0, 0)


def test_a_retry_is_one_report():
    assert weigh([said("1", 0), said("1", 0)], [an_incident("1", 1)]) == (1, 0, 0)


def test_an_acknowledged_report_that_is_not_held_is_lost():
    assert weigh([said("1", 0), said("2", 0)], [an_incident("1", 1)]) == (2, 1, 0)
    assert weigh([said("1", 0), said("1", 1)], [an_incident("1", 1)]) == (2, 1, 0)


def test_a_retry_that_made_a_second_change_is_doubled():
    assert weigh([said("1", 0), said("1", 0)], [an_incident("1", 2)]) == (1, 0, 1)


def test_a_second_incident_for_one_occurrence_is_doubled():
    reports = [said("1", 0), said("1", 1)]
    board = [an_incident("1", 1, "I-1"), an_incident("1", 1, "I-2")]
    assert weigh(reports, board) == (2, 0, 1)


def test_what_was_not_acknowledged_may_be_held_or_not():
    assert weigh([said("1", 0, taken=False)], []) == (0, 0, 0)
    assert weigh([said("1", 0, taken=False)], [an_incident("1", 1)]) == (0, 0, 0)


@given(st.dictionaries(st.integers(1, 30).map(str), st.integers(1, 6), min_size=1), st.data())
def test_losing_any_acknowledged_report_is_always_seen(sent: dict[str, int], data: st.DataObject):
    reports = [said(name, turn) for name, count in sent.items() for turn in range(count)]
    victim = data.draw(st.sampled_from(sorted(sent)))
    held = [an_incident(name, count - (name == victim)) for name, count in sent.items()]
    assert weigh(reports, [one for one in held if one["version"]])[1] == 1


def test_a_retry_answered_otherwise_than_the_first_is_seen():
    assert books.answered_differently([said(message="I-1"), said(message="I-2")]) == ("1",)
    assert books.answered_differently([said(message="I-1"), said(message="I-1")]) == ()


def test_two_grants_of_one_service_on_one_case_are_seen():
    first, second = a_grant("g1", "I-1"), a_grant("g2", "I-1")
    assert books.granted_twice([first, second]) == ("I-1",)
    assert books.granted_twice([first, first, a_grant("g3", "I-1", service="police_dispatch")]) == ()


LOOK = books.Look(user="kim", camera="C-1", incident="I-1")
ROW = {"act": "view", "who": "kim", "camera": "C-1", "incident": "I-1"}


def test_a_look_with_its_row_is_in_order_and_one_without_is_not():
    assert books.unledgered([LOOK], [ROW]) == ()
    assert books.unledgered([LOOK], []) == (LOOK,)
    assert books.unledgered([LOOK], [{**ROW, "act": "still"}]) == (LOOK,)
    assert books.unledgered([LOOK], [{**ROW, "who": "lee"}]) == (LOOK,)


def test_two_looks_need_two_rows():
    assert books.unledgered([LOOK, LOOK], [ROW]) == (LOOK,)
    assert books.unledgered([LOOK, LOOK], [ROW, ROW, ROW]) == ()
