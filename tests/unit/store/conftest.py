"""Where the store's tests run: SQLite here; tests/integration/store runs the same tests on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bongsu.store import Store
from fakes.stores import OnSqlite


@pytest.fixture
def place(tmp_path: Path) -> OnSqlite:
    return OnSqlite(tmp_path)


@pytest.fixture
def store(place: OnSqlite) -> Iterator[Store]:
    opened = place.open()
    yield opened
    opened.close()
