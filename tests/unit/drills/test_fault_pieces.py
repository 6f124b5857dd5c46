"""The pieces of the fault drill: a line that goes silent, who dies, what a journal line says, and the verdict."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager

import pytest

from bongsu.drills.faults import journal, report
from bongsu.drills.faults.books import Balance
from bongsu.drills.faults.closing import Books
from bongsu.drills.faults.findings import Findings
from bongsu.drills.faults.kills import Killed, victims
from bongsu.drills.faults.plan import Plan
from bongsu.drills.faults.relay import Mode, Relay
from bongsu.drills.faults.said import name_of
from bongsu.drills.faults.variants import Variant, forgetful
from bongsu.drills.faults.victims import Kill, Victim, is_running
from bongsu.store import listing


@asynccontextmanager
async def a_line():
    """A relay in front of a partner that answers every line with itself; both ends of one connection."""
    heard = []

    async def partner(reader, writer):
        while line := await reader.readline():
            heard.append(line)
            writer.write(line)

    behind = await asyncio.start_server(partner, "127.0.0.1", 0)
    relay = Relay(behind.sockets[0].getsockname()[1])
    front = await asyncio.start_server(relay.carry, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", front.sockets[0].getsockname()[1])
    yield relay, reader, writer, heard
    writer.close()
    front.close()
    behind.close()


async def ask(reader, writer, word, within_s=2.0):
    writer.write(word)
    try:
        async with asyncio.timeout(within_s):
            return await reader.readline()
    except TimeoutError:
        return None


async def test_an_open_line_carries_both_ways():
    async with a_line() as (_, reader, writer, heard):
        assert await ask(reader, writer, b"one\n") == b"one\n"
        assert heard == [b"one\n"]


async def test_a_silent_line_swallows_and_tells_nobody():
    async with a_line() as (relay, reader, writer, heard):
        relay.mode = Mode.SILENT
        assert await ask(reader, writer, b"one\n", within_s=0.1) is None
        assert heard == []
        assert relay.swallowed == 4
        assert not reader.at_eof()


async def test_a_deaf_line_delivers_and_swallows_the_answer():
    async with a_line() as (relay, reader, writer, heard):
        relay.mode = Mode.DEAF
        assert await ask(reader, writer, b"one\n", within_s=0.1) is None
        assert heard == [b"one\n"]


async def test_a_connection_that_lost_bytes_never_works_again():
    async with a_line() as (relay, reader, writer, heard):
        relay.mode = Mode.SILENT
        await ask(reader, writer, b"one\n", within_s=0.05)
        relay.mode = Mode.OPEN
        assert await ask(reader, writer, b"two\n", within_s=0.1) is None
        assert heard == []


@pytest.mark.parametrize("with_database", [False, True])
def test_everybody_dies_at_least_once_when_there_are_enough_kills(with_database):
    drawn = victims(30, random.Random(3), with_database=with_database)
    assert len(drawn) == 30
    assert set(drawn) == set(Victim) - (set() if with_database else {Victim.DATABASE})
    assert drawn == victims(30, random.Random(3), with_database=with_database)
    assert len(victims(2, random.Random(3), with_database=with_database)) == 2


def test_a_report_has_one_name_on_both_wires():
    assert name_of("POLICE112/NPAUC102/20261122000000001", "10") == "20261122000000001-10"
    assert name_of("20261122000000001", "10") == "20261122000000001-10"


def test_a_process_that_is_not_there_is_not_running():
    assert is_running(1)
    assert not is_running(2**22 + 1)


def test_the_drill_reads_every_word_of_the_journal_it_judges_by():
    for ours, theirs in (
        (journal.Entry, listing.Line),
        (journal.Heard, listing.Heard),
        (journal.Step, listing.Step),
        (journal.Asked, listing.Asked),
        (journal.Given, listing.Given),
    ):
        assert set(ours.__struct_fields__) <= set(theirs.__struct_fields__)


def a_kill(victim=Victim.CORE, recovery_s=1.0, *, gone=True, fresh=True):
    return Kill(victim=victim, pids=(1,), gone=gone, fresh=fresh, recovery_s=recovery_s)


def some_books(balance=None, bad=None, **more):
    told = {"acknowledged": 10, "requests": 5, "delivered_again": 0, "folds_alike": True} | more
    twice = Balance(doubled=("acted twice",))
    return Books(balance=balance or Balance(), bad_receiver=twice if bad is None else bad, **told)


def judged(kills, books=None):
    found = Findings(plan=Plan(), killed=Killed(kills=tuple(kills), books=books or some_books()))
    found.variants.append(forgetful(found.killed))
    return report.report(found)


def missed(outcome):
    return [row.name for row in outcome.rows if row.passed is False]


def test_a_run_in_which_everything_held_passes():
    outcome = judged([a_kill(), a_kill(Victim.VIDEO)])
    assert missed(outcome) == []
    assert outcome.figures["kills"] == 2
    assert outcome.figures["victims"] == {"core": 1, "video": 1}


@pytest.mark.parametrize("word", ["lost", "doubled", "ghosts"])
def test_one_wrong_entry_fails_the_run_and_is_shown(word):
    outcome = judged([a_kill()], some_books(Balance(**{word: ("an example",)})))
    assert missed(outcome) == [word]
    assert outcome.figures["wrong"] == {word: ["an example"]}


def test_a_kill_that_was_none_a_slow_recovery_and_an_unequal_fold_fail_the_run():
    assert missed(judged([a_kill(gone=False)])) == ["every fault really happened"]
    assert missed(judged([a_kill(recovery_s=5.1)])) == ["recovery p99"]
    assert missed(judged([a_kill()], some_books(folds_alike=False))) == ["replay gives the board again"]
    assert missed(judged([a_kill()], some_books(unsettled=1))) == ["every request settled"]
    assert missed(judged([a_kill()], some_books(unanswered=1))) == ["every report answered"]


def test_the_parents_recovery_is_told_beside_the_parts_and_not_judged_with_them():
    outcome = judged([a_kill(), a_kill(Victim.TREE, 9.0)])
    assert missed(outcome) == []
    assert outcome.figures["recovery_by_victim_s"]["tree"]["p99"] == 9.0


def test_a_bad_variant_that_gets_through_fails_the_run():
    assert missed(judged([a_kill()], some_books(bad=Balance()))) == ["bad variants caught"]
    assert Variant(name="x", by="3 lost").caught


def test_what_could_not_be_run_is_said():
    outcome = report.report(Findings(plan=Plan(), left_out=["power cuts: no FUSE"]))
    assert outcome.figures["left_out"] == ["power cuts: no FUSE"]
