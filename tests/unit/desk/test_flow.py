"""From a report to the truth: grants are given, renewed, extended, and end with their case."""

from __future__ import annotations

from functools import partial

import pytest

from bongsu.core.command import Accept, Close, Extend, Lapse
from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.core.geo import Point
from bongsu.core.incident import State, What
from bongsu.core.ledger import Act
from bongsu.core.request import Ask
from bongsu.desk.board import Board
from bongsu.flow import Flow, due_to_lapse
from bongsu.services import police_dispatch, police_video
from fakes.desk import Clock, FakeJournal, FlatCity, a_report

VIDEO = "I-20261122-00001.police_video.police112"


def a_flow():
    clock, journal, told = Clock(), FakeJournal(), []
    services = {
        "police_video": partial(police_video.respond, settings=police_video.Settings(kinds=("robbery",))),
        "police_dispatch": partial(police_dispatch.respond, settings=police_dispatch.Settings(kinds=("robbery",))),
    }
    flow = Flow(
        board=Board(), city=FlatCity(), services=services, append=journal.append, find_ack=journal.find_ack,
        tell=told.append, now=clock,
    )  # fmt: skip
    return flow, clock, journal, told


async def test_a_call_grants_its_cameras_to_112_and_asks_for_both_services_in_one_entry():
    flow, _, journal, told = a_flow()
    ack = await flow.take(a_report())
    (recorded,) = journal.entries
    assert told == [recorded]
    assert ack.seq == recorded.seq == flow.board.seq
    assert {g.service for g in flow.board.running.values()} == {"police_video", "police_dispatch"}
    assert [r.ask for r in recorded.entry.requests] == [Ask.OFFER_VIDEO, Ask.SHOW_SCENE]
    assert [row.act for row in recorded.entry.rows] == [Act.GRANT, Act.GRANT]


async def test_a_retry_gets_the_first_answer_and_nothing_is_written():
    flow, _, journal, _ = a_flow()
    first = await flow.take(a_report())
    again = await flow.take(a_report())
    assert (again.seq, again.duplicate) == (first.seq, True)
    assert len(journal.entries) == 1


async def test_a_kind_no_service_answers_is_kept_without_a_grant():
    flow, *_ = a_flow()
    await flow.take(a_report(kind="unknown"))
    assert len(flow.board.incidents) == 1
    assert not flow.board.grants


@pytest.mark.parametrize("step", ["50", "90", "91"])
async def test_every_grant_ends_with_its_case(step):
    flow, *_ = a_flow()
    await flow.take(a_report())
    await flow.take(a_report(step))
    assert not flow.board.running
    assert all(grant.ended and grant.version == 2 for grant in flow.board.grants.values())


async def test_a_call_that_ended_before_it_began_is_never_granted():
    flow, *_ = a_flow()
    await flow.take(a_report("91"))
    await flow.take(a_report("10"))
    assert not flow.board.running


async def test_a_moved_call_renews_its_grants_as_new_versions():
    flow, *_ = a_flow()
    await flow.take(a_report())
    await flow.take(a_report("40", where=Point(127.11, 37.51)))
    grant = flow.board.grants[VIDEO]
    assert grant.version == 2
    assert not grant.ended


async def test_a_grant_no_service_renews_after_a_move_ends():
    flow, *_ = a_flow()
    await flow.take(a_report())
    await flow.take(a_report("40", kind="lost_property"))
    assert not flow.board.running


async def test_two_operators_cannot_both_accept_an_incident():
    flow, *_ = a_flow()
    ack = await flow.take(a_report())
    (change,) = (await flow.order(Accept(incident=ack.incident, by="kim"))).changes
    assert change.incident.state is State.ACCEPTED
    with pytest.raises(Conflict, match="incident.accepted"):
        await flow.order(Accept(incident=ack.incident, by="lee"))


async def test_closing_says_who_and_why_and_cannot_be_done_twice():
    flow, *_ = a_flow()
    ack = await flow.take(a_report())
    (change,) = (await flow.order(Close(incident=ack.incident, by="kim", note="현장 종료"))).changes
    assert (change.incident.closed_by, change.incident.close_note) == ("kim", "현장 종료")
    with pytest.raises(Conflict, match="incident.over"):
        await flow.order(Close(incident=ack.incident, by="lee"))


async def test_a_grant_is_extended_only_forward_and_only_while_it_lives():
    flow, clock, *_ = a_flow()
    await flow.take(a_report())
    with pytest.raises(Conflict, match="grant.longer"):
        await flow.order(Extend(grant=VIDEO, by="kim", for_s=60))
    with pytest.raises(Invalid):
        await flow.order(Extend(grant=VIDEO, by="kim", for_s=float("inf")))
    clock.forward(600)
    (change,) = (await flow.order(Extend(grant=VIDEO, by="kim", for_s=1800))).changes
    assert change.what is What.EXTENDED
    assert flow.board.grants[VIDEO].until == change.until
    clock.forward(1800)
    with pytest.raises(Conflict, match="grant.over"):
        await flow.order(Extend(grant=VIDEO, by="kim", for_s=1800))
    with pytest.raises(NotFound):
        await flow.order(Extend(grant="nobody", by="kim", for_s=1800))


async def test_a_grant_lapses_when_its_time_is_up_and_not_before():
    flow, clock, *_ = a_flow()
    await flow.take(a_report())
    with pytest.raises(Conflict, match="grant.live"):
        await flow.order(Lapse(grant=VIDEO))
    assert due_to_lapse(flow.board, clock()) == []
    clock.forward(1800)
    for grant in due_to_lapse(flow.board, clock()):
        await flow.order(Lapse(grant=grant))
    assert not flow.board.running


async def test_the_stored_entries_alone_rebuild_the_board_grants_included():
    flow, clock, journal, _ = a_flow()
    await flow.take(a_report())
    await flow.take(a_report("40", where=Point(127.11, 37.51)))
    await flow.order(Extend(grant=VIDEO, by="kim", for_s=3600))
    await flow.take(a_report(occurrence="O2"))
    await flow.take(a_report("91", occurrence="O2"))
    again = Board()
    for recorded in journal.entries:
        again.apply(recorded)
    assert again.digest() == flow.board.digest()
    again.grants.clear()
    assert again.digest() != flow.board.digest()


async def test_a_defect_while_applying_ends_the_process_before_the_next_commit():
    flow, _, journal, _ = a_flow()

    def broken(recorded):
        raise KeyError("defect")

    flow.board.apply = broken
    with pytest.raises(KeyError):
        await flow.take(a_report())
    with pytest.raises(SystemExit):
        await flow.take(a_report(occurrence="O2"))
    assert len(journal.entries) == 1
