"""Two senders may speak of one incident; a real one must never be swallowed."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.entry import Entry, Recorded
from bongsu.core.geo import Plane, Point, distance_m
from bongsu.core.incident import UNKNOWN_KIND, What
from bongsu.core.report import Report, Severity, Status
from bongsu.core.revision import Correlation, KindTerms, Record, RecordKind, Revision
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.desk.nearby import Nearby
from fakes.desk import NOON, SQUARE, FlatCity, a_report, board_after
from fakes.platform import an_incident


def east(metres: float) -> Point:
    return Plane(SQUARE).to_point(metres, 0)


def another(where: Point = SQUARE, after_s: float = 10.0, **fields: Any) -> Report:
    """Somebody else's alarm, 30 m good, unless said otherwise."""
    at = NOON + timedelta(seconds=after_s)
    told = {"sender": "IOT", "occurrence": "F1", "accuracy_m": 30.0, "occurred_at": at, "received_at": at}
    return a_report(**(told | {"where": where} | fields))


def revised(board: Board, kind: RecordKind, name: str, body: Record) -> Board:
    revision = Revision(kind=kind, id=name, version=1, body=body, at=NOON, by="kim")
    board.apply(Recorded(seq=board.seq + 1, entry=Entry(revisions=(revision,))))
    return board


def heard(board: Board, *reports: Report) -> Board:
    for report in reports:
        changes = hear(board, report, FlatCity(), report.received_at).changes
        board.apply(Recorded(seq=board.seq + 1, entry=Entry(changes=changes)))
    return board


def test_an_alarm_beside_an_open_incident_joins_it():
    board = board_after(a_report(), another(east(30)))
    (incident,) = board.incidents.values()
    assert [(case.sender, case.occurrence) for case in incident.also] == [("IOT", "F1")]
    assert board.find_case("IOT", "F1") is incident


def test_two_callers_of_one_sender_may_tell_of_one_fire():
    assert len(board_after(a_report(), a_report(occurrence="O2", where=east(20))).incidents) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "fire"},
        {"kind": UNKNOWN_KIND},
        {"where": east(400)},
        {"where": None},
        {"after_s": 1_000.0},
        {"status": Status.ACTUAL},
        {"status": Status.TEST},
    ],
    ids=str,
)
def test_another_kind_place_time_or_a_drill_beside_a_real_call_never_joins(other):
    report = another(**({"where": east(20)} | other))
    assert len(heard(Board(), a_report(), report).incidents) == 2


def test_a_clock_that_is_wrong_keeps_apart_and_so_does_a_line_that_held_alarms_back():
    wrong_clock = another(occurred_at=NOON - timedelta(hours=1))
    held_back = another(occurred_at=NOON, received_at=NOON + timedelta(hours=1))
    for report in (wrong_clock, held_back):
        assert len(heard(Board(), a_report(), report).incidents) == 2


def test_how_far_apart_is_too_far_depends_on_how_well_places_are_known():
    exact = {"accuracy_m": 10.0}
    apart = east(90)
    assert len(heard(Board(), a_report(**exact), another(apart, **exact)).incidents) == 2
    assert len(heard(Board(), a_report(), another(apart, accuracy_m=60.0)).incidents) == 1


def test_what_a_sender_is_worth_can_be_said_in_the_record():
    reports = a_report(), another(east(90), accuracy_m=None)
    trusted = Correlation(accuracy_m={"POLICE112": 10.0, "*": 10.0})
    assert len(heard(Board(), *reports).incidents) == 1
    assert len(heard(revised(Board(), RecordKind.CORRELATION, "desk", trusted), *reports).incidents) == 2


def test_the_alarm_joins_the_likeliest_of_two_incidents():
    two = a_report(accuracy_m=10.0), a_report(occurrence="O2", where=east(300), accuracy_m=10.0)
    board = heard(Board(), *two, another(east(250), accuracy_m=60.0))
    assert len(board.incidents) == 2
    found = board.find_case("IOT", "F1")
    assert found is not None
    assert found.occurrence == "O2"


def test_kinds_of_one_family_join_where_strangers_do_not():
    reports = a_report(kind="fire", accuracy_m=10.0), another(kind="gas_leak", accuracy_m=10.0, after_s=1.0)
    strangers, family = Board(), Board()
    for kind in ("fire", "gas_leak"):
        revised(family, RecordKind.KIND, kind, KindTerms(name=kind, family="fire"))
    terms = Correlation(other_kind=0.00001, same_family=0.5)
    assert len(heard(revised(strangers, RecordKind.CORRELATION, "desk", terms), *reports).incidents) == 2
    assert len(heard(revised(family, RecordKind.CORRELATION, "desk", terms), *reports).incidents) == 1


def test_a_kind_that_happens_everywhere_all_the_time_is_joined_less_readily():
    reports = a_report(), another(east(60))
    board = revised(Board(), RecordKind.KIND, "robbery", KindTerms(name="강도", per_day=1_000_000.0))
    assert len(heard(Board(), *reports).incidents) == 1
    assert len(heard(board, *reports).incidents) == 2


