"""A part that dies is started again at once: by its spare where one stands ready, else by a start of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest

from bongsu import parent
from bongsu.parent import Child

WITHIN_S = 5.0


@contextmanager
def a_child(folder, *, spares=1, script="exec sleep 60"):
    """A part that writes down its pid when it begins; a spare, when it is ready and when it begins."""
    words = f'if [ "$1" = --wait ]; then echo $$ >> ready; read call || exit; fi; echo $$ >> begun; {script}'
    child = Child("part", ["sh", "-c", f"cd {folder}; {words}", "part"], None, lambda: True, spares=spares)

    class Kept:
        def __init__(self):
            self.said = []

        def look(self):
            return child.look(self.said.append)

        def until(self, is_so):
            until_s = time.monotonic() + WITHIN_S
            while not is_so():
                assert time.monotonic() < until_s, self.said
                self.look()
                time.sleep(0.005)

        def pids(self, name):
            path = folder / name
            return [int(line) for line in path.read_text().split()] if path.exists() else []

        def close(self):
            child.end()

    with closing(Kept()) as kept:
        yield kept


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(parent, "SPARE_AFTER_S", 0.0)
    monkeypatch.setattr(parent, "SPARES_APART_S", 0.0)


def test_the_spare_takes_the_place_of_the_dead(tmp_path):
    with a_child(tmp_path) as kept:
        kept.until(lambda: kept.pids("begun") and kept.pids("ready"))
        dead, spare = kept.pids("begun")[0], kept.pids("ready")[0]
        os.kill(dead, signal.SIGKILL)
        kept.until(lambda: len(kept.pids("begun")) == 2)
        assert kept.pids("begun") == [dead, spare]
        assert kept.said == ["part ended with -9, starting it again in 0.1 s"]
        kept.until(lambda: len(kept.pids("ready")) == 2)


def test_a_spare_that_died_itself_is_replaced_and_never_called(tmp_path):
    with a_child(tmp_path) as kept:
        kept.until(lambda: kept.pids("begun") and kept.pids("ready"))
        os.kill(kept.pids("ready")[0], signal.SIGKILL)
        kept.until(lambda: len(kept.pids("ready")) == 2)
        os.kill(kept.pids("begun")[0], signal.SIGKILL)
        kept.until(lambda: len(kept.pids("begun")) == 2)
        assert kept.pids("begun")[1] == kept.pids("ready")[1]


def test_one_that_dies_twice_at_once_is_called_from_the_other_spare(tmp_path):
    with a_child(tmp_path, spares=2) as kept:
        kept.until(lambda: kept.pids("begun") and len(kept.pids("ready")) == 2)
        spares = kept.pids("ready")
        for deaths in (1, 2):
            os.kill(kept.pids("begun")[-1], signal.SIGKILL)
            kept.until(lambda deaths=deaths: len(kept.pids("begun")) == deaths + 1)
        assert kept.pids("begun")[1:] == spares


def test_no_more_spares_stand_than_are_wanted(tmp_path):
    with a_child(tmp_path, spares=2) as kept:
        kept.until(lambda: len(kept.pids("ready")) == 2)
        for _ in range(50):
            kept.look()
        os.kill(kept.pids("ready")[1], signal.SIGKILL)
        kept.until(lambda: len(kept.pids("ready")) == 3)
        assert len(kept.pids("begun")) == 1


def test_without_a_spare_it_is_started_anew(tmp_path):
    with a_child(tmp_path, spares=0) as kept:
        kept.until(lambda: kept.pids("begun"))
        os.kill(kept.pids("begun")[0], signal.SIGKILL)
        kept.until(lambda: len(kept.pids("begun")) == 2)
        assert kept.pids("ready") == []


def test_a_spare_does_not_begin_when_the_parent_ends(tmp_path):
    with a_child(tmp_path) as kept:
        kept.until(lambda: kept.pids("begun") and kept.pids("ready"))
    assert len(kept.pids("begun")) == 1


def test_one_that_refuses_to_start_is_not_started_again(tmp_path):
    with a_child(tmp_path, spares=0, script="exit 2") as kept:
        kept.until(lambda: kept.look() == parent.REFUSED)
        assert len(kept.pids("begun")) == 1


def test_however_often_it_dies_the_pause_leaves_time_to_recover(tmp_path):
    with a_child(tmp_path, spares=0, script="exit 1") as kept:
        kept.until(lambda: len(kept.pids("begun")) >= 4)
        pauses = [float(line.split()[-2]) for line in kept.said]
        assert pauses == sorted(pauses)
    assert parent.LONGEST_PAUSE_S <= 1.0


def test_a_child_that_did_not_hear_that_its_parent_is_gone_is_told_again():
    script = (
        "import signal, sys, time; from bongsu import parent; parent.SAY_AGAIN_S = 0.05; told = [];"
        "signal.signal(signal.SIGTERM, lambda *_: told.append(1) or len(told) < 3 or sys.exit(7));"
        "parent.end_with_parent(); [time.sleep(0.01) for _ in range(500)]"
    )
    child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE)
    child.stdin.close()
    assert child.wait(WITHIN_S) == 7
