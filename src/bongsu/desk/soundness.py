"""Whether a procedure can do what it says: refused here, it never reaches a case (절차 검증)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from bongsu.core.errors import Invalid
from bongsu.core.procedure import Actor, Deed, Outcome, Procedure, Step
from bongsu.desk.procedure import outcomes_of

STEPS_AT_MOST = 40
TITLE_CHARS_AT_MOST = 200
WITHIN_S_AT_MOST = 7 * 86_400.0
STEP_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

Wanted = Mapping[str, frozenset[Outcome]]
"""How every step before a step, however far, must have come out."""


def check_procedure(procedure: Procedure) -> None:
    """Every step can open and every run ends, whatever is answered. Raises Invalid("procedure.…", step=…)."""
    if not procedure.steps or not procedure.kinds or not procedure.name.strip():
        raise Invalid("procedure.empty")
    if len(procedure.steps) > STEPS_AT_MOST:
        raise Invalid("procedure.long", step=procedure.steps[STEPS_AT_MOST].id, at_most=STEPS_AT_MOST)
    seen: set[str] = set()
    for step in procedure.steps:
        if step.id in seen:
            raise Invalid("procedure.twice", step=step.id)
        seen.add(step.id)
    for step in procedure.steps:
        _check_step(step, seen)
    _check_ends(procedure)


def _check_step(step: Step, known: set[str]) -> None:
    if not STEP_ID.fullmatch(step.id):
        raise Invalid("procedure.id", step=step.id)
    if not step.title.strip() or max(len(step.title), len(step.title_en)) > TITLE_CHARS_AT_MOST:
        raise Invalid("procedure.title", step=step.id, at_most=TITLE_CHARS_AT_MOST)
    for after in step.after:
        if after.step not in known:
            raise Invalid("procedure.unknown_step", step=step.id, after=after.step)
    if step.actor is Actor.AUTOMATIC:
        _check_automatic(step)
    elif step.deed is not None or step.agency:
        raise Invalid("procedure.by_hand", step=step.id)
    _check_deadline(step)


def _check_automatic(step: Step) -> None:
    if step.question:
        raise Invalid("procedure.question", step=step.id)
    if step.deed is None:
        raise Invalid("procedure.deed", step=step.id)
    if (step.deed is Deed.NOTIFY) != bool(step.agency.strip()):
        raise Invalid("procedure.agency", step=step.id)


def _check_deadline(step: Step) -> None:
    if step.within_s is None:
        if step.escalate:
            raise Invalid("procedure.escalate", step=step.id)
        return
    if not math.isfinite(step.within_s) or not 0 < step.within_s <= WITHIN_S_AT_MOST:
        raise Invalid("procedure.deadline", step=step.id, at_most_s=int(WITHIN_S_AT_MOST))
    if step.actor is Actor.AUTOMATIC:
        raise Invalid("procedure.deadline", step=step.id, at_most_s=int(WITHIN_S_AT_MOST))


def _check_ends(procedure: Procedure) -> None:
    """Walk the steps in an order in which each comes after all it waits for; what is left over waits for itself.

    A step opens when every step before it, however far, came out in one of the wanted ways. How each comes out is
    free, so it can open exactly when each of them has a way left.
    """
    wanted: dict[str, Wanted] = {}
    steps = {step.id: step for step in procedure.steps}
    left = list(procedure.steps)
    while left:
        ready = [step for step in left if all(after.step in wanted for after in step.after)]
        if not ready:
            raise Invalid("procedure.never_ends", step=_in_circle(left).id)
        for step in ready:
            wanted[step.id] = _wanted(step, steps, wanted)
        left = [step for step in left if step.id not in wanted]


def _wanted(step: Step, steps: Mapping[str, Step], before: Mapping[str, Wanted]) -> Wanted:
    asked: dict[str, frozenset[Outcome]] = {}
    conditions = [
        condition
        for after in step.after
        for condition in (
            (after.step, frozenset(after.outcomes or outcomes_of(steps[after.step]))),
            *before[after.step].items(),
        )
    ]
    for earlier, outcomes in conditions:
        ways = asked.get(earlier, frozenset(outcomes_of(steps[earlier]))) & outcomes
        if not ways:
            raise Invalid("procedure.never_opens", step=step.id, after=earlier)
        asked[earlier] = ways
    return asked


def _in_circle(left: list[Step]) -> Step:
    """A step that truly waits for itself, not merely for one that does."""
    known = {step.id: step for step in left}
    step, walked = left[0], set[str]()
    while step.id not in walked:
        walked.add(step.id)
        step = next(known[after.step] for after in step.after if after.step in known)
    return step
