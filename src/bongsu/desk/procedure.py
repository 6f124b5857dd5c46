"""How a procedure runs: pure steps from one Run to the next. Nothing here waits or looks at a clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from bongsu.core.command import Overdue, Tick
from bongsu.core.entry import Decision
from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.core.incident import Change, Incident, Priority, What
from bongsu.core.procedure import Actor, Outcome, Procedure, Run, Step, StepRun, StepState
from bongsu.core.revision import Revision
from bongsu.desk.board import Board

SYSTEM = "system"
ANSWERS = (Outcome.YES, Outcome.NO)
ENDS = (Outcome.DONE, Outcome.SKIPPED)
TO_DO = frozenset({StepState.OPEN, StepState.OVERDUE})
ENDED_STEPS = frozenset({StepState.DONE, StepState.PASSED})


def begin(procedure: Procedure, record: Revision, incident: Incident, now: datetime) -> Run:
    """A procedure's run on a case, its first steps open and what it does by itself done."""
    steps = tuple(StepRun(id=step.id) for step in procedure.steps)
    run = Run(incident=incident.id, procedure=record.id, version=record.version, steps=steps, begun_at=now)
    return settle(procedure, run, now)


def settle(procedure: Procedure, run: Run, now: datetime) -> Run:
    """Open, do by itself or pass over every step that can be, until nothing moves any more."""
    stand = {step.id: step for step in run.steps}
    moved = True
    while moved:
        moved = False
        for step in procedure.steps:
            if stand[step.id].state is StepState.WAITING and (fresh := _arrive(step, stand, now)) is not None:
                stand[step.id] = fresh
                moved = True
    steps = tuple(stand[step.id] for step in run.steps)
    return replace(run, steps=steps, over=all(step.state in ENDED_STEPS for step in steps))


def _arrive(step: Step, stand: Mapping[str, StepRun], now: datetime) -> StepRun | None:
    """A waiting step as it is from now on; None where it goes on waiting."""
    before = [(after, stand[after.step]) for after in step.after]
    if any(_fails(after.outcomes, past) for after, past in before):
        return StepRun(id=step.id, state=StepState.PASSED, ended_at=now)
    if any(past.state is not StepState.DONE for _, past in before):
        return None
    if step.actor is Actor.AUTOMATIC:
        return StepRun(id=step.id, state=StepState.DONE, outcome=Outcome.DONE, by=SYSTEM, opened_at=now, ended_at=now)
    due_at = None if step.within_s is None else now + timedelta(seconds=step.within_s)
    return StepRun(id=step.id, state=StepState.OPEN, opened_at=now, due_at=due_at)


def _fails(wanted: tuple[Outcome, ...], past: StepRun) -> bool:
    """Tell whether a condition can no longer hold; a step passed over came out in no way at all."""
    if past.state is StepState.PASSED:
        return True
    return past.state is StepState.DONE and bool(wanted) and past.outcome not in wanted


def outcomes_of(step: Step) -> tuple[Outcome, ...]:
    """How a step can come out."""
    if step.actor is Actor.AUTOMATIC:
        return (Outcome.DONE,)
    return ANSWERS if step.question else ENDS


def advance(board: Board, incident: Incident, command: Tick | Overdue, now: datetime) -> Decision:
    """What a tick or a missed deadline does to an open case and its run. Raises NotFound, Conflict, Invalid."""
    run = board.runs.get(incident.id)
    if run is None:
        raise NotFound("procedure.none", incident=incident.id)
    procedure = board.procedures[(run.procedure, run.version)]
    step = next((step for step in procedure.steps if step.id == command.step), None)
    if step is None:
        raise NotFound("procedure.step_unknown", step=command.step)
    match command:
        case Tick():
            after, what, priority = _tick(procedure, run, step, command, now), What.STEPPED, incident.priority
        case Overdue():
            after, what, priority = _miss(run, step), What.OVERDUE, Priority.URGENT
    fresh = replace(incident, version=incident.version + 1, changed_at=now, priority=priority)
    note = command.note if isinstance(command, Tick) else ""
    return Decision(
        changes=(Change(what=what, incident=fresh, at=now, by=command.by, step=step.id, note=note),), runs=(after,)
    )


def _tick(procedure: Procedure, run: Run, step: Step, command: Tick, now: datetime) -> Run:
    if command.outcome not in outcomes_of(step):
        raise Invalid("procedure.outcome", step=step.id, outcomes=", ".join(outcomes_of(step)))
    if command.outcome is Outcome.SKIPPED and not command.note.strip():
        raise Invalid("procedure.note", step=step.id)
    stood = _standing(run, step, TO_DO)
    done = replace(stood, state=StepState.DONE, outcome=command.outcome, by=command.by, note=command.note, ended_at=now)
    return settle(procedure, _with(run, done), now)


def _miss(run: Run, step: Step) -> Run:
    """The deadline has passed: the step is still to be done."""
    stood = _standing(run, step, frozenset({StepState.OPEN}))
    if stood.due_at is None:
        raise Conflict("procedure.not_open", step=step.id, state=stood.state.value)
    return _with(run, replace(stood, state=StepState.OVERDUE))


def _standing(run: Run, step: Step, wanted: frozenset[StepState]) -> StepRun:
    stood = next(one for one in run.steps if one.id == step.id)
    if run.over or stood.state not in wanted:
        raise Conflict("procedure.not_open", step=step.id, state=stood.state.value)
    return stood


def _with(run: Run, fresh: StepRun) -> Run:
    return replace(run, steps=tuple(fresh if step.id == fresh.id else step for step in run.steps))
