"""What a decision means for the procedures: which begin, which end, and what their automatic steps ask of partners.

It runs once, before the entry is stored, and what it finds is stored in the entry: replay never asks it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from bongsu.core.entry import Decision
from bongsu.core.incident import Change, Incident, Priority, What
from bongsu.core.procedure import Actor, Deed, Procedure, Run, Step, StepState
from bongsu.core.report import Status
from bongsu.core.request import Ask, Request
from bongsu.core.revision import RecordKind, Revision, ServiceTerms
from bongsu.desk.board import Board
from bongsu.desk.procedure import begin

NOTIFY_FOR_S = 1_800.0
"""How long a notice is worth delivering: one that was stuck for longer would send somebody to an old place."""
MISSED = "[기한 초과] {title}"


def follow(board: Board, decision: Decision) -> tuple[Decision, tuple[Request, ...]]:
    """A decision with the runs it begins, ends or moves and the priority they raise, and the notices that follow."""
    if not decision.changes:
        return decision, ()
    runs = {run.incident: run for run in decision.runs}
    for change in decision.changes:
        key = change.incident.id
        if (fresh := _run_after(board, runs.get(key, board.runs.get(key)), change)) is not None:
            runs[key] = fresh
    if not runs:
        return decision, ()
    raised = {run.incident for run in runs.values() if any(_raises(step) for step in _just_done(board, run))}
    changes = tuple(_raise(change) if change.incident.id in raised else change for change in decision.changes)
    latest = {change.incident.id: change.incident for change in changes}
    requests = [notice for run in runs.values() for notice in _notices(board, run, latest[run.incident])]
    return replace(decision, changes=changes, runs=tuple(runs.values())), tuple(requests)


def choose(board: Board, kind: str) -> tuple[Procedure, Revision] | None:
    """The one procedure for a kind: a service's own before a general one, then the one that lists the fewest kinds,
    then the first by its id. A service's own counts only where that service answers to the kind."""
    found = [
        (not record.body.service, len(record.body.kinds), record.id, record.body, record)
        for (of, _), record in board.records.items()
        if of is RecordKind.PROCEDURE
        and isinstance(record.body, Procedure)
        and kind in record.body.kinds
        and _answers(board, record.body.service, kind)
    ]
    if not found:
        return None
    *_, body, record = min(found, key=lambda one: one[:3])
    return body, record


def _answers(board: Board, service: str, kind: str) -> bool:
    if not service:
        return True
    record = board.records.get((RecordKind.SERVICE, service))
    if record is None or not isinstance(record.body, ServiceTerms):
        return False
    return kind in record.body.terms.get("kinds", (kind,))


def _run_after(board: Board, run: Run | None, change: Change) -> Run | None:
    """The run a change begins or ends on its incident, None where it leaves it alone.

    A case whose kind changes keeps its procedure while that lists the new kind too, or when no other does; else the
    right one begins: what was ticked so far stays in the journal, but steps for a theft are no help in a fire.
    """
    incident = change.incident
    if incident.is_over:
        return replace(run, over=True) if run is not None and not run.over else None
    if incident.status is Status.TEST:
        return None
    known = board.incidents.get(incident.id)
    opens = known is None or change.what is What.OPENED
    if not opens and (known is None or known.kind == incident.kind or _still_fits(board, run, incident.kind)):
        return None
    chosen = choose(board, incident.kind)
    return begin(*chosen, incident, change.at) if chosen is not None else None


def _still_fits(board: Board, run: Run | None, kind: str) -> bool:
    return run is not None and kind in board.procedures[(run.procedure, run.version)].kinds


def _just_done(board: Board, run: Run) -> Iterator[tuple[Step, StepState]]:
    """The steps whose state this entry moves to DONE by itself, or to OVERDUE."""
    procedure = board.procedures[(run.procedure, run.version)]
    old = board.runs.get(run.incident)
    same = old is not None and (old.procedure, old.version, old.begun_at) == (run.procedure, run.version, run.begun_at)
    before = {step.id: step.state for step in old.steps} if old is not None and same else {}
    for step, stood in zip(procedure.steps, run.steps, strict=True):
        is_news = stood.state is not before.get(step.id)
        by_itself = stood.state is StepState.DONE and step.actor is Actor.AUTOMATIC
        if is_news and (by_itself or stood.state is StepState.OVERDUE):
            yield step, stood.state


def _raises(moved: tuple[Step, StepState]) -> bool:
    step, state = moved
    return state is StepState.OVERDUE or step.deed is Deed.PRIORITISE


def _raise(change: Change) -> Change:
    return replace(change, incident=replace(change.incident, priority=Priority.URGENT))


def _notices(board: Board, run: Run, incident: Incident) -> Iterator[Request]:
    for step, state in _just_done(board, run):
        if state is StepState.OVERDUE and step.escalate:
            yield _notice(run, step, incident, step.escalate, MISSED.format(title=step.title))
        elif step.deed is Deed.NOTIFY:
            yield _notice(run, step, incident, step.agency, step.title)


def _notice(run: Run, step: Step, incident: Incident, agency: str, text: str) -> Request:
    return Request(
        key=f"{incident.id}.{incident.version}.{run.procedure}.{step.id}.{Ask.NOTIFY}.{agency}",
        agency=agency,
        ask=Ask.NOTIFY,
        incident=incident,
        grant=None,
        until=incident.changed_at + timedelta(seconds=NOTIFY_FOR_S),
        text=text,
    )
