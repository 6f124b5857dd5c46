"""Deadlines run on the clock nobody can set, are missed once, and survive a kill at the worst moment."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bongsu.core.command import Close, Tick
from bongsu.core.entry import Entry
from bongsu.core.errors import Unavailable
from bongsu.core.incident import Priority, What
from bongsu.core.procedure import Outcome
from fakes.desk import NOON, a_report
from fakes.life import Life, now
from fakes.procedures import ROBBERY, a_board, a_procedure, a_step

ONE = "I-20261122-00001"


def a_life(**procedures):
    life = Life(Entry(revisions=tuple(a_board(**procedures).records.values())))
    now(life.flow.take(a_report()))
    return life


def missed(life):
    return [
        (change.incident.id, change.step)
        for recorded in life.entries
        for change in recorded.entry.changes
        if change.what is What.OVERDUE
    ]


def tick(life, step, outcome="done"):
    now(life.flow.order(Tick(incident=ONE, step=step, outcome=Outcome(outcome), by="kim")))


def test_a_step_is_overdue_when_its_time_is_up_and_only_once():
    life = a_life()
    life.forward(59.9)
    life.tick()
    assert missed(life) == []
    life.forward(0.2)
    for _ in range(3):
        life.tick()
        life.forward(100)
    assert missed(life) == [(ONE, "look")]
    assert life.board.incidents[ONE].priority is Priority.URGENT
    assert [r.agency for r in life.entries[-1].entry.requests] == ["police112"]


@pytest.mark.parametrize("by", [timedelta(days=-3), timedelta(days=3)])
def test_a_wall_clock_that_jumps_neither_fires_nor_delays_a_deadline(by):
    life = a_life()
    life.forward(30)
    life.jump(life.wall() + by)
    life.tick()
    assert missed(life) == []
    life.forward(31)
    life.tick()
    assert missed(life) == [(ONE, "look")]


def test_a_step_that_opens_under_a_jumped_clock_has_its_own_full_time():
    life = a_life()
    life.jump(NOON - timedelta(hours=5))
    tick(life, "look")
    tick(life, "seen", "yes")
    life.forward(29)
    life.tick()
    assert missed(life) == []
    life.forward(2)
    life.tick()
    assert missed(life) == [(ONE, "guide")]


def test_what_is_done_in_time_or_ended_with_its_case_is_never_overdue():
    life = a_life()
    tick(life, "look")
    now(life.flow.take(a_report(occurrence="O2", key="K2", where=None)))
    now(life.flow.order(Close(incident="I-20261122-00002", by="kim")))
    life.forward(1_000)
    life.tick()
    assert missed(life) == []


def test_after_a_restart_the_rest_of_the_time_is_left():
    life = a_life()
    life.forward(40)
    life.begin()
    life.tick()
    life.forward(19)
    life.tick()
    assert missed(life) == []
    life.forward(2)
    life.tick()
    assert missed(life) == [(ONE, "look")]


def test_a_kill_between_the_deadline_and_its_commit_fires_after_the_restart_and_only_once():
    life = a_life()
    life.forward(61)
    life.broken = True
    with pytest.raises(Unavailable):
        life.tick()
    assert missed(life) == []
    life.broken = False
    life.begin()
    life.tick()
    life.tick()
    life.begin()
    life.forward(1_000)
    life.tick()
    assert missed(life) == [(ONE, "look")]
    notices = [request.key for recorded in life.entries for request in recorded.entry.requests]
    assert len(notices) == len(set(notices)) == 2, "the automatic notice and the escalation, each once"


async def test_a_full_inbox_delays_a_deadline_and_never_ends_the_clockwork():
    life = a_life()
    life.forward(61)
    life.broken = True
    running = asyncio.ensure_future(life.clockwork.run())
    for _ in range(3):
        await asyncio.sleep(0)
    assert not running.done()
    running.cancel()
    life.broken = False
    life.tick()
    assert missed(life) == [(ONE, "look")]


def test_a_step_that_is_done_while_the_clock_s_order_waits_its_turn_is_not_overdue():
    life = a_life()
    life.forward(61)
    life.meanwhile = lambda: tick(life, "look")
    life.tick()
    life.meanwhile = lambda: None
    life.tick()
    assert missed(life) == []


def test_the_deadline_of_a_procedure_that_was_replaced_does_not_fall_on_its_successor():
    fire = a_procedure(a_step("look", within_s=60.0), kinds=("fire",))
    life = a_life(robbery=ROBBERY, fire=fire)
    life.forward(50)
    now(life.flow.take(a_report("40", text="불", kind="fire")))
    life.forward(20)
    life.tick()
    assert missed(life) == []
    life.forward(41)
    life.tick()
    assert missed(life) == [(ONE, "look")]
