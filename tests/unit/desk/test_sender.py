"""Requests reach their agency once in effect, are tried again with pauses, and die in sight."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from bongsu.core.ledger import Act
from bongsu.core.request import Ask, OutboxState, Outgoing, Receipt, ask_of
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.sender import LONGEST_PAUSE_S, Sender, after_try
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

    async def due(now, at_most):
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
