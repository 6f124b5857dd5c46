"""The store's own tests once more, on PostgreSQL, with the account that may not change a table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes.stores import OnPostgres
from unit.store.conftest import store
from unit.store.test_backup import *  # noqa: F403
from unit.store.test_epoch import *  # noqa: F403 - the tests are what is imported
from unit.store.test_ngsi_ld import *  # noqa: F403
from unit.store.test_retention import *  # noqa: F403
from unit.store.test_snapshots import *  # noqa: F403
from unit.store.test_store import *  # noqa: F403

__all__ = ["place", "store"]


@pytest.fixture
def place(tmp_path, cluster) -> Iterator[OnPostgres]:
    found = OnPostgres(tmp_path, cluster)
    yield found
    found.give_back()
