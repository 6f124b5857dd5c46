"""A disk without room: what does not fit is refused by name and whole, and the store lives on."""

from __future__ import annotations

import pytest

from bongsu.core.errors import Unavailable
from bongsu.store import Store
from fakes.desk import NOON, a_report
from fakes.stores import an_entry

PAGES_LEFT = 20


@pytest.fixture
def tight(tmp_path):
    """A SQLite store whose file may grow by a few pages; SQLite answers as on a full disk (SQLITE_FULL)."""
    broken: list[str] = []
    store = Store(tmp_path, on_broken=broken.append)
    yield store, broken
    store.close()


async def room(store, pages):
    """How many more pages fit; the limit is that of the writer's own connection."""

    def work(connection):
        have = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={have + pages}")

    await store.db.write(work)


async def fill(store):
    for number in range(500):
        await store.append(an_entry(keys=(str(number),)), a_report(key=str(number), text="가" * 1000))
    raise AssertionError("it all fitted")


async def test_what_does_not_fit_is_refused_by_name_and_leaves_nothing(tight):
    store, broken = tight
    await room(store, PAGES_LEFT)
    with pytest.raises(Unavailable, match="store.full"):
        await fill(store)
    assert broken == []
    kept = []
    store.replay(kept.append)
    assert [one.seq for one in kept] == list(range(1, len(kept) + 1))
    assert len(await store.due(NOON, 999)) == len(kept)


async def test_it_takes_again_as_soon_as_there_is_room(tight):
    store, broken = tight
    await room(store, PAGES_LEFT)
    with pytest.raises(Unavailable):
        await fill(store)
    await room(store, 1_000_000)
    seq = await store.append(an_entry(keys=("again",)), a_report(key="again"))
    assert (await store.find_ack(a_report(key="again"))).seq == seq
    assert broken == []
