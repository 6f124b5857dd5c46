"""The journal as a list: every entry by its ids, how each delivery stands, and nothing of what anybody said."""

from __future__ import annotations

import msgspec

from bongsu.core.request import OutboxState, Receipt
from bongsu.store import listing
from fakes.desk import NOON, a_report
from fakes.stores import an_entry


def listed(store, after=0):
    with store.db.reader() as connection:
        return list(listing.lines(connection, after))


async def test_every_entry_is_listed_with_its_report_and_how_its_requests_stand(store):
    await store.append(an_entry(keys=("a", "b")), a_report(key="K-1"))
    await store.append(an_entry(keys=("c",)))
    key_a, key_b = (letter.request.key for letter in (await store.due(NOON, 10))[:2])
    await store.settle(Receipt(key=key_a, delivered=True), OutboxState.DELIVERED, NOON)
    await store.settle(Receipt(key=key_b, delivered=False, detail="partner.timeout"), OutboxState.WAITING, NOON)
    first, second = listed(store)
    assert (first.seq, first.report.key, second.report) == (1, "K-1", None)
    assert [(one.key, one.state, one.attempts, one.detail) for one in first.requests] == [
        (key_a, "delivered", 1, ""),
        (key_b, "waiting", 1, "partner.timeout"),
    ]
    assert [(step.what, step.incident, step.version) for step in first.steps] == [("opened", "I-20261122-00001", 1)]


async def test_a_request_the_outbox_does_not_hold_is_called_missing(store):
    await store.append(an_entry(keys=("a",)))
    await store.db.write(lambda c: c.exec_driver_sql("DELETE FROM outbox"))
    assert [one.state for one in listed(store)[0].requests] == ["missing"]


async def test_only_what_came_later_is_listed(store):
    for number in range(3):
        await store.append(an_entry(keys=(str(number),)), a_report(key=str(number)))
    assert [line.seq for line in listed(store, 1)] == [2, 3]
    assert [line.report.key for line in listed(store, 1)] == ["1", "2"]


async def test_nothing_that_was_said_is_listed(store):
    report = a_report(key="K-1", text="여성이 쫓기고 있음", address="은하대로 1")
    await store.append(an_entry(), report)
    told = msgspec.json.encode(listed(store)).decode()
    assert report.text not in told
    assert report.address not in told
