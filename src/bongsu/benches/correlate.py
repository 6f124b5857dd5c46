"""Do alarms that tell of one incident become one incident, and does no real incident vanish in another?

A day whose truth is known (`dense_day`) goes through the real desk: `hear` and the `Board`, report by report. F1 is
over pairs: two alarms of one true incident should be in one incident on the board, any other two should not.
A true incident is *swallowed* when all its alarms went into others' incidents. Beside it, through the same feed,
"the same kind within an hour".
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bongsu.benches import dense_day
from bongsu.benches.dense_day import Alarm
from bongsu.core.entry import Entry, Recorded
from bongsu.core.geo import Plane, Point
from bongsu.core.report import Report, Step
from bongsu.core.revision import RecordKind, Revision
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.seeds import BY, defaults

LIMITS = {"f1": 0.93, "swallowed": 1, "ms_p50": 0.3}
HELD_OUT = tuple(range(1_001, 1_025))
"""Days on which no constant was chosen; those were chosen on the days of the seeds 1 to 24."""
HOUR = timedelta(hours=1)
OPEN = 5_000

Grouping = Sequence[str]
"""Which incident each alarm is in, by the alarms' order."""


class Flat:
    """The city as the desk asks of it: a square, all of it on the map."""

    def is_on_map(self, where: Point) -> bool:
        """Everything is."""
        return True

    def address_of(self, where: Point) -> str:
        """No street has a name."""
        return ""

    def area_m2(self) -> float:
        """The square's."""
        return dense_day.SIDE_M**2


def run(*, held_out: Sequence[int] = HELD_OUT, open_incidents: int = OPEN) -> dict[str, Any]:
    """The frozen day, days no constant was chosen on, the frozen day without noise and with twice as much of it, and
    the time of a report; under the records a platform begins with."""
    records = first_records()
    days = [measure(dense_day.make(seed), records) for seed in held_out]
    noises = {"none": dense_day.NONE, "double": dense_day.DOUBLE}
    return (
        measure(dense_day.make(), records)
        | {"limit": LIMITS, "seed": dense_day.FROZEN_SEED, "seeds": len(days)}
        | ({"held_out": _spread(days)} if days else {})
        | {"noise": {name: measure(dense_day.make(noise=noise), records) for name, noise in noises.items()}}
        | time_a_report(open_incidents, records)
    )


def first_records() -> tuple[Revision, ...]:
    """The kinds and constants that come with the product, as a platform writes them at its first start."""
    at = dense_day.MORNING
    return tuple(
        Revision(kind=kind, id=name, version=1, body=body, at=at, by=BY)
        for kind, name, body in defaults()
        if kind in (RecordKind.KIND, RecordKind.CORRELATION)
    )


def measure(day: Sequence[Alarm], records: Iterable[Revision] = ()) -> dict[str, Any]:
    """One day's figures, the desk's and beside them the baseline's."""
    alarms = [alarm for alarm in day if alarm.report.step is Step.OCCURRED]
    truth = [alarm.truth for alarm in alarms]
    desk, baseline = grouped_by_desk(day, records), grouped_by_kind_and_hour(alarms)
    own, own_swallowed = score(truth, desk), swallowed(truth, desk)
    theirs = score(truth, baseline)
    return {
        **own,
        "swallowed": own_swallowed,
        "baseline_f1": theirs["f1"],
        "baseline_swallowed": swallowed(truth, baseline),
        "alarms": len(alarms),
        "incidents_true": len({one for one in truth if one is not None}),
        "alarms_unrelated": sum(one is None for one in truth),
        "incidents_on_board": len(set(desk)),
        "baseline_incidents": len(set(baseline)),
    }


def grouped_by_desk(day: Iterable[Alarm], records: Iterable[Revision] = ()) -> list[str]:
    """The incident each alarm went into, by the real desk."""
    board = Board()
    if revisions := tuple(records):
        board.apply(Recorded(seq=1, entry=Entry(revisions=revisions)))
    land, into = Flat(), []
    for alarm in day:
        report = alarm.report
        changes = hear(board, report, land, report.received_at).changes
        board.apply(Recorded(seq=board.seq + 1, entry=Entry(changes=changes)))
        if report.step is Step.OCCURRED:
            into.append(changes[0].incident.id)
    return into


