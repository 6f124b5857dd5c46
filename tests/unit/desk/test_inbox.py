"""One pair of hands: in order, orders first, full lines say so, and a defect hurts only its own sender."""

from __future__ import annotations

import asyncio

import pytest

from bongsu.core.errors import Unavailable
from bongsu.inbox import Inbox


async def do(inbox, *coroutines):
    hands = asyncio.ensure_future(inbox.run())
    try:
        return await asyncio.gather(*coroutines, return_exceptions=True)
    finally:
        hands.cancel()


def work(log, name):
    async def run():
        log.append(name)
        await asyncio.sleep(0)
        log.append(name)
        return name

    return run


async def test_work_is_done_in_order_and_never_two_at_once():
    inbox, log = Inbox(), []
    assert await do(inbox, *(inbox.put(work(log, n)) for n in "abc")) == ["a", "b", "c"]
    assert log == list("aabbcc")


async def test_an_order_goes_before_telemetry_that_came_first():
    inbox, log = Inbox(), []
    assert inbox.offer(work(log, "telemetry"))
    order = asyncio.ensure_future(inbox.put(work(log, "order")))
    await asyncio.sleep(0)
    await do(inbox, order)
    assert log[0] == "order"


async def test_a_full_line_refuses_orders_and_sheds_and_counts_telemetry():
    inbox = Inbox(orders_at_most=1, telemetry_at_most=1)
    waiting = asyncio.ensure_future(inbox.put(work([], "a")))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="inbox.full"):
        await inbox.put(work([], "b"))
    assert [inbox.offer(work([], "t")) for _ in range(3)] == [True, False, False]
    assert inbox.shed == 2
    await do(inbox, waiting)


async def test_a_defect_is_heard_by_its_sender_and_the_next_order_goes_on():
    async def defect():
        raise ZeroDivisionError

    inbox, log = Inbox(), []
    results = await do(inbox, inbox.put(defect), inbox.put(work(log, "next")))
    assert isinstance(results[0], ZeroDivisionError)
    assert results[1] == "next"
