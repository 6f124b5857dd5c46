"""The case, and one step of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

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


ENDED_STATES = frozenset({State.CLOSED, State.CANCELLED})


class What(StrEnum):
    """What a change did to its incident; MOVED: its place or its kind is another than before."""

    OPENED = "opened"
    MOVED = "moved"
    NOTED = "noted"
    ACCEPTED = "accepted"
    EXTENDED = "extended"
    LAPSED = "lapsed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands after its latest change; `version` counts its changes from 1.

    `stated_at` is the newest time a sender gave for a step. `also` lists other senders' cases that were
    merged into this one, each as "sender/occurrence".
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
    also: tuple[str, ...] = ()
    where: Point | None = None
    accuracy_m: float | None = None
    address: str = ""
    text: str = ""
    accepted_by: str = ""
    closed_by: str = ""
    close_note: str = ""

    @property
    def is_over(self) -> bool:
        """Closed or cancelled."""
        return self.state in ENDED_STATES


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One step of one incident: what happened, when, by whom, and the incident after it.

    `grant` and `until` are set on EXTENDED and LAPSED only: the grant they speak of and its new end.
    """

    what: What
    incident: Incident
    at: datetime
    by: str
    grant: str = ""
    until: datetime | None = None
