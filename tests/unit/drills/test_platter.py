"""The disk that forgets: what was synced survives every cut, what was not may not, and names keep their order."""

from __future__ import annotations

import random
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.drills.faults.platter import PAGE, Platter

FILE = stat.S_IFREG | 0o600


def a_platter(**files: bytes) -> Platter:
    platter = Platter()
    platter.add("/", stat.S_IFDIR | 0o755, synced=True)
    for name, content in files.items():
        platter.add(f"/{name}", FILE, content, synced=True)
    return platter


def left(platter: Platter, name: str) -> bytes | None:
    found = platter.kept().get(f"/{name}")
    return None if found is None else found[1]


@pytest.mark.parametrize("seed", range(20))
def test_synced_content_survives_every_cut(seed):
    platter = a_platter(db=b"old" * 5000)
    platter.write(platter.names["/db"], b"new" * 4000, 100)
    platter.sync(platter.names["/db"])
    kept = left(platter, "db")
    platter.cut(random.Random(seed))
    assert left(platter, "db") == kept
    assert kept[100:103] == b"new"


def test_unsynced_content_is_lost_kept_or_torn_page_by_page():
    fates = set()
    for seed in range(60):
        platter = a_platter(db=b"o" * PAGE * 4)
        platter.write(platter.names["/db"], b"n" * PAGE * 4, 0)
        losses = platter.cut(random.Random(seed))
        content = left(platter, "db")
        pages = {bytes(sorted(set(content[at : at + PAGE]))) for at in range(0, len(content), PAGE)}
        fates |= pages
        assert (losses.pages + losses.torn > 0) == (content != b"n" * PAGE * 4)
    assert fates == {b"o", b"n", b"no"}


def test_a_length_that_survives_without_its_content_reads_as_zeros():
    found = set()
    for seed in range(200):
        platter = a_platter(db=b"x" * 10)
        platter.write(platter.names["/db"], b"y" * PAGE, 3 * PAGE)
        platter.cut(random.Random(seed))
        content = left(platter, "db")
        found.add((len(content), content[3 * PAGE : 3 * PAGE + 1]))
        assert content[:10] == b"x" * 10
    assert {(10, b""), (4 * PAGE, b"\0"), (4 * PAGE, b"y")} <= found


def test_a_synced_file_whose_name_was_not_synced_may_be_gone():
    gone = set()
    for seed in range(40):
        platter = a_platter()
        platter.sync(platter.add("/fresh", FILE, b"content"))
        platter.cut(random.Random(seed))
        gone.add(left(platter, "fresh"))
    assert gone == {None, b"content"}


def test_a_synced_folder_keeps_its_names():
    platter = a_platter(old=b"o")
    number = platter.add("/fresh", FILE, b"n")
    platter.sync(number)
    platter.rename("/fresh", "/old")
    platter.sync_names("/")
    platter.cut(random.Random(1))
    assert left(platter, "old") == b"n"
    assert left(platter, "fresh") is None


def test_a_rename_without_a_sync_of_its_content_may_leave_an_empty_file():
    found = set()
    for seed in range(60):
        platter = a_platter(key=b"k")
        platter.add("/key.new", FILE)
        platter.write(platter.names["/key.new"], b"fresh", 0)
        platter.rename("/key.new", "/key")
        platter.cut(random.Random(seed))
        found.add(left(platter, "key"))
    assert {b"k", b""} <= found


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=12), st.integers(0, 99))
def test_names_survive_in_the_order_they_were_made(order: list[str], seed: int):
    platter = a_platter()
    made = list(dict.fromkeys(order))
    for name in made:
        platter.add(f"/{name}", FILE)
    platter.cut(random.Random(seed))
    survived = [name for name in made if left(platter, name) is not None]
    assert survived == made[: len(survived)]


def test_an_orderly_end_keeps_everything():
    platter = a_platter()
    platter.write(platter.add("/db", FILE), b"content", 0)
    platter.sync_all()
    assert left(platter, "db") == b"content"
