"""Two senders may speak of one incident; a real one must never be swallowed."""

from __future__ import annotations

from datetime import timedelta

from bongsu.core.geo import Plane
from bongsu.core.report import Status
from fakes.desk import NOON, SQUARE, a_report, board_after

NEAR = Plane(SQUARE).to_point(30, 0)


def test_another_senders_call_beside_it_joins_the_open_incident():
    board = board_after(a_report(), a_report(sender="FIRE119", occurrence="F1", where=NEAR))
    (incident,) = board.incidents.values()
    assert [(case.sender, case.occurrence) for case in incident.also] == [("FIRE119", "F1")]
    assert board.find_case("FIRE119", "F1") is incident


def test_two_calls_of_one_sender_stay_two_incidents():
    assert len(board_after(a_report(), a_report(occurrence="O2")).incidents) == 2


def test_another_kind_place_time_or_a_drill_beside_a_real_call_never_joins():
    for other in (
        {"kind": "fire"},
        {"where": Plane(SQUARE).to_point(60, 0)},
        {"occurred_at": NOON + timedelta(seconds=121)},
        {"status": Status.ACTUAL},
    ):
        board = board_after(a_report(), a_report(**({"sender": "FIRE119", "occurrence": "F1", "where": NEAR} | other)))
        assert len(board.incidents) == 2, other


def test_the_joined_sender_cannot_close_the_case_of_the_first():
    board = board_after(
        a_report(),
        a_report(sender="FIRE119", occurrence="F1", where=NEAR),
        a_report("91", sender="FIRE119", occurrence="F1", where=NEAR),
    )
    (incident,) = board.incidents.values()
    assert not incident.is_over
