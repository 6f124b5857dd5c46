"""What is acknowledged is on disk, what belongs together is written together, and a lie on the ledger shows."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bongsu.core.entry import Entry
from bongsu.core.errors import Conflict, Unavailable
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Role, User
from bongsu.core.request import Ask, OutboxState, Receipt, ask_of
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.store import Store, ledger
from fakes.desk import NOON, FlatCity, a_report


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    yield store
    store.close()


def an_entry(report=None, keys=("a",)):
    change = hear(Board(), report or a_report(), FlatCity(), NOON).changes[0]
    requests = tuple(
        ask_of(key, "police_video", Ask.OFFER_VIDEO, change.incident, None, at=NOON, for_s=60) for key in keys
    )
    rows = (LedgerRow(at=NOON, act=Act.GRANT, who="POLICE112"),)
    return Entry(changes=(change,), requests=requests, rows=rows)


async def test_an_entry_comes_back_as_it_was_written(store):
    entry = an_entry()
    assert await store.append(entry, a_report()) == 1
    found = []
    store.replay(found.append)
    assert [recorded.entry for recorded in found] == [entry]
    assert [letter.request for letter in await store.due(NOON, 10)] == list(entry.requests)
    assert [sealed.row for sealed in await store.ledger_rows(None, 10)] == list(entry.rows)


async def test_a_retry_is_told_its_first_answer_and_another_content_under_its_key_is_refused(store):
    await store.append(an_entry(), a_report())
    ack = await store.find_ack(a_report())
    assert (ack.seq, ack.duplicate) == (1, True)
    assert await store.find_ack(a_report(key="another")) is None
    with pytest.raises(Conflict):
        await store.find_ack(a_report(digest="another"))


async def test_an_entry_that_fails_half_way_leaves_nothing_and_its_neighbours_stand(store):
    gate = threading.Event()
    store.db.submit(lambda c: gate.wait(5))
    good = store.append(an_entry(keys=("a",)), a_report(key="1"))
    bad = store.append(an_entry(keys=("b", "b")), a_report(key="2"))
    tasks = [asyncio.ensure_future(good), asyncio.ensure_future(bad)]
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[0] == 1
    assert isinstance(results[1], Exception)
    assert len(await store.due(NOON, 10)) == 1
    assert await store.find_ack(a_report(key="2")) is None


async def test_nothing_is_acknowledged_while_another_holds_the_database(store, tmp_path):
    holder = sqlite3.connect(tmp_path / "bongsu.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    waiting = store.db.submit(lambda c: c.execute(text("select 1")).scalar())
    with pytest.raises(TimeoutError):
        waiting.result(timeout=0.3)
    holder.execute("COMMIT")
    holder.close()
    assert waiting.result(timeout=5) == 1


async def test_a_commit_that_fails_breaks_the_store_for_good(tmp_path):
    heard = []
    broken = Store(tmp_path, on_broken=heard.append)
    broken.db._writing = _Failing(broken.db._writing)
    with pytest.raises(Unavailable, match="store.broken"):
        await broken.note(LedgerRow(at=NOON, act=Act.VIEW, who="kim"))
    with pytest.raises(Unavailable, match="store.broken"):
        await broken.note(LedgerRow(at=NOON, act=Act.VIEW, who="kim"))
    assert len(heard) == 1


class _Failing:
    """An engine whose commit fails as a full disk's does."""

    def __init__(self, engine):
        self._engine = engine

    def begin(self):
        @contextmanager
        def failing():
            with self._engine.begin() as connection:
                yield connection
                raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

        return failing()

    def dispose(self):
        self._engine.dispose()


async def test_a_changed_or_missing_ledger_row_is_found(store, tmp_path):
    for n in range(4):
        await store.note(LedgerRow(at=NOON, act=Act.VIEW, who="kim", camera=f"C{n}"))
    assert await store.db.read(ledger.faults) == []
    tamper = sqlite3.connect(tmp_path / "bongsu.db")
    tamper.execute("update ledger set body = cast(replace(body, 'C1', 'C9') as blob) where seq = 2")
    tamper.execute("delete from ledger where seq = 3")
    tamper.commit()
    tamper.close()
    assert await store.db.read(ledger.faults) == [2, 3]


async def test_ledger_pages_go_back_in_time_without_gaps(store):
    for n in range(5):
        await store.note(LedgerRow(at=NOON, act=Act.VIEW, who=str(n)))
    first = await store.ledger_rows(None, 2)
    rest = await store.ledger_rows(first[-1].seq, 10)
    assert [sealed.seq for sealed in (*first, *rest)] == [5, 4, 3, 2, 1]


async def test_a_dead_letter_stays_in_sight_until_somebody_retries_it(store):
    await store.append(an_entry(), a_report())
    (letter,) = await store.due(NOON, 10)
    receipt = Receipt(key=letter.request.key, delivered=False, detail="4004", final=True)
    await store.settle(receipt, OutboxState.DEAD, NOON)
    assert await store.due(NOON, 10) == []
    (dead,) = await store.undelivered()
    assert (dead.state, dead.attempts, dead.detail) == (OutboxState.DEAD, 1, "4004")
    row = LedgerRow(at=NOON, act=Act.RETRY, who="kim")
    assert await store.retry(letter.request.key, row)
    assert not await store.retry(letter.request.key, row)
    assert len(await store.due(NOON, 10)) == 1


async def test_two_users_cannot_have_one_name(store):
    user = User(id="u1", name="kim", role=Role.OPERATOR)
    await store.add_user(user)
    with pytest.raises(Conflict):
        await store.add_user(User(id="u2", name="kim", role=Role.AUDITOR))
    assert await store.find_user("kim") == user


async def test_a_sign_in_link_works_once(store):
    await store.put_link("digest", "u1", NOON.replace(year=2027))
    assert await store.take_link("digest", NOON) == "u1"
    assert await store.take_link("digest", NOON) is None


async def test_a_store_written_by_a_newer_release_is_refused_untouched(tmp_path):
    Store(tmp_path).close()
    raw = sqlite3.connect(tmp_path / "bongsu.db")
    raw.execute("update meta set value = '99' where name = 'schema'")
    raw.commit()
    raw.close()
    with pytest.raises(Conflict, match="store.newer"):
        Store(tmp_path)