def test_the_place_is_the_mean_by_inverse_variance_and_better_known_than_either():
    board = heard(Board(), a_report(accuracy_m=40.0), another(east(50), accuracy_m=20.0))
    (incident,) = board.incidents.values()
    assert incident.where is not None
    assert distance_m(incident.where, east(40)) < 0.5
    assert incident.accuracy_m == pytest.approx(40 * 20 / (40**2 + 20**2) ** 0.5, abs=0.1)


def test_a_joined_alarm_that_moves_the_place_makes_services_speak_anew_and_one_at_the_same_place_does_not():
    board = heard(Board(), a_report())
    assert hear(board, another(east(30)), FlatCity(), NOON).changes[0].what is What.MOVED
    assert hear(board, another(), FlatCity(), NOON).changes[0].what is What.NOTED


def test_a_suspect_on_the_run_is_where_he_was_seen_last_not_in_the_middle():
    later = NOON + timedelta(seconds=120)
    board = heard(
        Board(),
        a_report(),
        another(east(20)),
        a_report("40", where=east(600), stated_at=later, received_at=later),
    )
    (incident,) = board.incidents.values()
    assert incident.where is not None
    assert distance_m(incident.where, east(600)) < 1


def test_the_worst_of_joined_kinds_and_severities_stands():
    board = heard(
        Board(),
        a_report(kind="assault", severity=Severity.MODERATE),
        another(kind="assault", severity=Severity.EXTREME),
    )
    (incident,) = board.incidents.values()
    assert (incident.kind, incident.severity) == ("assault", Severity.EXTREME)


def test_the_joined_sender_cannot_close_the_case_of_the_first():
    board = heard(Board(), a_report(), another(), another(step="91", key="end"))
    (incident,) = board.incidents.values()
    assert not incident.is_over


def test_the_first_senders_end_leaves_what_others_still_report_as_an_incident_of_its_own():
    board = heard(
        Board(), a_report(), another(), another(occurrence="F2"), another(step="50", occurrence="F2", key="e")
    )
    heard(board, a_report("91"))
    ended = board.find_case("POLICE112", "O1")
    going_on = board.find_case("IOT", "F1")
    assert ended is not None
    assert going_on is not None
    assert ended.is_over
    assert not going_on.is_over
    assert board.find_case("IOT", "F2") is ended
    assert going_on.where == SQUARE


def test_a_late_report_of_a_joined_case_changes_that_case_only():
    board = heard(Board(), a_report(text="강도"), another(east(30)), another(east(30), step="40", text="연기", key="t"))
    (incident,) = board.incidents.values()
    assert incident.text == "강도"
    assert incident.also[0].text == "연기"


@given(st.permutations([(0.0, 60.0), (40.0, 30.0), (25.0, 15.0)]))
def test_in_whatever_order_alarms_come_the_place_is_the_same(order):
    reports = [
        another(east(x), occurrence=f"F{n}", accuracy_m=sigma, after_s=float(n)) for n, (x, sigma) in enumerate(order)
    ]
    (incident,) = heard(Board(), *reports).incidents.values()
    assert incident.where is not None
    weights = [(1 / sigma**2, x) for x, sigma in order]
    mean = sum(w * x for w, x in weights) / sum(w for w, _ in weights)
    assert distance_m(incident.where, east(mean)) < 0.5


NEAR_SEOUL = st.tuples(st.floats(-3_000, 3_000), st.floats(-3_000, 3_000))


@given(st.lists(NEAR_SEOUL, max_size=12), NEAR_SEOUL, st.floats(1, 1_500))
def test_nothing_within_the_radius_is_ever_overlooked(places, asked, within_m):
    plane, nearby = Plane(SQUARE), Nearby()
    incidents = [an_incident(f"I{n}", plane.to_point(*place)) for n, place in enumerate(places)]
    for incident in incidents:
        nearby.put(incident)
        nearby.put(an_incident(f"F-{incident.id}", incident.where, kind="fire"))
    where = plane.to_point(*asked)
    apart = {one.id: distance_m(where, one.where) for one in incidents if one.where is not None}
    # A flat map beside the globe's: who stands on the very edge may be in or out.
    inside = {name for name, far_m in apart.items() if far_m <= within_m * 0.999 - 0.01}
    on_the_edge = {name for name, far_m in apart.items() if far_m <= within_m * 1.001 + 0.01}
    assert inside <= {one.id for one, _ in nearby.around(where, "robbery", within_m)} <= on_the_edge
    for incident in incidents:
        nearby.drop(incident.id)
    assert not list(nearby.around(where, "robbery", within_m))


def test_every_order_of_a_call_and_its_neighbour_keeps_each_case_in_exactly_one_incident():
    told = a_report(), another(east(20)), a_report("40", text="t"), another(step="91", key="e")
    for order in permutations(told):
        board = heard(Board(), *order)
        for name in (("POLICE112", "O1"), ("IOT", "F1")):
            assert board.find_case(*name) is not None
