"""What holds of the file in the data folder alone."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import text

from bongsu.core.errors import Conflict
from bongsu.store import Store


async def test_nothing_is_acknowledged_while_another_holds_the_database(store, tmp_path):
    holder = sqlite3.connect(tmp_path / "bongsu.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    waiting = store.db.submit(lambda c: c.execute(text("select 1")).scalar())
    with pytest.raises(TimeoutError):
        waiting.result(timeout=0.3)
    holder.execute("COMMIT")
    holder.close()
    assert waiting.result(timeout=5) == 1


def test_a_store_written_by_a_newer_release_is_refused_untouched(tmp_path):
    Store(tmp_path).close()
    raw = sqlite3.connect(tmp_path / "bongsu.db")
    raw.execute("update meta set value = '99' where name = 'schema'")
    raw.commit()
    raw.close()
    before = (tmp_path / "bongsu.db").read_bytes()
    with pytest.raises(Conflict, match="store.newer"):
        Store(tmp_path)
    assert (tmp_path / "bongsu.db").read_bytes() == before
