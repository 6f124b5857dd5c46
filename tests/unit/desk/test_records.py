"""Records change by commands with versions: who was first wins, what is not sound is refused, and it holds at once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.command import Revise
from bongsu.core.consent import Consent
from bongsu.core.errors import BongsuError, Conflict, Invalid, NotFound
from bongsu.core.export import ExportTerms
from bongsu.core.geo import Point
from bongsu.core.ledger import Act
from bongsu.core.mask import CameraMask, MaskZone
from bongsu.core.person import Role
from bongsu.core.revision import (
    Closure,
    Correlation,
    KindTerms,
    PurposeTerms,
    RecordKind,
    ServiceTerms,
    Staff,
    Zone,
)
from bongsu.core.rule import Rule, Threshold
from bongsu.desk.board import Board
from bongsu.desk.obey import obey
from bongsu.desk.records import BODIES, Checks, revise
from bongsu.flow import Flow
from bongsu.linked import SERVICES, full_terms, services_of
from fakes.desk import NOON, SQUARE, Clock, FakeJournal, FlatCity, a_report
from fakes.procedures import ROBBERY, a_board, a_procedure, a_revision, a_step, fold
from fakes.signals import a_signal

CHECKS = Checks(
    terms=full_terms,
    inside=lambda where: abs(where.lon - SQUARE.lon) < 0.5,
    camera=lambda camera: camera == "C1",
    services=frozenset(SERVICES),
)
MARKET = Zone(name="시장", ring=((127.1, 37.5), (127.2, 37.5), (127.2, 37.6), (127.1, 37.5)))
BODY = {
    RecordKind.ZONE: ("market", MARKET),
    RecordKind.SERVICE: ("police_video", ServiceTerms(terms={"kinds": ["robbery"]})),
    RecordKind.KIND: ("theft", KindTerms(name="절도", per_day=5.0)),
    RecordKind.PROCEDURE: ("new", ROBBERY),
    RecordKind.PURPOSE: ("crime", PurposeTerms(retention_days=30, agencies={"*": ("urgent_life",)})),
    RecordKind.USER: ("kim", Staff(name="kim", role=Role.OPERATOR)),
    RecordKind.CORRELATION: ("desk", Correlation()),
    RecordKind.EXPORT: ("desk", ExportTerms()),
    RecordKind.MASK: ("C1", CameraMask(zones=(MaskZone(name="창문", ring=((0.1, 0.1), (0.4, 0.1), (0.4, 0.5))),))),
    RecordKind.RULE: ("hot", Rule(name="고온", kind="", terms=Threshold(property="temperature", above=60.0))),
    RecordKind.SIGNAL: ("S-0412", a_signal()),
    RecordKind.CONSENT: ("H-12", Consent(services=("elder_care",))),
    RecordKind.CLOSURE: ("works-1", Closure(name="공사", at=((127.1, 37.5),))),
}


def a_change(kind: RecordKind, id: str = "", body: Any = None, version: int = 0, note: str = "이유를 적음") -> Revise:
    return Revise(kind=kind, id=id or BODY[kind][0], body=body, version=version, by="lee", note=note)


def fault(command: Revise, board: Board | None = None) -> BongsuError | None:
    try:
        revise(board or a_board(), command, CHECKS, NOON)
    except BongsuError as problem:
        return problem
    return None


def test_every_kind_of_record_has_its_body_and_takes_it():
    assert set(BODIES) == set(BODY) == set(RecordKind)
    for kind, (id, body) in BODY.items():
        version = 1 if kind is RecordKind.SERVICE else 0
        (revision,) = revise(a_board(), a_change(kind, id, body, version), CHECKS, NOON).revisions
        assert (revision.version, revision.by, revision.note, revision.at) == (version + 1, "lee", "이유를 적음", NOON)


@pytest.mark.parametrize("kind", RecordKind)
def test_a_body_of_another_kind_is_refused(kind):
    other = next(body for of, (_, body) in BODY.items() if of is not kind)
    version = 1 if kind is RecordKind.SERVICE else 0
    problem = fault(a_change(kind, body=other, version=version))
    assert problem is not None
    assert problem.code == "record.body"


def test_of_two_who_saw_the_same_version_the_second_is_told_which_one_stands():
    board = fold(a_board(), a_revision(RecordKind.ZONE, "market", MARKET, version=3))
    with pytest.raises(Conflict) as raised:
        revise(board, a_change(RecordKind.ZONE, body=MARKET, version=2), CHECKS, NOON)
    assert (raised.value.code, raised.value.facts) == ("record.changed", {"version": 3})
    assert fault(a_change(RecordKind.ZONE, body=MARKET, version=3), board) is None


def test_retiring_counts_as_a_version_and_the_record_can_come_back():
    board = fold(a_board(), a_revision(RecordKind.ZONE, "market", MARKET))
    (gone,) = revise(board, a_change(RecordKind.ZONE, version=1), CHECKS, NOON).revisions
    assert (gone.version, gone.body) == (2, None)
    fold(board, gone)
    assert isinstance(fault(a_change(RecordKind.ZONE, version=2), board), NotFound)
    (back,) = revise(board, a_change(RecordKind.ZONE, body=MARKET, version=2), CHECKS, NOON).revisions
    assert back.version == 3


@pytest.mark.parametrize(
    "kind", [RecordKind.SERVICE, RecordKind.USER, RecordKind.PURPOSE, RecordKind.CORRELATION, RecordKind.EXPORT]
)
def test_what_must_always_be_there_cannot_be_retired(kind):
    id, body = BODY[kind]
    board = fold(Board(), a_revision(kind, id, body))
    problem = fault(a_change(kind, version=1), board)
    assert problem is not None
    assert problem.code == "record.keep"


@pytest.mark.parametrize("note", ["", "    ", "왜", "1234 "])
def test_nobody_changes_a_record_without_saying_why(note):
    problem = fault(a_change(RecordKind.ZONE, body=MARKET, note=note))
    assert problem is not None
    assert problem.code == "record.note"


RING = MARKET.ring
BOW = ((127.1, 37.5), (127.2, 37.6), (127.2, 37.5), (127.1, 37.6), (127.1, 37.5))
FLAT = ((127.1, 37.5), (127.2, 37.5), (127.15, 37.5), (127.1, 37.5))
KIND, USER, PURPOSE, DESK = RecordKind.KIND, RecordKind.USER, RecordKind.PURPOSE, RecordKind.CORRELATION
WRONG = [
    (RecordKind.ZONE, "../x", MARKET, "record.id"),
    (RecordKind.ZONE, "a" * 65, MARKET, "record.id"),
    (RecordKind.ZONE, "z", Zone(name="z", ring=RING[:3]), "record.ring"),
    (RecordKind.ZONE, "z", Zone(name="z", ring=(*RING[:3], (127.15, 37.5))), "record.ring"),
    (RecordKind.ZONE, "z", Zone(name="z", ring=()), "record.ring"),
    (RecordKind.ZONE, "z", Zone(name=" ", ring=RING), "record.name"),
    (RecordKind.ZONE, "z", Zone(name="z", ring=((0.0, 0.0), *RING[1:3], (0.0, 0.0))), "record.outside"),
    (RecordKind.ZONE, "z", Zone(name="z", ring=((float("nan"), 37.5), *RING[1:], RING[0])), "record.ring"),
    (RecordKind.ZONE, "z", Zone(name="z", ring=BOW), "record.ring_crossed"),
    (RecordKind.ZONE, "z", Zone(name="z", ring=FLAT), "record.ring_crossed"),
    (RecordKind.SERVICE, "fly", ServiceTerms(terms={}), "settings.service"),
    (KIND, "Big Theft", KindTerms(name="절도"), "record.id"),
    (KIND, "theft", KindTerms(name=""), "record.name"),
    (KIND, "theft", KindTerms(name="절도", per_day=-1.0), "record.number"),
    (KIND, "theft", KindTerms(name="절도", per_day=float("inf")), "record.number"),
    (PURPOSE, "fun", PurposeTerms(retention_days=30, agencies={}), "record.id"),
    (PURPOSE, "crime", PurposeTerms(retention_days=0, agencies={}), "record.retention"),
    (PURPOSE, "crime", PurposeTerms(retention_days=366, agencies={}), "record.retention"),
    (PURPOSE, "crime", PurposeTerms(retention_days=30, agencies={"police112": ("curiosity",)}), "record.basis"),
    (PURPOSE, "crime", PurposeTerms(retention_days=30, agencies={"police112": ()}), "record.basis"),
    (PURPOSE, "crime", PurposeTerms(retention_days=30, agencies={"": ("consent",)}), "record.basis"),
    (USER, "system", Staff(name="system", role=Role.OPERATOR), "user.name"),
    (USER, "kim", Staff(name="settings", role=Role.OPERATOR), "user.name"),
    (USER, "kim", Staff(name="a b", role=Role.OPERATOR), "user.name"),
    (USER, "kim", Staff(name="kim", role=Role.AGENCY), "user.agency"),
    (USER, "kim", Staff(name="kim", role=Role.OPERATOR, agency="police112"), "user.agency"),
    (DESK, "other", Correlation(), "record.id"),
    (RecordKind.EXPORT, "desk", ExportTerms(at_most_s=0.0), "record.number"),
    (RecordKind.EXPORT, "desk", ExportTerms(cameras_at_most=0), "record.number"),
    (DESK, "desk", Correlation(tau_s=0.0), "record.number"),
    (DESK, "desk", Correlation(prior=1.5), "record.number"),
    (DESK, "desk", Correlation(accuracy_m={"POLICE112": float("nan")}), "record.number"),
    (RecordKind.PROCEDURE, "p", a_procedure(a_step("a", "a")), "procedure.never_ends"),
    (RecordKind.PROCEDURE, "p", a_procedure(a_step("a"), kinds=("robery",)), "procedure.kind"),
    (RecordKind.PROCEDURE, "p", a_procedure(a_step("a"), service="police_vidio"), "procedure.service"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "id", "body", "code"), WRONG)
def test_what_is_not_sound_is_refused_by_name(kind, id, body, code):
    problem = fault(a_change(kind, id, body))
    assert problem is not None
    assert problem.code == code


def test_a_crossed_zone_is_refused_with_the_place():
    problem = fault(a_change(RecordKind.ZONE, body=Zone(name="z", ring=BOW)))
    assert problem is not None
    assert "127.15 37.55" in str(problem.facts["detail"])


@pytest.mark.parametrize("terms", [{"withinm": 5}, {"within_m": "far"}, {"basis": "curiosity"}])
def test_a_service_s_terms_are_checked_by_the_service(terms):
    with pytest.raises(Invalid, match=r"settings\.wrong"):
        revise(a_board(), a_change(RecordKind.SERVICE, body=ServiceTerms(terms=terms), version=1), CHECKS, NOON)


def test_without_checks_nothing_passes_that_needs_them():
    for kind in (RecordKind.ZONE, RecordKind.SERVICE):
        with pytest.raises(Invalid):
            obey(Board(), a_change(kind, body=BODY[kind][1]), NOON)


def the_staff(**roles: Role) -> Board:
    return fold(Board(), *(a_revision(USER, name, Staff(name=name, role=role)) for name, role in roles.items()))


def test_the_last_admin_stays_an_admin_and_one_of_two_need_not():
    demoted, suspended = Staff(name="ann", role=Role.AUDITOR), Staff(name="ann", role=Role.ADMIN, suspended=True)
    for after in (demoted, suspended):
        alone = the_staff(ann=Role.ADMIN, bob=Role.OPERATOR)
        problem = fault(a_change(USER, "ann", after, version=1), alone)
        assert problem is not None
        assert problem.code == "user.last_admin"
        assert fault(a_change(USER, "ann", after, version=1), the_staff(ann=Role.ADMIN, bob=Role.ADMIN)) is None
    assert fault(a_change(USER, "bob", Staff(name="bob", role=Role.AUDITOR), version=1), alone) is None


def test_two_users_cannot_have_one_name():
    problem = fault(a_change(USER, "bob2", Staff(name="bob", role=Role.OPERATOR)), the_staff(bob=Role.OPERATOR))
    assert problem is not None
    assert problem.code == "user.exists"


@given(st.lists(st.tuples(st.floats(126.9, 127.3), st.floats(37.4, 37.6)), max_size=12))
def test_no_ring_of_points_makes_the_check_fail_otherwise_than_by_refusing(points):
    ring = tuple(points) + tuple(points[:1])
    problem = fault(a_change(RecordKind.ZONE, body=Zone(name="z", ring=ring)))
    assert problem is None or problem.code in {"record.ring", "record.ring_crossed"}


def a_flow(**services):
    journal = FakeJournal()
    board = Board()
    flow = Flow(
        board=board, city=FlatCity(), services=services_of(services, {}), append=journal.append,
        find_ack=journal.find_ack, tell=lambda _: None, now=Clock(), checks=CHECKS,
    )  # fmt: skip
    return flow, journal


async def test_a_revision_is_an_entry_with_a_ledger_row_of_who_which_version_and_why():
    flow, journal = a_flow()
    entry = await flow.order(a_change(RecordKind.ZONE, body=MARKET, note="축제 기간"))
    assert journal.entries[-1].entry is entry
    (row,) = entry.rows
    assert (row.act, row.who, row.at) == (Act.REVISE, "lee", NOON)
    assert row.reason == "revised zone market version 1: 축제 기간"
    assert not entry.changes
    assert flow.board.under == flow.board.seq == 1


async def test_the_next_report_is_decided_under_the_new_terms_and_says_so():
    flow, journal = a_flow(police_video={"kinds": ["robbery"]})
    await flow.take(a_report())
    assert (len(flow.board.grants), journal.entries[-1].entry.changes[0].under) == (1, 0)
    terms = ServiceTerms(terms={"kinds": ["theft"], "cameras": 1})
    await flow.order(a_change(RecordKind.SERVICE, body=terms))
    flow.services = services_of({}, flow.board.records)
    await flow.take(a_report(occurrence="O2", kind="theft", where=Point(127.2, 37.52)))
    change = journal.entries[-1].entry.changes[0]
    assert change.under == 2
    (grant,) = journal.entries[-1].entry.grants
    assert len(grant.views) == 1
    assert grant.service == "police_video"


def test_a_record_keeps_all_a_service_goes_by_not_only_what_was_written():
    written = ServiceTerms(terms={"kinds": ["theft"]})
    (revision,) = revise(a_board(), a_change(RecordKind.SERVICE, body=written, version=1), CHECKS, NOON).revisions
    assert isinstance(revision.body, ServiceTerms)
    assert revision.body.terms["within_m"] == 500.0
    assert revision.body.terms["basis"] == "urgent_life"


def test_a_record_of_a_service_this_release_does_not_have_is_left_aside():
    board = fold(Board(), a_revision(RecordKind.SERVICE, "drones", ServiceTerms(terms={})))
    assert services_of({}, board.records) == {}
    with pytest.raises(Invalid, match=r"settings\.service"):
        services_of({"drones": {}}, {})


def test_services_stand_in_one_order_wherever_their_terms_come_from():
    both = services_of({"police_dispatch": {}, "police_video": {}}, {})
    assert [*both] == ["police_video", "police_dispatch"]
    assert all(isinstance(one, partial) for one in both.values())
