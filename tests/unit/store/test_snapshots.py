"""A start needs only the newest whole snapshot and the entries after it; a doubtful one is left unread."""

from __future__ import annotations

import pytest

from bongsu.desk import frozen
from bongsu.desk.board import Board
from bongsu.estate import board_of
from bongsu.settings import RetentionSettings
from bongsu.store.keeper import EVERY_ENTRIES, Keeper
from fakes.desk import NOON
from fakes.stores import an_entry


async def fill(store, count):
    """So many cases, and the board they make."""
    for n in range(count):
        await store.append(an_entry(keys=(f"{n}",), incident=f"I{n}"))
    board = Board()
    store.replay(board.apply)
    return board


async def keep(store, board):
    await store.put_snapshot(board.seq, frozen.freeze(board), NOON, keep=3)


async def test_a_start_from_a_snapshot_reads_only_the_tail(store, place):
    await keep(store, await fill(store, 3))
    for n in range(3, 5):
        await store.append(an_entry(keys=(f"{n}",), incident=f"I{n}"))
    whole = Board()
    store.replay(whole.apply)
    place.run("delete from entries where seq <= 3")
    assert board_of(store).digest() == whole.digest()


@pytest.mark.parametrize(
    "damage",
    [
        "update snapshots set body = (select body from entries where seq = 1)",
        "update snapshots set schema = schema + 1",
        "update snapshots set digest = 'x'",
    ],
)
async def test_a_doubtful_snapshot_is_left_unread(store, place, damage):
    board = await fill(store, 2)
    await keep(store, board)
    place.run(damage)
    assert store.find_snapshot() is None
    assert board_of(store).digest() == board.digest()


async def test_a_snapshot_ahead_of_the_journal_is_left_unread(store, place):
    await keep(store, await fill(store, 2))
    place.run("delete from entries where seq = 2")
    assert board_of(store).seq == 1


async def test_the_newest_three_are_kept(store, place):
    board = await fill(store, 1)
    for seq in range(1, 6):
        await store.put_snapshot(seq, frozen.freeze(board), NOON, keep=3)
    assert [row[0] for row in place.run("select seq from snapshots order by seq")] == [3, 4, 5]


async def test_the_keeper_takes_a_snapshot_every_so_many_entries_and_at_the_end(store, place):
    board = Board()
    hour_s = 3600.0
    keeper = Keeper(
        store,
        lambda: (board.seq, lambda: frozen.freeze(board)),
        lambda: board.seq,
        RetentionSettings(),
        now=lambda: NOON,
        monotonic=lambda: hour_s,
    )

    def seqs():
        return [row[0] for row in place.run("select seq from snapshots order by seq")]

    board.seq = EVERY_ENTRIES - 1
    await keeper.look()
    assert seqs() == []
    board.seq = EVERY_ENTRIES
    await keeper.look()
    await keeper.look()
    assert seqs() == [EVERY_ENTRIES]
    board.seq += 1
    await keeper.look()
    assert seqs() == [EVERY_ENTRIES]
    await keeper.snapshot()
    await keeper.snapshot()
    assert seqs() == [EVERY_ENTRIES, EVERY_ENTRIES + 1]
