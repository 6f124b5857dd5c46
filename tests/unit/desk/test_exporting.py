"""An export lives by its table, needs a second person where the record says so, and leaves a row for every step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bongsu.core.command import (
    ApproveExport,
    AskExport,
    AskMasked,
    RefuseExport,
    ReleaseHold,
    Revise,
    SetHold,
    SettleExport,
)
from bongsu.core.errors import Conflict, Invalid, NotFound, Refused
from bongsu.core.export import ExportState, ExportTerms
from bongsu.core.grant import Basis
from bongsu.core.mask import CameraMask, MaskZone
from bongsu.core.recording import Held
from bongsu.core.revision import RecordKind, Revision
from bongsu.desk import frozen
from bongsu.desk.board import Board
from bongsu.desk.holding import spared
from bongsu.flow import Flow
from fakes.desk import NOON, Clock, FakeJournal, FlatCity, a_report
from fakes.life import now

CASE = "I-20261122-00001"


def a_flow() -> Flow:
    journal = FakeJournal()
    flow = Flow(
        board=Board(), city=FlatCity(), services={}, append=journal.append, find_ack=journal.find_ack,
        tell=lambda _: None, now=Clock(),
    )  # fmt: skip
    flow.journal = journal
    now(flow.take(a_report()))
    return flow


def asking(**fields) -> AskExport:
    told = {
        "incident": CASE, "cameras": ("C1", "C2"), "since": NOON - timedelta(minutes=5), "until": NOON,
        "basis": Basis.CRIMINAL_INVESTIGATION, "reason": "절도 사건 수사", "by": "kim",
    } | fields  # fmt: skip
    return AskExport(**told)


def ask(flow: Flow, **fields) -> str:
    return now(flow.order(asking(**fields))).exports[0].id


def code(flow: Flow, command, kind) -> str:
    with pytest.raises(kind) as found:
        now(flow.order(command))
    return found.value.code


def acts(flow: Flow) -> list[str]:
    return [row.act.value for one in flow.journal.entries for row in one.entry.rows]


def test_an_investigation_waits_for_a_second_person_and_urgent_danger_does_not():
    flow = a_flow()
    assert flow.board.exports[ask(flow)].state is ExportState.ASKED
    urgent = flow.board.exports[ask(flow, basis=Basis.URGENT_LIFE)]
    assert urgent.state is ExportState.APPROVED
    assert urgent.approvals == ()


def test_nobody_approves_their_own_export():
    flow = a_flow()
    export = ask(flow)
    assert code(flow, ApproveExport(export=export, by="kim"), Refused) == "export.own"
    now(flow.order(ApproveExport(export=export, by="lee", note="확인함")))
    assert [step.by for step in flow.board.exports[export].approvals] == ["lee"]
    assert code(flow, RefuseExport(export=export, by="lee", note="늦었습니다"), Conflict) == "export.decided"


def test_the_record_says_which_grounds_need_a_second_person():
    flow = a_flow()
    terms = ExportTerms(second_person=("urgent_life",))
    now(flow.order(Revise(kind=RecordKind.EXPORT, id="desk", body=terms, version=0, by="ad", note="모두 둘이서")))
    assert flow.board.exports[ask(flow)].state is ExportState.APPROVED
    assert flow.board.exports[ask(flow, basis=Basis.URGENT_LIFE)].state is ExportState.ASKED
    wrong = ExportTerms(second_person=("because",))
    order = Revise(kind=RecordKind.EXPORT, id="desk", body=wrong, version=1, by="ad", note="틀린 근거")
    assert code(flow, order, Invalid) == "record.basis"


@pytest.mark.parametrize(
    ("fields", "kind", "expected"),
    [
        ({"reason": "그냥"}, Invalid, "export.reason"),
        ({"until": NOON + timedelta(seconds=1)}, Invalid, "export.span"),
        ({"since": NOON}, Invalid, "export.span"),
        ({"cameras": ()}, Invalid, "export.cameras"),
        ({"cameras": ("C1", "C1")}, Invalid, "export.cameras"),
        ({"since": NOON - timedelta(hours=7)}, Invalid, "export.too_long"),
        ({"incident": "I-none"}, NotFound, "incident.unknown"),
    ],
)
def test_what_cannot_be_asked_for_is_named(fields, kind, expected):
    assert code(a_flow(), asking(**fields), kind) == expected


def test_every_step_is_a_ledger_row_in_the_entry_that_makes_it_true():
    flow = a_flow()
    export = ask(flow)
    now(flow.order(ApproveExport(export=export, by="lee")))
    now(flow.order(SettleExport(export=export, state=ExportState.BUILDING)))
    now(flow.order(SettleExport(export=export, state=ExportState.READY, sha256="ab", size_bytes=3)))
    assert acts(flow) == ["export_ask", "export_approve", "export_build", "export_end"]
    assert code(flow, SettleExport(export=export, state=ExportState.FAILED), Conflict) == "export.decided"


def test_a_masked_copy_and_its_original_name_each_other():
    flow = a_flow()
    original = ask(flow, basis=Basis.CONSENT)
    wish = AskMasked(export=original, reason="정보주체 열람 청구", by="kim", zones={"C1": (((0, 0), (1, 0), (1, 1)),)})
    assert code(flow, wish, Conflict) == "export.not_ready"
    now(flow.order(SettleExport(export=original, state=ExportState.READY, sha256="ab", size_bytes=3)))
    copy = now(flow.order(wish)).exports[0]
    assert (copy.derived_from, copy.masked, copy.sha256) == (original, True, "")
    now(flow.order(SettleExport(export=copy.id, state=ExportState.READY, sha256="cd", size_bytes=2)))
    assert flow.board.exports[original].derivatives == (copy.id,)
    outside = AskMasked(export=original, reason="정보주체 열람 청구", by="kim", zones={"C9": ()})
    assert code(flow, outside, Invalid) == "export.zones"


def test_a_masked_copy_covers_what_its_cameras_masks_say_and_what_was_asked_for_on_top():
    flow = a_flow()
    window, sign = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.5)), ((0, 0), (1, 0), (1, 1))
    mask = CameraMask(zones=(MaskZone(name="창문", ring=window),))
    for camera in ("C1", "C9"):
        revision = Revision(kind=RecordKind.MASK, id=camera, version=1, body=mask, at=NOON, by="kim")
        flow.board.records[RecordKind.MASK, camera] = revision
    original = ask(flow, basis=Basis.CONSENT)
    now(flow.order(SettleExport(export=original, state=ExportState.READY, sha256="ab", size_bytes=3)))
    wish = AskMasked(export=original, reason="정보주체 열람 청구", by="kim", zones={"C1": (sign,), "C2": (sign,)})
    assert now(flow.order(wish)).exports[0].zones == {"C1": (window, sign), "C2": (sign,)}


def test_a_held_span_is_spared_until_somebody_releases_it_with_a_reason():
    flow = a_flow()
    span = (int((NOON - timedelta(minutes=5)).timestamp() * 1000), int(NOON.timestamp() * 1000))
    order = SetHold(
        incident=CASE, cameras=("C1",), since=NOON - timedelta(minutes=5), until=NOON, reason="재판 증거", by="kim"
    )
    hold = now(flow.order(order)).legal_holds[0]
    assert spared(flow.board) == (Held("C1", *span),)
    assert code(flow, ReleaseHold(hold=hold.id, reason="", by="kim"), Invalid) == "export.reason"
    now(flow.order(ReleaseHold(hold=hold.id, reason="재판이 끝남", by="kim")))
    assert spared(flow.board) == ()
    assert acts(flow) == ["hold", "release"]
    assert code(flow, ReleaseHold(hold=hold.id, reason="재판이 끝남", by="kim"), Conflict) == "hold.released"


def test_what_is_asked_for_is_spared_until_it_is_built():
    flow = a_flow()
    export = ask(flow, basis=Basis.URGENT_LIFE, cameras=("C1",))
    assert [held.camera for held in spared(flow.board)] == ["C1"]
    now(flow.order(SettleExport(export=export, state=ExportState.READY, sha256="ab", size_bytes=3)))
    assert spared(flow.board) == ()


def test_exports_and_holds_survive_freezing_and_are_in_the_digest():
    flow = a_flow()
    before = flow.board.digest()
    ask(flow)
    span = {"since": NOON - timedelta(minutes=5), "until": NOON}
    now(flow.order(SetHold(incident=CASE, cameras=("C1",), reason="재판 증거", by="kim", **span)))
    assert flow.board.digest() != before
    thawed = frozen.find_board(frozen.freeze(frozen.still(flow.board)))
    assert thawed.digest() == flow.board.digest()
    assert thawed.exports == flow.board.exports
