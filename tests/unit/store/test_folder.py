"""A data folder has one owner."""

from __future__ import annotations

import pytest

from bongsu.core.errors import Conflict
from bongsu.store.folder import Running, announce, find_running, lock, withdraw

RUNNING = Running(pid=1, url="http://127.0.0.1:1", token="secret")


def test_a_second_owner_is_refused_until_the_first_is_gone(tmp_path):
    held = lock(tmp_path)
    with pytest.raises(Conflict, match="data.locked"):
        lock(tmp_path)
    held.close()
    lock(tmp_path).close()


def test_the_run_file_is_private_and_counts_only_while_its_owner_lives(tmp_path):
    held = lock(tmp_path)
    announce(tmp_path, RUNNING)
    assert (tmp_path / "run" / "core.json").stat().st_mode & 0o077 == 0
    assert find_running(tmp_path) == RUNNING
    held.close()
    assert find_running(tmp_path) is None
    withdraw(tmp_path)
    assert find_running(tmp_path) is None
