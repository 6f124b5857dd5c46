"""The bare limit: the same messages decoded by msgspec and scattered into NumPy columns, with nothing else done.

Run as a process it does so a little ten times a second, beside the platform under its load: what a processor carries
there is less than on a machine that does nothing else, for the limit as for the platform.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle

import msgspec
import numpy as np

from bongsu.benches.ingest.city import device, messages

NICE, SLOT_S, SLICE = 10, 0.1, 20
"""The priority and the rhythm of the telemetry process, a fifth of its load."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of so many readings, of so many devices."""

    devices: int
    readings: int
    count: int


class _Reading(msgspec.Struct, frozen=True, gc=False):
    device: str
    observed_property: str
    result: float
    phenomenon_time_ms: int


class _Body(msgspec.Struct, frozen=True, gc=False):
    readings: list[_Reading]


_decode = msgspec.json.Decoder(_Body).decode


class Scatter:
    """One dictionary finds the device's row, for without a row nothing can be scattered."""

    def __init__(self, row: Mapping[str, int]) -> None:
        self._row = row
        self._result, self._time_ms = np.zeros(len(row)), np.zeros(len(row), np.int64)

    def per_second(self, bodies: Sequence[bytes], readings: int) -> float:
        """Readings a second of CPU."""
        began = time.process_time()
        for body in bodies:
            self.take(body)
        return len(bodies) * readings / (time.process_time() - began)

    def take(self, body: bytes) -> None:
        """One message."""
        rows = _decode(body).readings
        count = len(rows)
        at = np.fromiter([self._row[each.device] for each in rows], np.int64, count)
        self._result[at] = np.fromiter([each.result for each in rows], np.float64, count)
        self._time_ms[at] = np.fromiter([each.phenomenon_time_ms for each in rows], np.int64, count)


def per_second_without_rows(bodies: Sequence[bytes], readings: int) -> float:
    """The same where the rows are known beforehand: what no platform can do."""
    result, at = np.zeros(readings), np.arange(readings)
    began = time.process_time()
    for body in bodies:
        rows = _decode(body).readings
        result[at] = np.fromiter([each.result for each in rows], np.float64, len(rows))
    return len(bodies) * readings / (time.process_time() - began)


def made(task: Task) -> tuple[Scatter, list[bytes]]:
    """The columns of all devices, and the messages' bodies."""
    row = {device(at).id: at for at in range(task.devices)}
    return Scatter(row), [body for _, body in messages(task.devices, task.readings, task.count)]


def beside(task: Task) -> float:
    """Readings a second of CPU, from the first line on standard input to its end, in slices of a few milliseconds."""
    os.nice(NICE)
    scatter, bodies = made(task)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    told, cpu_s, next_body = 0, 0.0, cycle(bodies)
    for _ in _slots():
        began = time.process_time()
        for _, body in zip(range(SLICE), next_body, strict=False):
            scatter.take(body)
        cpu_s += time.process_time() - began
        told += SLICE * task.readings
    return told / cpu_s if cpu_s else 0.0


def _slots() -> Iterator[None]:
    """One a tenth of a second, until standard input ends."""
    at = time.monotonic()
    while not select.select([sys.stdin], [], [], max(0.0, at - time.monotonic()))[0]:
        yield
        at += SLOT_S


if __name__ == "__main__":
    carried = beside(msgspec.json.decode(sys.argv[1], type=Task))
    sys.stdout.write(f"{carried}\n")
