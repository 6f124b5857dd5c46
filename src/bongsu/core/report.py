"""A person's or partner's emergency message, and our word that it is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum

import msgspec

from bongsu.core.geo import Point


class Status(StrEnum):
    """OASIS CAP 1.2 status: a drill's records say Exercise and cannot ring the real 119."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"


class Severity(StrEnum):
    """OASIS CAP 1.2 severity."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Step(StrEnum):
    """What a report says of its case; the values are the SCSNS occurrence states."""

    OCCURRED = "10"
    CHANGED = "40"
    RELEASED = "50"
    CANCELLED = "90"
    ENDED = "91"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """An emergency message, complete enough to be kept and judged.

    `key` is the sender's idempotency key and `digest` the hash of what it says: same key and digest is a
    retry, same key with another digest a conflict. `occurrence` names the sender's case: all reports with
    the same (sender, occurrence) speak of one incident. `where` is None when no usable place came.
    `stated_at` is when the sender says this step happened: an older step never overrules a newer one.
    """

    sender: str
    key: str
    digest: str
    occurrence: str
    step: Step
    kind: str
    severity: Severity = Severity.UNKNOWN
    received_at: datetime
    occurred_at: datetime
    stated_at: datetime | None = None
    where: Point | None = None
    accuracy_m: float | None = None
    address: str = ""
    text: str = ""
    status: Status = Status.ACTUAL
    event_code: str = ""
    route: tuple[str, ...] = ()


class Ack(msgspec.Struct, frozen=True, kw_only=True):
    """Our word that a report is committed to disk: the journal's sequence and the incident it belongs to."""

    seq: int
    incident: str
    duplicate: bool = False


Take = Callable[[Report], Awaitable[Ack]]
"""How a source hands a report in; it returns after the commit. Raises Conflict, Unavailable."""


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """Another organisation's system that we exchange messages with.

    `code` is its SCSNS organisation code and the `sender` of its reports; `agency` the agency whose users
    watch; `url` where its own SCSNS listener stands ("" when it has none); `event_path` that listener's path.
    `may_observe` opens POST /v1/observations to it, `may_share` the NGSI-LD door.
    """

    code: str
    name: str
    agency: str
    url: str = ""
    event_path: str = "/linkHttp/recvEvent.json"
    auth_path: str = "/api/getAuth.json"
    system: str = "BGS"
    may_observe: bool = False
    may_share: bool = False


Authenticate = Callable[[str], Partner | None]
"""Who holds this API key, compared in constant time; None when nobody does."""
