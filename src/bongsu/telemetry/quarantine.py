"""What was not believed: counted by source and reason, with the newest few of each to look at."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Iterable

import numpy as np

from bongsu.core.asking import POSITION, ListQuarantine, Quarantined, QuarantineList
from bongsu.telemetry.judge import Judged, Why
from bongsu.telemetry.reasons import Reason
from bongsu.telemetry.told import Heard, Told

KEPT = 20
MOST_PAIRS = 5_000
SHED = (Reason.TOO_MANY, Reason.DISCARDED)
OTHERS = "*"
"""The source under which all are counted that come when there are too many to tell apart."""


class Quarantine:
    """Counts since the process began, and the newest `KEPT` of each source and reason; bounded whatever comes."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, Reason]] = Counter()
        self._kept: dict[tuple[str, Reason], deque[Quarantined]] = {}

    def take(self, heard: Heard, judged: Judged) -> None:
        """Count what was kept out of a batch, and keep the newest of each kind."""
        self._take(heard, judged.readings, heard.readings, _reading)
        self._take(heard, judged.places, heard.places, _place)

    def shed(self, source: str, count: int, at_ms: int, reason: Reason = Reason.TOO_MANY) -> None:
        """Count what was not even read, because its source tells too much or the buffer was full."""
        self._note(source, reason, count, (Quarantined(at_ms=at_ms, reason=reason.word, source=source),))

    def faults(self, source: str, faults: Iterable[Quarantined]) -> None:
        """Count what could not be read."""
        for fault in faults:
            self._note(source, Reason[fault.reason.upper()], 1, (fault,))

    def listed(self, question: ListQuarantine) -> QuarantineList:
        """What was not believed, the newest first."""
        rows = [
            row
            for kept in self._kept.values()
            for row in kept
            if question.reason in ("", row.reason) and question.device in ("", row.device)
        ]
        rows.sort(key=lambda row: row.at_ms, reverse=True)
        newest = tuple(rows[: question.at_most])
        sources, shed = self._by_source(), self.shed_by_source()
        return QuarantineList(rows=newest, counts=self.by_reason(), sources=sources, shed=shed)

    def by_reason(self) -> dict[str, int]:
        """How many by reason."""
        return _summed((reason.word, count) for (_, reason), count in self._counts.items())

    def shed_by_source(self) -> dict[str, int]:
        """How many were shed because there were too many, by source."""
        return _summed((source, count) for (source, reason), count in self._counts.items() if reason in SHED)

    def _by_source(self) -> dict[str, int]:
        return _summed((source, count) for (source, _), count in self._counts.items())

    def _take(self, heard: Heard, why: Why, per_message: list[int], show: _Show) -> None:
        bad = np.flatnonzero(why)
        if not len(bad):
            return
        message = np.repeat(np.arange(len(per_message)), per_message)[bad]
        pairs, first, counts = np.unique(message * len(Reason) + why[bad], return_index=True, return_counts=True)
        for pair, at, count in zip(pairs.tolist(), first.tolist(), counts.tolist(), strict=True):
            spoken, code = divmod(pair, len(Reason))
            reason, source, at_ms = Reason(code), heard.source[spoken], heard.arrived_ms[spoken]
            self._note(source, reason, count, (show(heard.told, int(bad[at]), source, reason, at_ms),))

    def _note(self, source: str, reason: Reason, count: int, examples: Iterable[Quarantined]) -> None:
        pair = (source, reason)
        if pair not in self._counts and len(self._counts) >= MOST_PAIRS:
            pair = (OTHERS, reason)
        self._counts[pair] += count
        self._kept.setdefault(pair, deque(maxlen=KEPT)).extend(examples)


_Show = Callable[[Told, int, str, Reason, int], Quarantined]


def _reading(told: Told, at: int, source: str, reason: Reason, at_ms: int) -> Quarantined:
    result = told.result[at]
    return Quarantined(
        at_ms=at_ms, reason=reason.word, source=source, device=told.device[at],
        observed_property=told.observed_property[at], result=result if math.isfinite(result) else None,
        time_ms=told.time_ms[at], detail="" if math.isfinite(result) else str(result),
    )  # fmt: skip


def _place(told: Told, at: int, source: str, reason: Reason, at_ms: int) -> Quarantined:
    return Quarantined(
        at_ms=at_ms, reason=reason.word, source=source, device=told.placed[at],
        observed_property=POSITION, time_ms=told.placed_ms[at],
    )  # fmt: skip


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    summed: Counter[str] = Counter()
    for name, count in pairs:
        summed[name] += count
    return dict(summed)
