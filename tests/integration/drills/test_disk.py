"""The disk that forgets is a real file system: what was synced outlives a cut of its power, and the rest may not."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bongsu.access.lease import make_keys
from bongsu.drills.faults.mount import Disk

pytestmark = [
    pytest.mark.skipif(not Path("/dev/fuse").exists(), reason="no /dev/fuse"),
    pytest.mark.skipif(shutil.which("fusermount3") is None, reason="no fuse3: apt-get install fuse3"),
]
CUTS = 8


@pytest.fixture(autouse=True)
def _library():
    pytest.importorskip("mfusepy", reason="uv sync --extra faults")


def a_disk(folder: Path) -> Disk:
    (folder / "platter").mkdir(parents=True)
    return Disk(folder / "data", folder / "disk.log")


async def rows_after_a_cut(folder: Path, synchronous: str, seed: int) -> tuple[int, int]:
    """How many commits were acknowledged, and how many of them the disk held after the cut."""
    disk = a_disk(folder)
    await disk.insert()
    with closing(sqlite3.connect(disk.mount / "x.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(f"PRAGMA synchronous={synchronous}")
        database.execute("CREATE TABLE t (n)")
        for number in range(40):
            database.execute("INSERT INTO t VALUES (?)", (number,))
        await disk.cut(seed)
    with closing(sqlite3.connect(disk.backing / "x.db")) as database:
        try:
            return 40, database.execute("SELECT count(*) FROM t").fetchone()[0]
        except sqlite3.DatabaseError:
            return 40, 0


async def test_commits_that_waited_for_the_disk_outlive_a_cut(tmp_path):
    for seed in range(3):
        acknowledged, held = await rows_after_a_cut(tmp_path / str(seed), "FULL", seed)
        assert held == acknowledged


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
async def test_commits_that_did_not_wait_are_lost_in_a_cut(tmp_path, synchronous):
    lost = 0
    for seed in range(3):
        acknowledged, held = await rows_after_a_cut(tmp_path / str(seed), synchronous, seed)
        lost += acknowledged - held
    assert lost > 0


async def test_the_signing_key_made_just_before_a_cut_is_whole_or_not_there(tmp_path):
    for seed in range(CUTS, 2 * CUTS):
        disk = a_disk(tmp_path / str(seed))
        await disk.insert()
        made = make_keys(disk.mount).private_bytes_raw()
        await disk.cut(seed)
        found = disk.backing / "keys" / "lease.key"
        assert not found.exists() or found.read_bytes() == made
        make_keys(disk.backing)


async def test_a_disk_without_room_says_so_and_works_again_with_room(tmp_path):
    disk = a_disk(tmp_path)
    await disk.insert()
    try:
        disk.room(8192)
        with pytest.raises(OSError, match="No space left"):
            (disk.mount / "big").write_bytes(b"x" * 100_000)
        disk.room(0)
        (disk.mount / "big").write_bytes(b"x" * 100_000)
        assert (disk.mount / "big").read_bytes() == b"x" * 100_000
    finally:
        await disk.remove()
    assert (disk.backing / "big").read_bytes() == b"x" * 100_000
