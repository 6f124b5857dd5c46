"""What is acknowledged is on disk, what belongs together is written together, and a lie on the ledger shows."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError

from bongsu.core.entry import Entry
from bongsu.core.errors import Conflict, Unavailable
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Role, User
from bongsu.core.pursuit import Flight
from bongsu.core.request import Ask, OutboxState, Receipt
from bongsu.core.revision import RecordKind, Revision, Staff
from bongsu.core.search import Looked, Lost
from bongsu.store import ledger
from fakes.desk import NOON, a_report
from fakes.stores import an_entry


async def test_an_entry_comes_back_as_it_was_written(store):
    entry = an_entry()
    assert await store.append(entry, a_report()) == 1
    found = []
    store.replay(found.append)
    assert [recorded.entry for recorded in found] == [entry]
    assert [letter.request for letter in await store.due(NOON, 10)] == list(entry.requests)
    assert [sealed.row for sealed in await store.ledger_rows(None, 10)] == list(entry.rows)


@pytest.mark.parametrize(
    "entry",
    [
        Entry(searches=(Lost(incident="I-1", at=NOON, by="u-op", subject="dementia"),)),
        Entry(searches=(Looked(incident="I-1", at=NOON, by="u-op", camera="C1", from_ms=1, to_ms=2),)),
        Entry(flights=(Flight(incident="I-1", at=NOON, by="u-op", mode="car"),)),
    ],
)
async def test_a_note_of_a_search_or_a_flight_alone_is_kept_as_any_entry(store, entry):
    assert await store.append(entry, None) == 1
    found = []
    store.replay(found.append)
    assert [recorded.entry for recorded in found] == [entry]


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


async def test_a_commit_that_fails_breaks_the_store_for_good(place):
    heard = []
    broken = place.open(on_broken=heard.append)
    broken.db._writing = _Failing(broken.db._writing)
    with pytest.raises(Unavailable, match="store.broken"):
        await broken.note(LedgerRow(at=NOON, act=Act.VIEW, who="kim"))
    with pytest.raises(Unavailable, match="store.broken"):
        await broken.note(LedgerRow(at=NOON, act=Act.VIEW, who="kim"))
    assert len(heard) == 1
    broken.close()


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


async def test_a_changed_or_missing_ledger_row_is_found(store, place):
    for n in range(4):
        await store.note(LedgerRow(at=NOON, act=Act.VIEW, who="kim", camera=f"C{n}"))
    assert await store.db.read(ledger.faults) == []
    place.run("update ledger set body = (select body from ledger where seq = 1) where seq = 2")
    place.run("delete from ledger where seq = 3")
    assert await store.db.read(ledger.faults) == [2, 3]


async def test_ledger_pages_go_back_in_time_without_gaps(store):
    for n in range(5):
        await store.note(LedgerRow(at=NOON, act=Act.VIEW, who=str(n)))
    first = await store.ledger_rows(None, 2)
    rest = await store.ledger_rows(first[-1].seq, 10)
    assert [sealed.seq for sealed in (*first, *rest)] == [5, 4, 3, 2, 1]


async def test_what_was_asked_about_a_case_stays_to_be_seen_whatever_came_of_it(store):
    await store.append(an_entry(), a_report())
    (letter,) = await store.due(NOON, 10)
    case, ask = letter.request.incident.id, letter.request.ask
    assert [one.state for one in await store.asked(case, ask)] == [OutboxState.WAITING]
    await store.settle(Receipt(key=letter.request.key, delivered=True), OutboxState.DELIVERED, NOON)
    assert [(one.state, one.attempts) for one in await store.asked(case, ask)] == [(OutboxState.DELIVERED, 1)]
    assert await store.asked(case, next(other for other in Ask if other is not ask)) == []
    assert await store.asked(case[:-1], ask) == []


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


async def test_who_stops_waiting_for_a_write_stops_nobody_else(store):
    begun, gate = threading.Event(), threading.Event()
    first = store.db.submit(lambda c: (begun.set(), gate.wait(5)))
    begun.wait(5)
    nobody_waits = asyncio.ensure_future(store.note(LedgerRow(at=NOON, act=Act.VIEW, who="gone")))
    await asyncio.sleep(0)
    nobody_waits.cancel()
    await asyncio.wait([nobody_waits])
    gate.set()
    first.result(5)
    await asyncio.wait_for(store.note(LedgerRow(at=NOON, act=Act.VIEW, who="kim")), 5)
    assert [sealed.row.who for sealed in await store.ledger_rows(None, 10)] == ["kim"]


def a_revision(version: int, body: Staff | None) -> Entry:
    return Entry(revisions=(Revision(kind=RecordKind.USER, id="u1", version=version, body=body, at=NOON, by="admin"),))


async def test_a_user_is_what_their_record_says_and_keeps_their_password(store):
    await store.append(a_revision(1, Staff(name="kim", role=Role.OPERATOR)))
    assert await store.find_user("kim") == User(id="u1", name="kim", role=Role.OPERATOR)
    await store.add_user(User(id="u2", name="lee", role=Role.OPERATOR, password="$argon2"))
    record = Revision(
        kind=RecordKind.USER,
        id="u2",
        version=1,
        body=Staff(name="lee", role=Role.AGENCY, agency="police112", suspended=True),
        at=NOON,
        by="admin",
    )
    await store.append(Entry(revisions=(record,)))
    expected = User(id="u2", name="lee", role=Role.AGENCY, agency="police112", password="$argon2", suspended=True)
    assert await store.find_user("lee") == expected
    await store.append(a_revision(2, None))
    assert (await store.find_user("kim")).suspended


async def test_a_record_that_takes_anothers_name_changes_nothing(store):
    await store.add_user(User(id="u2", name="lee", role=Role.OPERATOR))
    with pytest.raises(Conflict, match="user.exists"):
        await store.append(a_revision(1, Staff(name="lee", role=Role.ADMIN)))
    found = []
    store.replay(found.append)
    assert found == []
