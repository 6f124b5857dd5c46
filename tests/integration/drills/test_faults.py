"""The fault drill, small: whatever dies, nothing acknowledged is lost, doubled or made up; bad variants are caught."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TIMES = {"recovery p99", "room again → taken again"}
"""Matters of speed: judged where the drill has the machine to itself, not beside other tests."""
WITHIN_S = 840


def run(folder: Path, *more: str) -> dict[str, object]:
    words = [sys.executable, "-m", "bongsu.cli", "drill", "faults", "--json", *more]
    done = subprocess.run(words, cwd=folder, capture_output=True, timeout=WITHIN_S, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()[-3000:]
    told = json.loads(done.stdout)
    missed = [row["name"] for row in told["rows"] if row["passed"] is False and row["name"] not in TIMES]
    assert not missed, f"{missed}: {told['wrong']}, victims {told['victims']}"
    return told


@pytest.mark.timeout(900)
def test_kills_cuts_and_silence_lose_nothing_and_bad_variants_are_caught(tmp_path):
    told = run(tmp_path, "--kills", "15", "--power-cuts", "3", "--partitions", "2")
    assert (told["lost"], told["doubled"], told["ghosts"]) == (0, 0, 0)
    assert told["kills"] == 15
    assert told["bad_variants_caught"] == told["bad_variants_tried"] >= 1
    if shutil.which("fusermount3") and Path("/dev/fuse").exists():
        assert told["power_cuts"] == 3
        assert told["bad_variants_tried"] == 2
    if os.getuid() == 0:
        assert told["partition"]["line"] in ("network namespace", "relay")


@pytest.mark.timeout(900)
def test_the_same_on_a_postgresql_that_is_killed_too(tmp_path):
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        pytest.skip("no PostgreSQL: apt-get install postgresql")
    told = run(tmp_path, "--kills", "15", "--partitions", "0", "--dsn", "local")
    assert (told["lost"], told["doubled"], told["ghosts"]) == (0, 0, 0)
    assert told["victims"]["database"] >= 1
    assert told["bad_variants_caught"] == told["bad_variants_tried"] == 2