def grouped_by_kind_and_hour(alarms: Iterable[Alarm]) -> list[str]:
    """The rule in use: an alarm of a kind that came within the last hour, anywhere in the city, is the same case."""
    last: dict[str, tuple[datetime, str]] = {}
    into = []
    for number, alarm in enumerate(alarms):
        at, kind = alarm.report.received_at, alarm.report.kind
        before, incident = last.get(kind, (None, ""))
        if before is None or at - before > HOUR:
            incident = f"B{number}"
        last[kind] = (at, incident)
        into.append(incident)
    return into


def score(truth: Sequence[int | None], grouping: Grouping) -> dict[str, float]:
    """Precision, recall and F1 over pairs of alarms; an alarm that tells of nothing belongs with no other."""
    together = _pairs(Counter(grouping).values())
    same = _pairs(Counter(one for one in truth if one is not None).values())
    right = _pairs(Counter((one, into) for one, into in zip(truth, grouping, strict=True) if one is not None).values())
    precision, recall = right / together if together else 1.0, right / same if same else 1.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"f1": round(f1, 4), "precision": round(precision, 4), "recall": round(recall, 4)}


def swallowed(truth: Sequence[int | None], grouping: Grouping) -> int:
    """How many true incidents have no incident of their own on the board, by the stricter of two readings.

    An incident on the board is that of the alarm that opened it; or it is that of which most alarms are in it.
    """
    opener: dict[str, int | None] = {}
    inside: dict[str, Counter[int]] = {}
    for one, into in zip(truth, grouping, strict=True):
        opener.setdefault(into, one)
        inside.setdefault(into, Counter()).update(() if one is None else (one,))
    real = {one for one in truth if one is not None}
    by_most = {count.most_common(1)[0][0] for count in inside.values() if count}
    return max(len(real - set(opener.values())), len(real - by_most))


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _spread(days: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Median and worst of the days nothing was chosen on."""
    worst: dict[str, Callable[[Iterable[float]], float]] = {"f1": min, "precision": min, "recall": min}
    names = ("f1", "precision", "recall", "swallowed", "baseline_f1", "baseline_swallowed")
    return {
        name: {
            "median": statistics.median(day[name] for day in days),
            "worst": worst.get(name, min if name == "baseline_f1" else max)(day[name] for day in days),
        }
        for name in names
    }


def time_a_report(count: int, records: Iterable[Revision] = ()) -> dict[str, Any]:
    """CPU time the desk takes for one report while so many incidents are open, all begun at that moment."""
    day = [alarm.report for alarm in dense_day.make() if alarm.report.step is Step.OCCURRED]
    board = _crowded(count, day, records)
    land, taken = Flat(), []
    for report in day:
        fresh = msgspec.structs.replace(report, occurred_at=day[0].occurred_at, received_at=day[0].received_at)
        began = time.thread_time()
        hear(board, fresh, land, fresh.received_at)
        taken.append((time.thread_time() - began) * 1_000)
    taken.sort()
    return {
        "open": count,
        "ms_p50": round(statistics.median(taken), 4),
        "ms_p99": round(taken[int(0.99 * (len(taken) - 1))], 4),
    }


def _crowded(count: int, day: Sequence[Report], records: Iterable[Revision]) -> Board:
    """A board with so many open incidents spread over the square, of the day's senders and kinds."""
    board, spot = Board(), Plane(dense_day.CENTER)
    if revisions := tuple(records):
        board.apply(Recorded(seq=1, entry=Entry(revisions=revisions)))
    side = max(1, round(count**0.5))
    step_m = dense_day.SIDE_M / side
    for number in range(count):
        x, y = number % side * step_m, number // side * step_m
        where = spot.to_point(x - dense_day.SIDE_M / 2, y - dense_day.SIDE_M / 2)
        like = day[number % len(day)]
        told = msgspec.structs.replace(
            like,
            occurrence=f"open-{number}",
            where=where,
            occurred_at=day[0].occurred_at,
            received_at=day[0].received_at,
        )
        opened = hear(Board(), told, Flat(), told.received_at).changes[0]
        incident = msgspec.structs.replace(opened.incident, id=f"I-{number}")
        change = msgspec.structs.replace(opened, incident=incident)
        board.apply(Recorded(seq=board.seq + 1, entry=Entry(changes=(change,))))
    return board
