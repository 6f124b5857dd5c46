"""The records operators change while the platform runs: each change is a Command, each version stays in the journal."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from bongsu.core.asset import Line
from bongsu.core.consent import Consent
from bongsu.core.export import ExportTerms
from bongsu.core.incident import Priority
from bongsu.core.mask import CameraMask
from bongsu.core.person import Role
from bongsu.core.procedure import Procedure
from bongsu.core.rule import Rule
from bongsu.core.signal import Signal


class RecordKind(StrEnum):
    """What can be revised; a record's name is (kind, id)."""

    ZONE = "zone"
    SERVICE = "service"
    KIND = "kind"
    PROCEDURE = "procedure"
    PURPOSE = "purpose"
    USER = "user"
    CORRELATION = "correlation"
    EXPORT = "export"
    MASK = "mask"
    RULE = "rule"
    CONSENT = "consent"
    CLOSURE = "closure"
    SIGNAL = "signal"


class Zone(msgspec.Struct, frozen=True, kw_only=True, tag="zone", omit_defaults=True, forbid_unknown_fields=True):
    """A named area of the city; `ring` closes on its first point. Its id is the record's."""

    name: str
    name_en: str = ""
    purpose: str = ""
    ring: Line


class Closure(msgspec.Struct, frozen=True, kw_only=True, tag="closure", omit_defaults=True, forbid_unknown_fields=True):
    """A road closed (공사, 사고, 화재): each point of `at` (lon, lat) closes the stretch between two junctions it
    lies on, both ways; from a time (None: at once) until a time, or until it is retired."""

    name: str
    at: Line
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether the road is closed at that moment: from `since` on, no longer at `until`."""
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)


class ServiceTerms(msgspec.Struct, frozen=True, kw_only=True, tag="service", forbid_unknown_fields=True):
    """A service's settings (radii, kinds, lease …): its id is the service's name, its table that service's own."""

    terms: dict[str, Any]


class KindTerms(msgspec.Struct, frozen=True, kw_only=True, tag="kind", omit_defaults=True, forbid_unknown_fields=True):
    """What a kind of incident is called, how soon it is acted on, and how often it happens.

    `per_day` is the expected number a day in the whole city; correlation needs it (roads.md: λ_bg).
    `family` groups kinds that different senders use for one event ("" for none). Cases `apart` are each of one person
    or thing and never joined, however near; a `notice` is closed as soon as it is written.
    """

    name: str
    name_en: str = ""
    priority: Priority = Priority.NORMAL
    per_day: float | None = None
    family: str = ""
    apart: bool = False
    notice: bool = False


class PurposeTerms(
    msgspec.Struct, frozen=True, kw_only=True, tag="purpose", omit_defaults=True, forbid_unknown_fields=True
):
    """How long cameras of a purpose keep their recordings, and which agencies may see them on which legal bases.

    The id is the purpose. `agencies` maps an agency ("*": any) to the bases (`core.grant.Basis`) it may see on.
    """

    retention_days: int
    agencies: dict[str, tuple[str, ...]]


class Staff(msgspec.Struct, frozen=True, kw_only=True, tag="user", omit_defaults=True, forbid_unknown_fields=True):
    """Somebody who may sign in; the id is the user's, and no password is ever in a record. `unit`: a crew's login."""

    name: str
    role: Role
    agency: str = ""
    suspended: bool = False
    unit: str = ""


class Correlation(
    msgspec.Struct, frozen=True, kw_only=True, tag="correlation", omit_defaults=True, forbid_unknown_fields=True
):
    """The constants of "are these two reports one event?" (docs/explanation/correlation.md); id is "desk".

    `accuracy_m` is what is assumed of a sender that states no accuracy ("*": of everybody else). `same_sender`
    multiplies the prior where one sender tells of both: it often tells one case only once. `crowd_per_km2_h` is how
    many unrelated reports are to be expected around a place where one has just come from.
    """

    tau_s: float = 110.0
    within_s: float = 900.0
    prior: float = 0.5
    same_kind: float = 0.9
    same_family: float = 0.05
    other_kind: float = 0.001
    same_sender: float = 0.85
    crowd_per_km2_h: float = 2.0
    accuracy_m: dict[str, float] = {}


Record = (
    Zone
    | ServiceTerms
    | KindTerms
    | Procedure
    | PurposeTerms
    | Staff
    | Correlation
    | ExportTerms
    | CameraMask
    | Consent
    | Rule
    | Closure
    | Signal
)


class Revision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of one record; `body` None retires it. Versions count from 1 and never skip."""

    kind: RecordKind
    id: str
    version: int
    body: Record | None
    at: datetime
    by: str
    note: str = ""
