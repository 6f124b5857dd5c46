"""A standard operating procedure (SOP, 표준운영절차) as a record, and how far a case has come with it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Actor(StrEnum):
    """Who does a step."""

    AUTOMATIC = "automatic"
    OPERATOR = "operator"


class Deed(StrEnum):
    """What an automatic step does by itself."""

    NOTIFY = "notify"
    PRIORITISE = "prioritise"


class Outcome(StrEnum):
    """How a step came out: done, the two answers of a question, or left out with a reason."""

    DONE = "done"
    YES = "yes"
    NO = "no"
    SKIPPED = "skipped"


class After(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A step waits for another one, and runs only if that came out in one of `outcomes` (none named: in any way)."""

    step: str
    outcomes: tuple[Outcome, ...] = ()


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One step. It becomes open when all of `after` came out as they must, and is passed over when one did not.

    `within_s` after it opened it is overdue: the case rises to urgent and `escalate` (an agency, "" for nobody) is
    notified. `agency` and `deed` are for automatic steps; a `question` is answered yes or no instead of done.
    """

    id: str
    title: str
    title_en: str = ""
    actor: Actor = Actor.OPERATOR
    question: bool = False
    deed: Deed | None = None
    agency: str = ""
    after: tuple[After, ...] = ()
    within_s: float | None = None
    escalate: str = ""


class Procedure(
    msgspec.Struct, frozen=True, kw_only=True, tag="procedure", omit_defaults=True, forbid_unknown_fields=True
):
    """What is done in cases of the listed kinds, in the listed steps; `service` names whose procedure it is."""

    name: str
    name_en: str = ""
    service: str = ""
    kinds: tuple[str, ...]
    steps: tuple[Step, ...]


class StepState(StrEnum):
    """Where a step of a running procedure stands; OVERDUE is still to be done."""

    WAITING = "waiting"
    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    PASSED = "passed"


class StepRun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of a running procedure; `due_at` is for people, the deadline itself runs on the monotonic clock."""

    id: str
    state: StepState = StepState.WAITING
    outcome: Outcome | None = None
    by: str = ""
    note: str = ""
    opened_at: datetime | None = None
    due_at: datetime | None = None
    ended_at: datetime | None = None


class Run(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A procedure at work on one incident, under the version it began with; `over` with its last step or its case."""

    incident: str
    procedure: str
    version: int
    steps: tuple[StepRun, ...]
    begun_at: datetime
    over: bool = False
