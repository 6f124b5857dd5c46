"""When which step of which procedure is overdue, by a clock that nobody can set (절차 기한)."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime

from bongsu.core.procedure import Run, StepState

Due = tuple[str, str]
"""An incident and a step of its procedure."""


class Deadlines:
    """The open deadlines, on the monotonic clock. Fed with every run that is told; forgets nothing by itself.

    Moments of the wall clock are only subtracted from each other: from when a step opened to when it is due, both
    written in one go; after a restart from the wall clock of that moment, because the monotonic one began anew.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, str, str, datetime]] = []
        self._stands: dict[str, dict[str, datetime]] = {}

    def hear(self, run: Run, now_s: float) -> None:
        """Take a run as it stands now; `now_s` is the monotonic clock's reading."""
        before = self._stands.get(run.incident, {})
        fresh = {step: opened_at for step, opened_at, _ in _open(run)}
        for step, opened_at, due_at in _open(run):
            if before.get(step) != opened_at:
                heapq.heappush(
                    self._heap, (now_s + (due_at - opened_at).total_seconds(), run.incident, step, opened_at)
                )
        if fresh:
            self._stands[run.incident] = fresh
        else:
            self._stands.pop(run.incident, None)

    def resume(self, runs: Iterable[Run], now_s: float, wall: datetime) -> None:
        """Take up the deadlines of before a restart; what was missed meanwhile is due at once."""
        for run in runs:
            for step, opened_at, due_at in _open(run):
                self._stands.setdefault(run.incident, {})[step] = opened_at
                heapq.heappush(self._heap, (now_s + (due_at - wall).total_seconds(), run.incident, step, opened_at))

    def due(self, now_s: float) -> list[Due]:
        """The steps whose time is up, in order; they stay due until their run is told as moved on, or `forget`."""
        found: list[tuple[float, str, str, datetime]] = []
        while self._heap and self._heap[0][0] <= now_s:
            one = heapq.heappop(self._heap)
            if self._stands.get(one[1], {}).get(one[2]) == one[3]:
                found.append(one)
        for one in found:
            heapq.heappush(self._heap, one)
        return [(incident, step) for _, incident, step, _ in found]

    def forget(self, due: Due) -> None:
        """The desk refused it: it was done, or its case ended, a moment before."""
        incident, step = due
        self._stands.get(incident, {}).pop(step, None)


def _open(run: Run) -> Iterable[tuple[str, datetime, datetime]]:
    if run.over:
        return []
    return [
        (step.id, step.opened_at, step.due_at)
        for step in run.steps
        if step.state is StepState.OPEN and step.opened_at is not None and step.due_at is not None
    ]
