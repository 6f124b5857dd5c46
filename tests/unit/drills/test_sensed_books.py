"""What devices told against archive and journal: everything that is wrong is found, and nothing else."""

from __future__ import annotations

import pytest

from bongsu.drills.faults.books import Balance
from bongsu.drills.faults.journal import Entry, Heard
from bongsu.drills.faults.sensed import Reading
from bongsu.drills.faults.sensed_books import balance

TOLD = ((Reading("S-1", "temperature", 20.0, 5),), (Reading("S-2", "smoke", 0.8, 7), Reading("S-3", "smoke", 0.0, 8)))
HELD = {("S-1", "temperature", 5), ("S-2", "smoke", 7), ("S-3", "smoke", 8)}


def begun(room, seq=1, at_ms=7, step="10"):
    occurrence = f"room-fire:{room}:{at_ms}"
    return Entry(seq=seq, report=Heard(sender="BONGSU", key=f"{occurrence}:x", occurrence=occurrence, step=step))


def test_books_that_agree_are_clean():
    over = begun("room-2", seq=2, step="40")
    assert balance(TOLD, HELD, [begun("room-2"), over]) == Balance()


def test_a_reading_that_the_archive_does_not_hold_is_lost():
    lost = balance(TOLD, HELD - {("S-1", "temperature", 5)}, [begun("room-2")])
    assert lost == Balance(lost=("the reading temperature of S-1 at 5",))


def test_a_fire_without_a_case_is_lost():
    assert balance(TOLD, HELD, []) == Balance(lost=("no case of the fire in room-2",))


@pytest.mark.parametrize("at_ms", [7, 9])
def test_a_fire_that_became_two_cases_is_doubled(at_ms):
    twice = [begun("room-2"), begun("room-2", seq=2, at_ms=at_ms)]
    assert balance(TOLD, HELD, twice) == Balance(doubled=("2 cases of one fire in room-2",))


def test_a_case_of_a_fire_nobody_told_of_is_a_ghost():
    ghosts = balance(TOLD, HELD, [begun("room-2"), begun("room-3", seq=2)])
    assert ghosts == Balance(ghosts=("a case of a fire in room-3, of which nobody told",))
