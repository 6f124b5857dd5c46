"""Requests reach their agency once in effect, are tried again with pauses, and die in sight."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from random import Random

import pytest
from msgspec.structs import replace

from bongsu import sender as sending
from bongsu.core.errors import Unavailable
from bongsu.core.ledger import Act
from bongsu.core.request import Ask, OutboxState, Outgoing, Receipt, ask_of
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.sender import AT_ONCE, LONGEST_PAUSE_S, Sender, after_try
from fakes.desk import NOON, Clock, FlatCity, a_report


def a_letter(attempts=0, for_s=600.0, agency="police112"):
    incident = hear(Board(), a_report(), FlatCity(), NOON).changes[0].incident
    request = ask_of(agency, "police_video", Ask.OFFER_VIDEO, incident, None, at=NOON, for_s=for_s)
    return Outgoing(seq=1, request=request, state=OutboxState.WAITING, attempts=attempts, next_at=NOON)


def a_sender(answer):
    settled, notes, log = [], [], []

    async def gateway(request):
        log.append("sent")
        return Receipt(key=request.key, **answer)

    async def settle(receipt, state, next_at):
        settled.append((receipt, state, next_at))

    async def note(row):
        notes.append(row)
        log.append("noted")
        return len(notes)

    async def due(now, at_most, but):
        return []

    sender = Sender(
        {"police112": gateway},
        due=due,
        settle=settle,
        note=note,
        failed=lambda: log.append("failed"),
        busy=lambda: False,
        now=Clock(),
        chance=Random(1),
    )
    return sender, settled, notes, log


async def test_the_ledger_row_stands_before_anything_leaves_the_house():
    sender, settled, notes, log = a_sender({"delivered": True})
    await sender.send(a_letter())
    assert log == ["noted", "sent"]
    assert notes[0].act is Act.PROVIDE
    assert settled[0][1] is OutboxState.DELIVERED


async def test_a_refusal_for_good_is_a_dead_letter_at_once_and_says_so():
    sender, settled, _, log = a_sender({"delivered": False, "final": True, "detail": "4004"})
    await sender.send(a_letter())
    assert settled[0][1] is OutboxState.DEAD
    assert log[-1] == "failed"


@pytest.mark.parametrize("letter", [a_letter(agency="nobody"), a_letter(for_s=-1)])
async def test_a_letter_to_nobody_or_out_of_time_is_dead_without_being_sent(letter):
    sender, settled, notes, log = a_sender({"delivered": True})
    await sender.send(letter)
    assert settled[0][1] is OutboxState.DEAD
    assert "sent" not in log
    assert notes == []


def test_pauses_double_with_jitter_up_to_five_minutes_and_never_pass_the_end():
    failed = Receipt(key="k", delivered=False)
    for attempts in range(12):
        state, next_at = after_try(a_letter(attempts, for_s=10_000), failed, NOON, 0.0)
        pause = (next_at - NOON).total_seconds()
        assert state is OutboxState.WAITING
        assert pause == min(LONGEST_PAUSE_S, 2**attempts) / 2
    state, _ = after_try(a_letter(9, for_s=60), failed, NOON, 0.5)
    assert state is OutboxState.DEAD
    assert after_try(a_letter(), failed, NOON, 0.999)[1] < NOON + timedelta(seconds=1)


class Outbox:
    """Letters that wait until they are settled, and two partners: one that answers and one that never does."""

    def __init__(self, *agencies):
        self.letters = {}
        for number, agency in enumerate(agencies):
            letter = a_letter(agency=agency)
            key = f"{number}.{letter.request.key}"
            self.letters[key] = replace(letter, request=replace(letter.request, key=key))
        self.told, self.waiting, self.refuse = [], 0, 0

    async def due(self, now, at_most, but):
        return [one for one in self.letters.values() if one.request.agency not in but][:at_most]

    async def settle(self, receipt, state, next_at):
        if self.refuse:
            self.refuse -= 1
            raise Unavailable("store.full")
        del self.letters[receipt.key]

    async def note(self, row):
        return 1

    async def answers(self, request):
        self.told.append(request.key)
        return Receipt(key=request.key, delivered=True)

    async def is_silent(self, request):
        self.waiting += 1
        await asyncio.Event().wait()


@asynccontextmanager
async def sending_from(outbox):
    sender = Sender(
        {"police112": outbox.answers, "fire119": outbox.is_silent},
        due=outbox.due,
        settle=outbox.settle,
        note=outbox.note,
        failed=lambda: None,
        busy=lambda: False,
        now=Clock(),
        chance=Random(1),
    )
    task = asyncio.create_task(sender.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(is_so):
    async with asyncio.timeout(2.0):
        while not is_so():
            await asyncio.sleep(0)


async def test_an_agency_that_never_answers_keeps_nobody_else_waiting():
    outbox = Outbox(*["fire119"] * 3 * AT_ONCE, *["police112"] * 3 * AT_ONCE)
    async with sending_from(outbox):
        await until(lambda: len(outbox.told) == 3 * AT_ONCE)
        assert outbox.waiting == AT_ONCE
        assert {one.request.agency for one in outbox.letters.values()} == {"fire119"}


async def test_a_letter_under_way_is_not_sent_a_second_time():
    outbox = Outbox("fire119", "police112")
    async with sending_from(outbox):
        await until(lambda: outbox.told and outbox.waiting)
        for _ in range(50):
            await asyncio.sleep(0)
        assert (len(outbox.told), outbox.waiting) == (1, 1)


async def test_a_store_that_takes_nothing_leaves_the_letter_for_later_and_the_sender_alive(monkeypatch):
    monkeypatch.setattr(sending, "POLL_S", 0.01)
    outbox = Outbox("police112")
    outbox.refuse = 2
    async with sending_from(outbox) as task:
        await until(lambda: not outbox.letters)
        assert not task.done()
        assert len(outbox.told) == 3
