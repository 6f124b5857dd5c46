"""What has been kept for its whole time is forgotten to the second, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bongsu.core.errors import Invalid
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Role, Session
from bongsu.core.request import OutboxState, Receipt
from bongsu.settings import RetentionSettings, load
from bongsu.store import ledger
from fakes.desk import NOON, a_report
from fakes.stores import an_entry

TERMS = RetentionSettings()
SECOND = timedelta(seconds=1)


def after(days: int) -> object:
    return NOON + timedelta(days=days)


async def deliver(store, key="a"):
    await store.append(an_entry(keys=(key,)), a_report(key=key, text="집에 혼자 있는데 무섭습니다"))
    (letter,) = await store.due(NOON, 10)
    await store.settle(Receipt(key=letter.request.key, delivered=True), OutboxState.DELIVERED, NOON)


async def test_a_delivered_requests_body_goes_with_its_last_second(store, place):
    await deliver(store)
    await store.append(an_entry(keys=("waits",)))
    assert (await store.erase(TERMS, after(90) - SECOND, "t")).rows == 0
    assert (await store.erase(TERMS, after(90), "t")).outbox == 1
    left = place.run("select state, length(body) > 0 from outbox order by state")
    assert [tuple(row) for row in left] == [("delivered", 0), ("waiting", 1)]
    assert len(await store.due(NOON, 10)) == 1


async def test_a_reports_text_goes_and_its_retry_still_gets_the_first_answer(store, place):
    await deliver(store)
    assert (await store.erase(TERMS, after(1096) - SECOND, "t")).reports == 0
    assert (await store.erase(TERMS, after(1096), "t")).reports == 1
    (row,) = place.run("select length(body) from reports")
    assert row[0] == 0
    ack = await store.find_ack(a_report(key="a"))
    assert (ack.seq, ack.duplicate) == (1, True)


async def test_ended_sessions_and_links_go_and_running_ones_stay(store, place):
    for name, until in (("old", NOON), ("young", NOON + SECOND)):
        session = Session(
            id=name, user="u", name="u", role=Role.OPERATOR, agency="", origin="", since=NOON, until=until
        )
        await store.put_session(name, session)
        await store.put_link(name, "u", until)
    assert (await store.erase(TERMS, after(30) - SECOND, "t")).rows == 0
    erased = await store.erase(TERMS, after(30), "t")
    assert (erased.sessions, erased.links) == (1, 1)
    assert [row[0] for row in place.run("select id from sessions")] == ["young"]
    assert [row[0] for row in place.run("select digest from links")] == ["young"]


async def test_a_look_is_forgotten_after_two_years_and_the_ledger_is_still_whole(store, place):
    for act in Act:
        await store.note(LedgerRow(at=NOON, act=act, who="kim", camera="C1"))
    leaves = place.run("select leaf from ledger order by seq")
    assert (await store.erase(TERMS, after(731) - SECOND, "t")).rows == 0
    assert (await store.erase(TERMS, after(731), "t")).ledger == len(ledger.ACCESS)
    rows = await store.ledger_rows(None, 100)
    assert {sealed.row.act for sealed in rows if not sealed.row.who} == set(ledger.ACCESS)
    assert all(sealed.row.camera == "C1" for sealed in rows if sealed.row.who == "kim")
    assert place.run("select leaf from ledger order by seq")[:-1] == leaves
    assert await store.db.read(ledger.faults) == []


async def test_a_run_that_erases_is_on_the_ledger_with_its_counts_and_one_that_does_not_is_not(store):
    await deliver(store)
    await store.erase(TERMS, after(1096), "bongsu")
    await store.erase(TERMS, after(1096), "bongsu")
    newest, *_ = await store.ledger_rows(None, 10)
    assert (newest.row.act, newest.row.who, newest.row.reason) == (Act.DELETE, "bongsu", "outbox=1 reports=1")
    acts = [sealed.row.act for sealed in await store.ledger_rows(None, 10)]
    assert acts.count(Act.DELETE) == 1


async def test_a_row_somebody_else_blanked_is_found(store, place):
    for _ in range(2):
        await store.note(LedgerRow(at=NOON, act=Act.VIEW, who="kim"))
    await store.erase(TERMS, after(731), "t")
    await store.note(LedgerRow(at=after(731), act=Act.VIEW, who="kim"))
    assert await store.db.read(ledger.faults) == []
    empty = "select body from ledger where seq = 1"
    place.run(f"update ledger set body = ({empty}), salt = ({empty}), who = '' where seq = 4")
    assert await store.db.read(ledger.faults) == [1, 2, 4]


async def test_a_granted_right_somebody_blanked_is_found(store, place):
    await store.note(LedgerRow(at=NOON, act=Act.VIEW, who="kim"), LedgerRow(at=NOON, act=Act.GRANT, who="kim"))
    await store.erase(TERMS, after(731), "t")
    place.run("update ledger set body = (select body from ledger where seq = 1) where seq = 2")
    assert await store.db.read(ledger.faults) == [2]


async def test_more_than_one_batch_is_erased_and_counted_row_by_row(store):
    await store.note(*(LedgerRow(at=NOON, act=Act.VIEW, who="kim") for _ in range(601)))
    assert (await store.due_to_erase(TERMS, after(731))).ledger == 601
    assert (await store.erase(TERMS, after(731), "t")).ledger == 601
    assert await store.db.read(ledger.faults) == []
    assert (await store.due_to_erase(TERMS, after(731))).rows == 0


def test_a_period_shorter_than_the_law_stops_the_start(tmp_path):
    path = tmp_path / "bongsu.toml"
    path.write_text("[retention]\nledger_days = 730\n", "utf-8")
    with pytest.raises(Invalid, match="settings.retention"):
        load(path)
