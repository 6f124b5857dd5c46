"""An order: an operator's, or the system's own (a grant's time is up)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from bongsu.core.incident import Priority
from bongsu.core.procedure import Outcome
from bongsu.core.revision import Record, RecordKind


class Accept(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An operator takes a case on."""

    what: ClassVar[str] = "accept"
    incident: str
    by: str
    version: int | None = None


class Close(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An operator closes a case; every grant on it ends with it."""

    what: ClassVar[str] = "close"
    incident: str
    by: str
    note: str = ""
    version: int | None = None


class Extend(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An operator or the agency itself asks for more time on a grant."""

    what: ClassVar[str] = "extend"
    grant: str
    by: str
    for_s: float


class Lapse(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The clock says a grant's time is up."""

    what: ClassVar[str] = "lapse"
    grant: str
    by: str = "system"
    at: datetime | None = None


class HandOver(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The operator who has a case gives it to another; `to` "" puts it back in the queue."""

    what: ClassVar[str] = "hand_over"
    incident: str
    by: str
    to: str = ""
    note: str = ""
    version: int | None = None


class Prioritise(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An operator says how soon somebody must act; `note` says why."""

    what: ClassVar[str] = "prioritise"
    incident: str
    by: str
    priority: Priority
    note: str = ""
    version: int | None = None


class Merge(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An operator finds that two cases are one: `incident` ends as MERGED and its reports belong to `into`."""

    what: ClassVar[str] = "merge"
    incident: str
    into: str
    by: str
    note: str = ""
    version: int | None = None


class Split(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An operator finds that a joined case is one of its own: it leaves `incident` and opens a new one."""

    what: ClassVar[str] = "split"
    incident: str
    sender: str
    occurrence: str
    by: str
    note: str = ""
    version: int | None = None


class Tick(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody says how a manual step of a case's procedure came out."""

    what: ClassVar[str] = "tick"
    incident: str
    step: str
    outcome: Outcome
    by: str
    note: str = ""


class Overdue(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The monotonic clock says a step's deadline has passed."""

    what: ClassVar[str] = "overdue"
    incident: str
    step: str
    by: str = "system"


class Revise(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody changes a record; `version` is the one they saw (0: there is none yet). `body` None retires it."""

    what: ClassVar[str] = "revise"
    kind: RecordKind
    id: str
    body: Record | None
    version: int
    by: str
    note: str = ""


Command = Accept | Close | Extend | Lapse | HandOver | Prioritise | Merge | Split | Tick | Overdue | Revise
