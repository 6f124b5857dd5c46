"""The cases in an incident, each as its sender told it, and the incident they make together.

An incident of one case is that case. Of several: the place is their mean weighted by inverse variance, kind is
that of the worst whose kind is known, severity the worst, words are the first sender's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from bongsu.core.geo import Plane, Point, distance_m
from bongsu.core.incident import UNKNOWN_KIND, Incident, Joined, Priority
from bongsu.core.report import Report, Severity, Step
from bongsu.core.revision import Correlation, KindTerms, RecordKind
from bongsu.desk.board import Board

MOVED_M = 1.0
"""A place that changes by less is the same place written with other digits."""
LEAST_M = 10.0
"""No place is taken for better than this: an incident is not a point."""
USUAL_M = 60.0
"""How far off the place of a sender is that states no accuracy and is in no record: a citizen's call."""
ASTRAY = 4.0
"""A place farther off than this many standard deviations speaks of somewhere else; a mean would be neither."""
ENDS = frozenset({Step.RELEASED, Step.CANCELLED, Step.ENDED})
WORST = tuple(Severity)
SOONEST = tuple(Priority)
DESK = (RecordKind.CORRELATION, "desk")
_BY_SEVERITY = {
    Severity.EXTREME: Priority.URGENT,
    Severity.SEVERE: Priority.HIGH,
    Severity.MODERATE: Priority.NORMAL,
    Severity.MINOR: Priority.LOW,
    Severity.UNKNOWN: Priority.NORMAL,
}


class Spot(msgspec.Struct, frozen=True):
    """A place and how far off it may be, one standard deviation in metres."""

    where: Point
    sigma_m: float


def terms_of(board: Board) -> Correlation:
    """The constants that hold now: the record's, else the built-in ones."""
    record = board.records.get(DESK)
    return record.body if record is not None and isinstance(record.body, Correlation) else Correlation()


def sigma_m(terms: Correlation, sender: str, stated_m: float | None) -> float:
    """How far off a sender's place may be: what it states, else what is known of it."""
    if stated_m is None or not math.isfinite(stated_m):
        stated_m = terms.accuracy_m.get(sender, terms.accuracy_m.get("*", USUAL_M))
    return max(LEAST_M, stated_m)


def priority_of(board: Board, kind: str, severity: Severity) -> Priority:
    """How soon somebody must act on a kind: what its record says, else what its severity does."""
    record = board.records.get((RecordKind.KIND, kind))
    if record is not None and isinstance(record.body, KindTerms):
        return record.body.priority
    return _BY_SEVERITY[severity]


def sooner(one: Priority, other: Priority) -> Priority:
    """The more urgent of two."""
    return min(one, other, key=SOONEST.index)


def stated(report: Report) -> datetime:
    """When a sender says its step happened, else when it came."""
    return report.stated_at or report.received_at


def case_of(report: Report, kind: str) -> Joined:
    """A case as its first report tells it."""
    return Joined(
        sender=report.sender,
        occurrence=report.occurrence,
        kind=kind,
        severity=report.severity,
        occurred_at=report.occurred_at,
        where=report.where,
        accuracy_m=report.accuracy_m,
        address=report.address,
        text=report.text,
        event_code=report.event_code,
        stated_at=stated(report),
        ended=report.step in ENDS,
    )


def go_on(case: Joined, report: Report, kind: str, *, over: bool) -> Joined:
    """A case after another report of it: a newer one overrules, a late one only fills in what was not known."""
    at = stated(report)
    known_at = case.stated_at or at
    after = _overrule(case, report, kind) if at >= known_at and not over else _fill_in(case, report, kind)
    return replace(after, stated_at=max(known_at, at), ended=case.ended or report.step in ENDS)


def _overrule(case: Joined, report: Report, kind: str) -> Joined:
    """What the newer report says, over what was known; what it leaves out stays."""
    moved = case.where is not None and report.where is not None and distance_m(case.where, report.where) > MOVED_M
    return replace(
        case,
        kind=case.kind if kind == UNKNOWN_KIND else kind,
        severity=case.severity if kind == UNKNOWN_KIND else report.severity,
        where=report.where or case.where,
        accuracy_m=report.accuracy_m if report.where is not None else case.accuracy_m,
        address=report.address or case.address,
        text=report.text or case.text,
        moved_at=stated(report) if moved else case.moved_at,
    )


def _fill_in(case: Joined, report: Report, kind: str) -> Joined:
    """What the late report says where nothing was known."""
    return replace(
        case,
        kind=kind if case.kind == UNKNOWN_KIND else case.kind,
        severity=report.severity if case.kind == UNKNOWN_KIND else case.severity,
        where=case.where or report.where,
        accuracy_m=case.accuracy_m if case.where is not None else report.accuracy_m,
        address=case.address or report.address,
        text=case.text or report.text,
    )


def make_of(incident: Incident, cases: tuple[Joined, ...], terms: Correlation) -> Incident:
    """The incident these cases make together, the first one its own; its life, version and priority are untouched."""
    own, *also = cases
    alone = not also and own.moved_at is None
    worst = min(cases, key=lambda case: (case.kind == UNKNOWN_KIND, WORST.index(case.severity)))
    severity = min((case.severity for case in cases), key=WORST.index)
    spot = place_of(cases, terms)
    return replace(
        incident,
        sender=own.sender,
        occurrence=own.occurrence,
        event_code=own.event_code,
        kind=worst.kind,
        severity=severity,
        stated_at=own.stated_at or incident.stated_at,
        where=spot.where if also and spot is not None else own.where,
        accuracy_m=round(spot.sigma_m, 1) if also and spot is not None else own.accuracy_m,
        address=_first(case.address for case in cases),
        text=_first(case.text for case in cases),
        own=None if alone else own,
        also=tuple(also),
    )


def _first(words: Iterable[str]) -> str:
    return next((word for word in words if word), "")


def place_of(cases: Iterable[Joined], terms: Correlation) -> Spot | None:
    """Where the cases say it is: their places' mean by inverse variance, None where none has a place.

    Whoever told of a move last is right, and places that no longer agree with it are left out: a suspect on the run
    is not halfway between where two callers saw him.
    """
    placed = [case for case in cases if case.where is not None]
    moves = [(case.moved_at, nth) for nth, case in enumerate(placed) if case.moved_at is not None]
    first = max(moves)[1] if moves else 0
    spots = [
        Spot(case.where, sigma_m(terms, case.sender, case.accuracy_m)) for case in placed if case.where is not None
    ]
    if not spots:
        return None
    spot = spots[first]
    for other in (*spots[:first], *spots[first + 1 :]):
        if _agree(spot, other):
            spot = _mean(spot, other)
    return spot


def _agree(one: Spot, other: Spot) -> bool:
    return distance_m(one.where, other.where) <= ASTRAY * math.hypot(one.sigma_m, other.sigma_m)


def _mean(one: Spot, other: Spot) -> Spot:
    plane = Plane(one.where)
    x, y = plane.to_xy(other.where)
    share = one.sigma_m**2 / (one.sigma_m**2 + other.sigma_m**2)
    sigma = one.sigma_m * other.sigma_m / math.hypot(one.sigma_m, other.sigma_m)
    return Spot(plane.to_point(share * x, share * y), max(LEAST_M, sigma))
