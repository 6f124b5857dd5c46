"""What a report changes: opens a case, moves it, ends it, or is noted beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec.structs import replace

from bongsu.core.clock import KST
from bongsu.core.entry import Decision
from bongsu.core.geo import Point, distance_m
from bongsu.core.incident import UNKNOWN_KIND, Change, Incident, Joined, What
from bongsu.core.report import Report
from bongsu.desk.board import Board
from bongsu.desk.lifecycle import step
from bongsu.desk.merge import find_same

MOVED_M = 1.0
"""A place that changes by less is the same place written with other digits."""


class Land(Protocol):
    """What the desk asks of the city."""

    def is_on_map(self, where: Point) -> bool:
        """Whether the place lies in the city."""

    def address_of(self, where: Point) -> str:
        """The nearest road and place in words, "" when there is none."""


def hear(board: Board, report: Report, land: Land, now: datetime) -> Decision:
    """The one change a report makes; a place off the map makes its kind unknown, so that nobody is granted anything."""
    off_map = report.where is not None and not land.is_on_map(report.where)
    kind = UNKNOWN_KIND if off_map else report.kind
    if report.where is not None and not report.address:
        report = replace(report, address=land.address_of(report.where))
    known = board.find_case(report.sender, report.occurrence)
    if known is not None:
        return Decision(changes=(_go_on(known, report, kind, now),))
    same = find_same(report, kind, board.list_open())
    change = _open(board, report, kind, now) if same is None else _join(same, report, kind, now)
    return Decision(changes=(change,))


def _open(board: Board, report: Report, kind: str, now: datetime) -> Change:
    what, state = step(None, report.step)
    incident = Incident(
        id=f"I-{now.astimezone(KST):%Y%m%d}-{len(board.incidents) + 1:05d}",
        version=1,
        kind=kind,
        severity=report.severity,
        state=state,
        status=report.status,
        sender=report.sender,
        occurrence=report.occurrence,
        event_code=report.event_code,
        opened_at=now,
        changed_at=now,
        occurred_at=report.occurred_at,
        stated_at=_stated(report),
        where=report.where,
        accuracy_m=report.accuracy_m,
        address=report.address,
        text=report.text,
        closed_by=report.sender if what is not What.OPENED else "",
    )
    return Change(what=what, incident=incident, at=now, by=report.sender)


def _join(known: Incident, report: Report, kind: str, now: datetime) -> Change:
    joined = Joined(
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
    )
    incident = replace(known, version=known.version + 1, changed_at=now, also=(*known.also, joined))
    return Change(what=What.NOTED, incident=incident, at=now, by=report.sender)


def _go_on(known: Incident, report: Report, kind: str, now: datetime) -> Change:
    owns = (known.sender, known.occurrence) == (report.sender, report.occurrence)
    what, state = step(known.state, report.step) if owns else (What.NOTED, known.state)
    newer = owns and _stated(report) >= known.stated_at and not known.is_over
    told = _overrule(known, report, kind) if newer else _fill_in(known, report, kind)
    if what is What.NOTED and not known.is_over and _is_elsewhere(known, told):
        what = What.MOVED
    incident = replace(
        told,
        version=known.version + 1,
        state=state,
        changed_at=now,
        stated_at=max(known.stated_at, _stated(report)),
        closed_by=report.sender if what in (What.CLOSED, What.CANCELLED) else known.closed_by,
    )
    return Change(what=what, incident=incident, at=now, by=report.sender)


def _overrule(known: Incident, report: Report, kind: str) -> Incident:
    """What the newer report says, over what was known; what it leaves out stays."""
    return replace(
        known,
        kind=known.kind if kind == UNKNOWN_KIND else kind,
        severity=known.severity if kind == UNKNOWN_KIND else report.severity,
        where=report.where or known.where,
        accuracy_m=report.accuracy_m if report.where is not None else known.accuracy_m,
        address=report.address or known.address,
        text=report.text or known.text,
    )


def _fill_in(known: Incident, report: Report, kind: str) -> Incident:
    """What the late report says where nothing was known."""
    return replace(
        known,
        kind=kind if known.kind == UNKNOWN_KIND else known.kind,
        severity=report.severity if known.kind == UNKNOWN_KIND else known.severity,
        where=known.where or report.where,
        accuracy_m=known.accuracy_m if known.where is not None else report.accuracy_m,
        address=known.address or report.address,
        text=known.text or report.text,
    )


def _is_elsewhere(before: Incident, after: Incident) -> bool:
    if before.kind != after.kind:
        return True
    if before.where is None or after.where is None:
        return before.where is not after.where
    return distance_m(before.where, after.where) > MOVED_M


def _stated(report: Report) -> datetime:
    return report.stated_at or report.received_at
