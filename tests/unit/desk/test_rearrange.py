"""Operators merge and split cases: nothing is lost, and what they said stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bongsu.core.command import Accept, Close, Command, Merge, Prioritise, Split
from bongsu.core.entry import Entry, Recorded
from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.core.geo import Plane, Point, distance_m
from bongsu.core.incident import Incident, Priority, State, What
from bongsu.core.report import Report, Severity, Status
from bongsu.core.revision import KindTerms, RecordKind, Revision
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.desk.obey import obey
from fakes.desk import NOON, SQUARE, FlatCity, a_report

FAR = 300.0


def east(metres: float) -> Point:
    return Plane(SQUARE).to_point(metres, 0)


class Desk:
    """A board and the two ways to change it."""

    def __init__(self) -> None:
        self.board = Board()

    def hear(self, *reports: Report) -> Incident:
        for report in reports:
            self.record(hear(self.board, report, FlatCity(), report.received_at).changes)
        return self.of(reports[-1].occurrence)

    def order(self, command: Command) -> list[What]:
        changes = obey(self.board, command, NOON).changes
        self.record(changes)
        return [change.what for change in changes]

    def record(self, changes: Any) -> None:
        self.board.apply(Recorded(seq=self.board.seq + 1, entry=Entry(changes=changes)))

    def of(self, occurrence: str, sender: str = "POLICE112") -> Incident:
        found = self.board.find_case(sender, occurrence)
        assert found is not None
        return found


@pytest.fixture
def desk() -> Desk:
    """Two robberies 300 m apart, O1 and O2, told 60 m and 30 m well."""
    made = Desk()
    made.hear(a_report(accuracy_m=60.0), a_report(occurrence="O2", where=east(FAR), accuracy_m=30.0))
    assert len(made.board.incidents) == 2
    return made


def merged(desk: Desk) -> tuple[Incident, Incident]:
    gone, into = desk.of("O2"), desk.of("O1")
    desk.order(Merge(incident=gone.id, into=into.id, by="kim", note="같은 사건"))
    return desk.board.incidents[gone.id], desk.board.incidents[into.id]


def test_a_merged_case_ends_and_its_reports_belong_to_the_other(desk: Desk):
    gone, into = merged(desk)
    assert (gone.state, gone.merged_into, gone.is_over) == (State.MERGED, into.id, True)
    assert [case.occurrence for case in into.also] == ["O2"]
    assert desk.of("O2") is into
    assert (gone.version, into.version) == (2, 2)


def test_a_late_report_of_a_merged_case_goes_to_where_it_now_belongs(desk: Desk):
    _, into = merged(desk)
    desk.hear(a_report("40", occurrence="O2", text="흰색 승합차"))
    assert desk.of("O1").also[0].text == "흰색 승합차"
    assert desk.of("O2").id == into.id


def test_merging_places_that_agree_moves_the_incident_and_services_speak_anew():
    desk = Desk()
    one = desk.hear(a_report(accuracy_m=60.0))
    other = desk.hear(a_report(occurrence="O2", kind="fire", where=east(50), accuracy_m=60.0))
    assert desk.order(Merge(incident=other.id, into=one.id, by="kim")) == [What.MERGED, What.MOVED]
    where = desk.of("O1").where
    assert where is not None
    assert distance_m(where, east(25)) < 0.5


def test_merging_places_that_cannot_be_one_keeps_the_place_of_the_one_that_goes_on(desk: Desk):
    gone, into = desk.of("O2"), desk.of("O1")
    assert desk.order(Merge(incident=gone.id, into=into.id, by="kim")) == [What.MERGED, What.NOTED]
    assert desk.of("O1").where == SQUARE


def test_a_chain_of_merges_leads_to_the_one_that_goes_on(desk: Desk):
    desk.hear(a_report(occurrence="O3", where=east(2 * FAR)))
    first, second, third = desk.of("O1"), desk.of("O2"), desk.of("O3")
    desk.order(Merge(incident=first.id, into=second.id, by="kim"))
    desk.order(Merge(incident=second.id, into=third.id, by="kim"))
    assert desk.board.incidents[first.id].merged_into == second.id
    assert {desk.of(name).id for name in ("O1", "O2", "O3")} == {third.id}
    assert len(desk.board.list_open()) == 1


def test_whoever_works_on_either_case_and_the_more_urgent_priority_stay():
    desk = Desk()
    gone = desk.hear(a_report())
    into = desk.hear(a_report(occurrence="O2", where=east(FAR)))
    desk.order(Accept(incident=gone.id, by="kim"))
    desk.order(Prioritise(incident=gone.id, by="kim", priority=Priority.URGENT))
    desk.order(Merge(incident=gone.id, into=into.id, by="lee"))
    after = desk.of("O2")
    assert (after.state, after.accepted_by, after.priority) == (State.ACCEPTED, "kim", Priority.URGENT)


def test_what_cannot_be_merged_is_said_by_name(desk: Desk):
    drill, other = desk.of("O1"), desk.of("O2")
    real = desk.hear(a_report(occurrence="R", status=Status.ACTUAL))
    with pytest.raises(Invalid, match=r"merge\.itself"):
        desk.order(Merge(incident=drill.id, into=drill.id, by="kim"))
    with pytest.raises(Conflict, match=r"merge\.status"):
        desk.order(Merge(incident=real.id, into=drill.id, by="kim"))
    with pytest.raises(NotFound, match=r"incident\.unknown"):
        desk.order(Merge(incident=drill.id, into="nobody", by="kim"))
    with pytest.raises(Conflict, match=r"incident\.changed"):
        desk.order(Merge(incident=drill.id, into=other.id, by="kim", version=7))
    desk.order(Close(incident=other.id, by="kim"))
    with pytest.raises(Conflict, match=r"incident\.over"):
        desk.order(Merge(incident=drill.id, into=other.id, by="kim"))


def split_of(desk: Desk, occurrence: str, sender: str = "POLICE112") -> Split:
    return Split(incident=desk.of(occurrence).id, sender=sender, occurrence=occurrence, by="kim", note="다른 사건")


def test_a_split_case_opens_as_one_of_its_own_with_all_it_told(desk: Desk):
    merged(desk)
    old = desk.of("O1")
    assert desk.order(split_of(desk, "O2")) == [What.SPLIT, What.OPENED]
    anew = desk.of("O2")
    assert anew.id not in {old.id, old.merged_into}
    assert (anew.where, anew.accuracy_m, anew.kind, anew.version) == (east(FAR), 30.0, "robbery", 1)
    assert desk.of("O1").also == ()
    assert desk.of("O1").where == SQUARE


def test_a_split_gives_the_first_its_place_back_and_services_speak_anew():
    desk = Desk()
    at = NOON + timedelta(seconds=5)
    first = a_report(accuracy_m=60.0)
    beside = a_report(occurrence="O2", where=east(40), accuracy_m=30.0, occurred_at=at, received_at=at)
    joined = desk.hear(first, beside)
    assert joined.where != SQUARE
    assert desk.order(split_of(desk, "O2")) == [What.SPLIT, What.MOVED, What.OPENED]
    assert (desk.of("O1").where, desk.of("O1").accuracy_m, desk.of("O1").own) == (SQUARE, 60.0, None)
    assert desk.of("O1").version == joined.version + 2


def test_the_desk_never_joins_again_what_an_operator_split():
    desk = Desk()
    at = NOON + timedelta(seconds=5)
    desk.hear(a_report(), a_report(occurrence="O2", occurred_at=at, received_at=at))
    desk.order(split_of(desk, "O2"))
    apart = desk.of("O2").id
    desk.hear(a_report("40", occurrence="O2", text="t"), a_report("10", occurrence="O2", key="again"))
    assert desk.of("O2").id == apart
    assert desk.of("O1").also == ()


def test_a_case_its_sender_has_ended_comes_out_of_a_split_ended():
    desk = Desk()
    desk.hear(a_report(), a_report(occurrence="O2"), a_report("91", occurrence="O2"))
    assert not desk.of("O1").is_over
    assert desk.order(split_of(desk, "O2")) == [What.SPLIT, What.CLOSED]
    assert desk.of("O2").state is State.CLOSED


def test_what_cannot_be_split_is_said_by_name(desk: Desk):
    with pytest.raises(Invalid, match=r"split\.own"):
        desk.order(split_of(desk, "O1"))
    elsewhere = Split(incident=desk.of("O1").id, sender="POLICE112", occurrence="O2", by="kim")
    with pytest.raises(NotFound, match=r"split\.not_joined"):
        desk.order(elsewhere)


def test_a_fresh_incident_has_its_kinds_priority_else_its_severitys():
    desk = Desk()
    assert desk.hear(a_report(severity=Severity.EXTREME)).priority is Priority.URGENT
    assert desk.hear(a_report(occurrence="O2", where=east(FAR), severity=Severity.MINOR)).priority is Priority.LOW
    body = KindTerms(name="강도", priority=Priority.HIGH)
    revision = Revision(kind=RecordKind.KIND, id="robbery", version=1, body=body, at=NOON, by="kim")
    desk.board.apply(Recorded(seq=desk.board.seq + 1, entry=Entry(revisions=(revision,))))
    assert desk.hear(a_report(occurrence="O3", where=east(2 * FAR), severity=Severity.MINOR)).priority is Priority.HIGH


def test_worse_news_raises_the_priority_and_more_of_the_same_does_not_overrule_an_operator():
    desk = Desk()
    incident = desk.hear(a_report(severity=Severity.MODERATE))
    desk.order(Prioritise(incident=incident.id, by="kim", priority=Priority.LOW))
    desk.hear(a_report(occurrence="O2", severity=Severity.MODERATE))
    assert desk.of("O2").priority is Priority.LOW
    desk.hear(a_report(occurrence="O3", severity=Severity.EXTREME))
    assert desk.of("O1").priority is Priority.URGENT
    desk.hear(a_report(occurrence="O4", severity=Severity.MINOR))
    assert desk.of("O1").priority is Priority.URGENT
    assert len(desk.board.incidents) == 1
