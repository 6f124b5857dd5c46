"""A start waits for what is in its way for a moment, and gives up in the way that brings it back."""

from __future__ import annotations

import pytest

from bongsu import parent, serve
from bongsu.core.errors import Conflict, Invalid, Unavailable


def after(times, problem):
    """Something that fails so often and then is there."""
    tries = []

    def make():
        tries.append(1)
        if len(tries) <= times:
            raise problem
        return len(tries)

    return make


@pytest.fixture(autouse=True)
def brief(monkeypatch):
    monkeypatch.setattr(serve, "PATIENCE_S", 0.05)
    monkeypatch.setattr(serve, "AGAIN_S", 0.005)


@pytest.mark.parametrize(
    "problem",
    [
        Conflict("data.locked", folder="data"),
        Conflict("store.in_use"),
        Unavailable("web.port", port=1, detail=""),
        Unavailable("store.unreachable", host="", detail=""),
    ],
)
def test_what_a_predecessor_or_a_starting_database_leaves_behind_is_waited_for(problem):
    assert serve._patiently(after(3, problem)) == 4


def test_another_platform_in_the_same_folder_is_refused_after_the_wait():
    with pytest.raises(Conflict, match="data.locked"):
        serve._patiently(after(10_000, Conflict("data.locked", folder="data")))


def test_what_no_waiting_mends_is_refused_at_once():
    make = after(1, Invalid("settings.wrong", path="x", detail="y"))
    with pytest.raises(Invalid):
        serve._patiently(make)
    assert make() == 2


def test_a_database_that_stays_away_ends_the_core_so_that_its_parent_starts_it_again():
    with pytest.raises(SystemExit) as ended:
        serve._patiently(after(10_000, Unavailable("store.unreachable", host="db", detail="refused")))
    assert ended.value.code not in (0, parent.REFUSED)
