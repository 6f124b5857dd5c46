"""A backup is one moment of a store that goes on; restored is that moment or an earlier one, and nothing between."""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from datetime import timedelta
from random import Random

import msgspec
import pytest

from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Role, User
from bongsu.desk.board import Board
from bongsu.store import ledger
from bongsu.store.backup import Backup
from bongsu.store.restore import restore
from fakes.desk import NOON, a_report
from fakes.stores import an_entry

ROW = LedgerRow(at=NOON, act=Act.BACKUP, who="backup:kim", reason="b.bongsu")
MINUTE = timedelta(minutes=1)


async def open_case(store, n):
    """Case n, opened n minutes after noon."""
    report = a_report(key=f"K{n}", occurrence=f"O{n}")
    await store.append(an_entry(report, (f"R{n}",), f"I{n}", NOON + n * MINUTE), report)


def fold(store, until=None):
    """The board of the entries up to a moment."""
    board = Board()

    def each(recorded):
        if until is None or recorded.entry.changes[0].at <= until:
            board.apply(recorded)

    store.replay(each)
    return board.digest()


def put_back(file, place, to=None, replace=False):
    return restore(file, place.folder, place.dsn, to=to, replace=replace, now=NOON + 999 * MINUTE, who="restore:kim")


async def test_a_backup_taken_while_others_write_restores_at_any_moment_to_the_journals_fold(place, store, tmp_path):
    for n in range(30):
        await open_case(store, n)
    file, stop = tmp_path / "b.bongsu", asyncio.Event()

    async def write_on():
        n = 30
        while not stop.is_set():
            await open_case(store, n)
            n += 1
        return n

    writing = asyncio.ensure_future(write_on())
    await store.back_up(file, ROW)
    await asyncio.sleep(0)
    stop.set()
    written = await writing
    assert written > 30

    target = place.another(tmp_path / "target")
    for nth, minute in enumerate(Random(7).sample(range(30), 3)):
        to = NOON + minute * MINUTE + timedelta(seconds=1)
        done = put_back(file, target, to, replace=nth > 0)
        restored = target.open()
        assert done.seq == minute + 1
        assert fold(restored) == fold(store, to)
        assert await restored.db.read(ledger.faults) == []
        assert await restored.find_ack(a_report(key=f"K{minute}", occurrence=f"O{minute}")) is not None
        assert await restored.find_ack(a_report(key=f"K{minute + 1}", occurrence=f"O{minute + 1}")) is None
        assert {letter.request.agency for letter in await restored.due(NOON, 99)} == {
            f"R{n}" for n in range(minute + 1)
        }
        restored.close()


async def test_a_whole_backup_holds_every_row_and_the_restore_is_on_the_ledger(place, store, tmp_path):
    await store.add_user(User(id="kim", name="kim", role=Role.OPERATOR, password="$argon2"))
    await store.put_layer("cameras", b"\x00\xff bytes", LedgerRow(at=NOON, act=Act.IMPORT, who="import:kim"))
    for n in range(3):
        await open_case(store, n)
    await store.back_up(tmp_path / "b", ROW)
    target = place.another(tmp_path / "target")
    put_back(tmp_path / "b", target)
    restored = target.open()
    assert fold(restored) == fold(store)
    assert await restored.find_user("kim") == await store.find_user("kim")
    assert bytes(target.run("select body from assets")[0][0]) == b"\x00\xff bytes"
    acts = [sealed.row.act for sealed in await restored.ledger_rows(None, 99)]
    assert acts == [Act.RESTORE, Act.BACKUP, Act.GRANT, Act.GRANT, Act.GRANT, Act.IMPORT]
    assert await restored.db.read(ledger.faults) == []
    restored.close()


async def test_a_restored_city_goes_on_where_it_stood(place, store, tmp_path):
    await open_case(store, 0)
    await store.back_up(tmp_path / "b", ROW)
    target = place.another(tmp_path / "target")
    put_back(tmp_path / "b", target)
    restored = target.open()
    await open_case(restored, 1)
    assert restored.find_snapshot() is None
    seen = []
    restored.replay(seen.append)
    assert [recorded.seq for recorded in seen] == [1, 2]
    restored.close()


@pytest.mark.parametrize("damage", ["cut", "flipped", "longer", "not_one"])
async def test_a_damaged_backup_is_refused_and_nothing_is_written(place, store, tmp_path, damage):
    await open_case(store, 0)
    file = tmp_path / "b"
    await store.back_up(file, ROW)
    whole = file.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes((whole[middle] ^ 1,)) + whole[middle + 1 :]
    file.write_bytes({"cut": whole[:-40], "flipped": flipped, "longer": whole + b"x", "not_one": b"x" * 99}[damage])
    before = fold(store)
    target = place.another(tmp_path / "target")
    with pytest.raises(Invalid, match="backup.damaged"):
        put_back(file, target, replace=True)
    assert not (tmp_path / "target").exists()
    assert fold(store) == before


async def test_a_store_that_holds_something_is_only_replaced_when_told_to(place, store, tmp_path):
    await open_case(store, 0)
    await store.back_up(tmp_path / "b", ROW)
    target = place.another(tmp_path / "target")
    other = target.open()
    await open_case(other, 7)
    before = fold(other)
    other.close()
    with pytest.raises(Conflict, match="restore.not_empty"):
        put_back(tmp_path / "b", target)
    other = target.open()
    assert fold(other) == before
    other.close()
    put_back(tmp_path / "b", target, replace=True)
    other = target.open()
    assert fold(other) == fold(store)
    other.close()


async def test_a_moment_before_the_first_entry_is_refused(place, store, tmp_path):
    await open_case(store, 0)
    await store.back_up(tmp_path / "b", ROW)
    with pytest.raises(NotFound, match="backup.before"):
        put_back(tmp_path / "b", place.another(tmp_path / "target"), NOON - timedelta(seconds=1))


async def test_a_backup_is_never_written_over(store, tmp_path):
    (tmp_path / "b").write_text("mine")
    with pytest.raises(Conflict, match="backup.exists"):
        await store.back_up(tmp_path / "b", ROW)
    assert (tmp_path / "b").read_text() == "mine"
    assert await store.ledger_rows(None, 1) == []


async def test_a_writer_of_before_the_restore_writes_nothing_after_it(place, store, tmp_path):
    await store.back_up(tmp_path / "b", ROW)
    target = place.another(tmp_path / "target")
    numbers = []
    for _ in range(2):
        target.open().close()
        numbers.append(target.run("select number from epoch")[0][0])
        put_back(tmp_path / "b", target, replace=True)
        numbers.append(target.run("select number from epoch")[0][0])
    assert numbers == sorted(set(numbers))


async def test_a_backup_of_an_older_release_becomes_a_store_of_this_one(place, tmp_path):
    file = _backup_by_release_1(tmp_path / "b")
    assert Backup(file).head.schema == 1
    target = place.another(tmp_path / "target")
    put_back(file, target)
    restored = target.open()
    assert (await restored.find_user("kim")).suspended is False
    restored.close()


def _backup_by_release_1(path):
    """A backup file in the layout of schema 1."""
    columns = {"users": ("id", "name", "role", "agency", "password")}
    blocks = [{"schema": 1, "at": NOON, "columns": columns}, ["users", [("kim", "kim", "operator", "", "")]]]
    bodies = [zlib.compress(msgspec.msgpack.encode(block)) for block in blocks]
    whole = b"BONGSU-BACKUP-1\n" + b"".join(len(body).to_bytes(4, "big") + body for body in bodies) + bytes(4)
    path.write_bytes(whole + hashlib.sha256(whole).digest())
    return path
