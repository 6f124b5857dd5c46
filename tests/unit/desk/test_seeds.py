"""A platform begins with records that are sound and complete, and is never overruled by its settings again."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace
from structlog.testing import capture_logs

from bongsu.core.asset import Purpose
from bongsu.core.command import Revise
from bongsu.core.incident import UNKNOWN_KIND, Priority
from bongsu.core.person import Role, User
from bongsu.core.procedure import Actor, Procedure
from bongsu.core.revision import KindTerms, RecordKind, Revision, ServiceTerms, Staff
from bongsu.desk.board import Board
from bongsu.desk.follow import choose
from bongsu.desk.records import Checks
from bongsu.flow import Flow
from bongsu.linked import SERVICES, full_terms
from bongsu.seeds import BY, defaults, seeds, sow
from bongsu.wires.scsns.codes import builtin_codes
from fakes.desk import Clock, FakeJournal, FlatCity
from fakes.life import now

TABLES = {name: full_terms(name, {}) for name in SERVICES} | {
    name: full_terms(name, {"kinds": ["robbery", "theft"]}) for name in ("police_video", "police_dispatch")
}
USERS = [User(id="ann", name="ann", role=Role.ADMIN), User(id="kim", name="kim", role=Role.AGENCY, agency="police112")]


def a_flow(journal: FakeJournal) -> Flow:
    return Flow(
        board=Board(), city=FlatCity(), services={}, append=journal.append, find_ack=journal.find_ack,
        tell=lambda _: None, now=Clock(), checks=Checks(terms=full_terms, services=frozenset(SERVICES)),
    )  # fmt: skip


def sown() -> Flow:
    flow = a_flow(FakeJournal())
    now(sow(flow.board, flow.order, seeds(TABLES, USERS)))
    return flow


def test_every_default_passes_the_checks_that_operators_meet():
    board = sown().board
    assert {kind for kind, _ in board.records} == set(RecordKind) - {
        RecordKind.ZONE,
        RecordKind.MASK,
        RecordKind.CONSENT,
        RecordKind.CLOSURE,
        RecordKind.SIGNAL,
    }
    assert all((record.version, record.by) == (1, BY) for record in board.records.values())
    assert board.records[RecordKind.USER, "kim"].body == Staff(name="kim", role=Role.AGENCY, agency="police112")


def test_a_second_start_writes_nothing_and_what_was_changed_or_retired_stays():
    flow = sown()
    body = ServiceTerms(terms=full_terms("police_video", {"kinds": ["robbery"], "within_m": 250.0}))
    change = Revise(kind=RecordKind.SERVICE, id="police_video", body=body, version=1, by="lee", note="좁은 골목")
    now(flow.order(change))
    gone = Revise(kind=RecordKind.PROCEDURE, id="missing_person", body=None, version=1, by="lee", note="쓰지 않음")
    now(flow.order(gone))
    before = flow.board.digest()
    now(sow(flow.board, flow.order, seeds(TABLES, USERS)))
    assert flow.board.digest() == before
    assert flow.board.records[RecordKind.SERVICE, "police_video"].body == body


def test_a_table_is_said_to_be_superseded_only_where_it_says_something_else_than_the_stored_record():
    flow = sown()
    for name, table in TABLES.items():
        stored = msgspec.msgpack.decode(
            msgspec.msgpack.encode(flow.board.records[RecordKind.SERVICE, name]), type=Revision
        )
        assert stored.body == ServiceTerms(terms=table)
    with capture_logs() as quiet:
        now(sow(flow.board, flow.order, seeds(TABLES, USERS)))
    assert quiet == []
    with capture_logs() as said:
        now(sow(flow.board, flow.order, seeds({"police_video": full_terms("police_video", {"cameras": 9})}, USERS)))
    assert [one["event"] for one in said] == ["settings.superseded"]


def test_every_event_code_has_its_kind_and_every_purpose_its_terms():
    kinds = {id: body for kind, id, body in defaults() if kind is RecordKind.KIND}
    assert {code.kind for code in builtin_codes().values()} - {UNKNOWN_KIND} <= set(kinds)
    for body in kinds.values():
        assert isinstance(body, KindTerms)
        assert body.name_en
        assert body.per_day
    names = {code.kind: code.ko for code in builtin_codes().values()}
    assert {kind: kinds[kind].name for kind in names} == names
    assert {id for kind, id, _ in defaults() if kind is RecordKind.PURPOSE} == {purpose.value for purpose in Purpose}


def test_every_service_has_a_procedure_in_both_languages_that_begins_where_it_answers():
    board = sown().board
    for name in SERVICES:
        record = board.records[RecordKind.PROCEDURE, name]
        assert isinstance(record.body, Procedure)
        assert record.body.service == name
        assert all(step.title_en and step.title_en != step.title for step in record.body.steps)
        agencies = {step.agency for step in record.body.steps if step.actor is Actor.AUTOMATIC} - {""}
        assert agencies <= {"police112", "fire119", "disaster_hq", "moj"}
    expected = {"robbery": "police_dispatch", "fire": "fire_dispatch", "flood": "disaster", "wildfire": "disaster",
                "tag_damage": "electronic_monitoring", "missing_person": "missing_person",
                "elder_inactive": "elder_care", "wandering": "wandering", "child_left_behind": "childcare",
                "water_burst": "water_meters", "bin_fire": "smart_bins", "structure_danger": "structures",
                "room_fire": "room_fire"}  # fmt: skip
    assert {kind: chosen[1].id for kind in expected if (chosen := choose(board, kind))} == expected
    assert choose(board, "murder") is None, "no service of this city answers to it"


def test_a_kind_says_how_soon_somebody_must_act():
    kinds = {id: body for kind, id, body in defaults() if kind is RecordKind.KIND}
    assert kinds["fire"] == replace(kinds["fire"], priority=Priority.URGENT)
    assert kinds["weather_notice"] == replace(kinds["weather_notice"], priority=Priority.LOW)
