"""What a report changes: opens a case, joins it to another, moves it, ends it, or is noted beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec.structs import replace

from bongsu.core.entry import Decision
from bongsu.core.geo import Point, distance_m
from bongsu.core.incident import UNKNOWN_KIND, Change, Incident, Joined, State, What
from bongsu.core.report import Report
from bongsu.desk.board import Board
from bongsu.desk.cases import MOVED_M, case_of, go_on, make_of, priority_of, sooner, stated, terms_of
from bongsu.desk.correlate import find_same, is_notice
from bongsu.desk.lifecycle import step


class Land(Protocol):
    """What the desk asks of the city."""

    def is_on_map(self, where: Point) -> bool:
        """Whether the place lies in the city."""

    def address_of(self, where: Point) -> str:
        """The nearest road and place in words, "" when there is none."""

    def area_m2(self) -> float:
        """How large the city is."""


def hear(board: Board, report: Report, land: Land, now: datetime) -> Decision:
    """What a report comes to; a place off the map makes its kind unknown, so that nobody is granted anything."""
    off_map = report.where is not None and not land.is_on_map(report.where)
    kind = UNKNOWN_KIND if off_map else report.kind
    if report.where is not None and not report.address:
        report = replace(report, address=land.address_of(report.where))
    known = board.find_case(report.sender, report.occurrence)
    if known is not None:
        return _go_on(board, known, report, kind, now)
    same = find_same(board, report, kind, land.area_m2())
    if same is not None:
        return Decision(changes=(_join(board, same, report, kind, now),))
    change = _open(board, report, kind, now)
    if change.what is What.OPENED and is_notice(board, kind):
        return Decision(changes=(change, _done(change)))
    return Decision(changes=(change,))


def _done(opened: Change) -> Change:
    """A notice is over with its telling: it stands in the journal, and nobody has to work on it."""
    over = replace(opened.incident, version=2, state=State.CLOSED, closed_by=opened.by)
    return Change(what=What.CLOSED, incident=over, at=opened.at, by=opened.by)


def _open(board: Board, report: Report, kind: str, now: datetime) -> Change:
    what, state = step(None, report.step)
    incident = Incident(
        id=board.next_id(now),
        version=1,
        kind=kind,
        severity=report.severity,
        priority=priority_of(board, kind, report.severity),
        state=state,
        status=report.status,
        sender=report.sender,
        occurrence=report.occurrence,
        event_code=report.event_code,
        opened_at=now,
        changed_at=now,
        occurred_at=report.occurred_at,
        stated_at=stated(report),
        where=report.where,
        accuracy_m=report.accuracy_m,
        address=report.address,
        text=report.text,
        closed_by=report.sender if what is not What.OPENED else "",
    )
    return Change(what=what, incident=incident, at=now, by=report.sender)


def _join(board: Board, known: Incident, report: Report, kind: str, now: datetime) -> Change:
    cases = (*known.cases, case_of(report, kind))
    after = step_of(board, known, cases, now)
    return Change(what=moved_or_noted(known, after), incident=after, at=now, by=report.sender)


def _go_on(board: Board, known: Incident, report: Report, kind: str, now: datetime) -> Decision:
    name = (report.sender, report.occurrence)
    owns = (known.sender, known.occurrence) == name
    cases = tuple(
        go_on(case, report, kind, over=known.is_over) if (case.sender, case.occurrence) == name else case
        for case in known.cases
    )
    what, state = step(known.state, report.step) if owns else (What.NOTED, known.state)
    if what in (What.CLOSED, What.CANCELLED):
        return _end(board, known, cases, state, what, report.sender, now)
    after = step_of(board, known, cases, now)
    if not known.is_over:
        what = moved_or_noted(known, after)
    return Decision(changes=(Change(what=what, incident=after, at=now, by=report.sender),))


def _end(
    board: Board, known: Incident, cases: tuple[Joined, ...], state: State, what: What, by: str, now: datetime
) -> Decision:
    """Its first sender ends an incident. Cases that others have not ended go on as one of their own: nobody's word
    that his own case is over may end a fire that somebody else still reports."""
    own, *also = cases
    going_on = tuple(case for case in also if not case.ended)
    ended = tuple(case for case in also if case.ended)
    after = step_of(board, known, (own, *ended), now)
    over = Change(what=what, incident=replace(after, state=state, closed_by=by), at=now, by=by)
    if not going_on:
        return Decision(changes=(over,))
    return Decision(changes=(over, open_anew(board, known, going_on, by, now)))


def open_anew(board: Board, known: Incident, cases: tuple[Joined, ...], by: str, now: datetime) -> Change:
    """An incident of its own for cases that were part of another."""
    own = cases[0]
    what, state = (What.CLOSED, State.CLOSED) if own.ended else (What.OPENED, State.OPEN)
    bare = Incident(
        id=board.next_id(now),
        version=1,
        kind=own.kind,
        severity=own.severity,
        state=state,
        status=known.status,
        sender=own.sender,
        occurrence=own.occurrence,
        event_code=own.event_code,
        opened_at=now,
        changed_at=now,
        occurred_at=own.occurred_at or known.occurred_at,
        stated_at=own.stated_at or known.stated_at,
        closed_by=own.sender if own.ended else "",
    )
    incident = make_of(bare, cases, terms_of(board))
    priority = priority_of(board, incident.kind, incident.severity)
    return Change(what=what, incident=replace(incident, priority=priority), at=now, by=by)


def step_of(board: Board, known: Incident, cases: tuple[Joined, ...], now: datetime) -> Incident:
    """An incident's next version, made of these cases; what is worse than before raises its priority."""
    after = make_of(known, cases, terms_of(board))
    before, wanted = (priority_of(board, one.kind, one.severity) for one in (known, after))
    # An operator who set a lower priority is overruled by worse news only, not by more of the same.
    raised = sooner(known.priority, wanted) if sooner(before, wanted) is not before else known.priority
    return replace(after, version=known.version + 1, changed_at=now, priority=raised)


def moved_or_noted(before: Incident, after: Incident) -> What:
    """Whether services must speak anew."""
    return What.MOVED if _is_elsewhere(before, after) else What.NOTED


def _is_elsewhere(before: Incident, after: Incident) -> bool:
    if before.kind != after.kind:
        return True
    if before.where is None or after.where is None:
        return before.where is not after.where
    return distance_m(before.where, after.where) > MOVED_M
