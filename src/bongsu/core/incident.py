"""The case, and one step of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

from bongsu.core.geo import Point
from bongsu.core.report import Severity, Status

UNKNOWN_KIND = "unknown"
"""The kind of an incident whose event code is in no table: shown to the operator, granted to nobody."""


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


ENDED_STATES = frozenset({State.CLOSED, State.CANCELLED, State.MERGED})


class Priority(StrEnum):
    """How soon somebody must act; a fresh case has its kind's (112's codes 0 to 4 fold into these four)."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class What(StrEnum):
    """What a change did to its incident; MOVED: its place or its kind is another than before.

    MERGED ends a case whose reports now belong to another; SPLIT took a report's case out of this one; STEPPED
    advanced its procedure; OVERDUE missed a step's deadline. SENT and RECALLED speak of a crew; FILED told the fire
    service of the case.
    """

    OPENED = "opened"
    MOVED = "moved"
    NOTED = "noted"
    ACCEPTED = "accepted"
    EXTENDED = "extended"
    LAPSED = "lapsed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"
    SPLIT = "split"
    PRIORITISED = "prioritised"
    HANDED = "handed"
    STEPPED = "stepped"
    OVERDUE = "overdue"
    SENT = "sent"
    RECALLED = "recalled"
    FILED = "filed"


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A crew sent to a case: since when, and by whom."""

    unit: str
    at: datetime
    by: str


class Joined(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another sender's case that was found to be, or made, part of an incident; enough to split it off again.

    `stated_at` is the newest time its sender gave for a step, `moved_at` the one at which the place changed; `ended`
    once its sender said that it is over.
    """

    sender: str
    occurrence: str
    kind: str = UNKNOWN_KIND
    severity: Severity = Severity.UNKNOWN
    occurred_at: datetime | None = None
    where: Point | None = None
    accuracy_m: float | None = None
    address: str = ""
    text: str = ""
    event_code: str = ""
    stated_at: datetime | None = None
    moved_at: datetime | None = None
    ended: bool = False


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands after its latest change; `version` counts its changes from 1.

    `stated_at` is the newest time a sender gave for a step. `also` lists the other cases that were joined to
    this one, `own` is then what the first sender alone told (None while there is but one case: the incident says it);
    `merged_into` names the incident that took this one in ("" where none did). `crews` are those sent to it, left out
    while there are none, so that a case of before is written as it always was.
    """

    id: str
    version: int
    kind: str
    severity: Severity
    state: State
    status: Status
    sender: str
    occurrence: str
    event_code: str
    opened_at: datetime
    changed_at: datetime
    occurred_at: datetime
    stated_at: datetime
    priority: Priority = Priority.NORMAL
    own: Joined | None = None
    also: tuple[Joined, ...] = ()
    merged_into: str = ""
    where: Point | None = None
    accuracy_m: float | None = None
    address: str = ""
    text: str = ""
    accepted_by: str = ""
    closed_by: str = ""
    close_note: str = ""
    crews: tuple[Sent, ...] | UnsetType = UNSET

    @property
    def is_over(self) -> bool:
        """Closed, cancelled or merged into another."""
        return self.state in ENDED_STATES

    @property
    def sent(self) -> tuple[Sent, ...]:
        """The crews sent to it."""
        return self.crews or ()

    @property
    def cases(self) -> tuple[Joined, ...]:
        """Every sender's case in it, the first sender's own first."""
        return (self.own or _alone(self), *self.also)


def _alone(incident: Incident) -> Joined:
    return Joined(
        sender=incident.sender,
        occurrence=incident.occurrence,
        kind=incident.kind,
        severity=incident.severity,
        occurred_at=incident.occurred_at,
        where=incident.where,
        accuracy_m=incident.accuracy_m,
        address=incident.address,
        text=incident.text,
        event_code=incident.event_code,
        stated_at=incident.stated_at,
    )


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One step of one incident: what happened, when, by whom, and the incident after it.

    `grant` and `until` are set on EXTENDED and LAPSED only: the grant they speak of and its new end. `step` is
    set on STEPPED and OVERDUE only, `unit` on SENT and RECALLED, `camera` on FILED where a picture goes along. `note`
    is what whoever gave the order wrote. `under` is the journal sequence of the newest revision of any record at that
    moment: the rules the change was decided under.
    """

    what: What
    incident: Incident
    at: datetime
    by: str
    grant: str = ""
    until: datetime | None = None
    step: str = ""
    note: str = ""
    under: int = 0
    unit: str = ""
    camera: str = ""
