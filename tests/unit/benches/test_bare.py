"""The bare limit beside a load: counted from the word to begin until the load is over, and nothing but its own work."""

from __future__ import annotations

import subprocess
import sys
import time

import msgspec

from bongsu.benches.ingest.bare import SLICE, SLOT_S, Task


def test_it_carries_a_slice_each_tenth_of_a_second_until_it_is_told_to_end():
    task = Task(devices=15_000, readings=100, count=40)
    words = [sys.executable, "-m", "bongsu.benches.ingest.bare", msgspec.json.encode(task).decode()]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("begin\n")
        process.stdin.flush()
        time.sleep(5 * SLOT_S)
        process.stdin.close()
        per_second = float(process.stdout.readline())
    assert 20_000 < per_second < 50_000_000
    assert SLICE * task.readings / per_second < SLOT_S  # a slice is done long before the next
