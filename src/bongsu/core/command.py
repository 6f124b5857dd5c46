"""An order: an operator's, or the system's own (a grant's time is up)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from bongsu.core.asset import Line
from bongsu.core.export import ExportState, Ring
from bongsu.core.geo import Point
from bongsu.core.grant import Basis
from bongsu.core.incident import Priority
from bongsu.core.procedure import Outcome
from bongsu.core.pursuit import Means
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


class SendCrew(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The fire service's people or an operator send a crew to a case."""

    what: ClassVar[str] = "send_crew"
    incident: str
    unit: str
    by: str
    version: int | None = None


class RecallCrew(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A crew is called back from a case."""

    what: ClassVar[str] = "recall_crew"
    incident: str
    unit: str
    by: str
    version: int | None = None


class FileReport(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An operator files a case to the fire service (다매체 119): what they see, and whose camera's still goes along."""

    what: ClassVar[str] = "file_report"
    incident: str
    text: str
    by: str
    camera: str = ""
    version: int | None = None


class Revise(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody changes a record; `version` is the one they saw (0: there is none yet). `body` None retires it."""

    what: ClassVar[str] = "revise"
    kind: RecordKind
    id: str
    body: Record | None
    version: int
    by: str
    note: str = ""


class AskExport(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody asks for a span of cameras as evidence; `agency`, `grant` and `floor` where an agency asks."""

    what: ClassVar[str] = "ask_export"
    incident: str
    cameras: tuple[str, ...]
    since: datetime
    until: datetime
    basis: Basis
    reason: str
    by: str
    agency: str = ""
    grant: str = ""
    floor: datetime | None = None


class AskMasked(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody asks for a masked copy of a finished export; `zones` are blacked out throughout, by camera."""

    what: ClassVar[str] = "ask_masked"
    export: str
    reason: str
    by: str
    zones: dict[str, tuple[Ring, ...]] = {}


class ApproveExport(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A second person lets an export go on; never the one who asked."""

    what: ClassVar[str] = "approve_export"
    export: str
    by: str
    note: str = ""


class RefuseExport(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A second person says no, or whoever asked thinks better of it."""

    what: ClassVar[str] = "refuse_export"
    export: str
    by: str
    note: str


class SettleExport(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The video process says how far an export has come: BUILDING, READY (with its file) or FAILED (with a fault)."""

    what: ClassVar[str] = "settle_export"
    export: str
    state: ExportState
    by: str = "system"
    sha256: str = ""
    size_bytes: int = 0
    fault: str = ""


class SetHold(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody orders that a span of cameras is not deleted until they release it."""

    what: ClassVar[str] = "set_hold"
    incident: str
    cameras: tuple[str, ...]
    since: datetime
    until: datetime
    reason: str
    by: str


class ReleaseHold(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody gives a held span back to retention."""

    what: ClassVar[str] = "release_hold"
    hold: str
    reason: str
    by: str


class DescribeLost(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody says who is lost: category, and where, when and in which heading they were last seen."""

    what: ClassVar[str] = "describe_lost"
    incident: str
    by: str
    subject: str = ""
    where: Point | None = None
    seen_ms: int | None = None
    heading_deg: float | None = None


class NoteLooked(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody looked and found nobody: a camera's recording of [from_ms, to_ms), or a patrol of lines or a ring."""

    what: ClassVar[str] = "note_looked"
    incident: str
    by: str
    camera: str = ""
    from_ms: int = 0
    to_ms: int = 0
    lines: tuple[Line, ...] = ()
    ring: Line = ()
    minutes: float = 0.0
    mode: Literal["foot", "car"] = "foot"


class StartWatch(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody fled: watch their ways out, from where, since when and how they flee as far as it is known."""

    what: ClassVar[str] = "start_watch"
    incident: str
    by: str
    where: Point | None = None
    fled_ms: int | None = None
    mode: str = ""


class NoteSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Whoever fled was seen, on a camera or at a place."""

    what: ClassVar[str] = "note_seen"
    incident: str
    by: str
    where: Point
    seen_ms: int
    camera: str = ""
    heading_deg: float | None = None
    mode: str = ""
    means: Means = "operator"


OfExports = AskExport | AskMasked | ApproveExport | RefuseExport | SettleExport
OfHolds = SetHold | ReleaseHold
OfCrews = SendCrew | RecallCrew | FileReport
OfSearches = DescribeLost | NoteLooked
OfFlights = StartWatch | NoteSeen
OfCases = Accept | Close | Extend | Lapse | HandOver | Prioritise | Merge | Split | Tick | Overdue
Command = OfCases | OfCrews | Revise | OfExports | OfHolds | OfSearches | OfFlights
