"""What a service asks of a partner, and the partner's answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from bongsu.core.grant import Grant
from bongsu.core.incident import Incident


class Ask(StrEnum):
    """What a partner is asked to do.

    TELL_OFFICER and TELL_GUARDIAN ask a message centre to tell whoever is in charge of a subject, or its guardians;
    the latter only goes out while a consent stands (`core.consent`).
    """

    OFFER_VIDEO = "offer_video"
    END_VIDEO = "end_video"
    SHOW_SCENE = "show_scene"
    FILE_REPORT = "file_report"
    NOTIFY = "notify"
    TELL_OFFICER = "tell_officer"
    TELL_GUARDIAN = "tell_guardian"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One ask of one partner, complete as it stood when the change was made.

    `key` is unique for ever and travels as the receiver's idempotency key. The incident's version in it is
    the fencing token: a receiver that has seen a later one drops it. After `until` it is not sent any more.
    """

    key: str
    agency: str
    ask: Ask
    incident: Incident
    grant: Grant | None
    until: datetime
    text: str = ""


def ask_of(
    agency: str, service: str, ask: Ask, incident: Incident, grant: Grant | None, *, at: datetime, for_s: float
) -> Request:
    """A request, good for `for_s` seconds; its key is one per incident version, service, ask and agency."""
    return Request(
        key=f"{incident.id}.{incident.version}.{service}.{ask}.{agency}",
        agency=agency,
        ask=ask,
        incident=incident,
        grant=grant,
        until=at + timedelta(seconds=for_s),
    )


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a request: `delivered`, or why not and whether another try makes sense.

    `withheld`: it may not leave the house, as by a consent withdrawn; nothing is left to do.
    """

    key: str
    delivered: bool
    detail: str = ""
    final: bool = False
    withheld: bool = False


Deliver = Callable[[Request], Awaitable[Receipt]]
"""How the sender hands a request to a gateway; it never raises for a partner's failure."""


class OutboxState(StrEnum):
    """Where a request stands: DELIVERED, or withheld, is settled; DEAD is shown until somebody retries it."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A request with its delivery history."""

    seq: int
    request: Request
    state: OutboxState
    attempts: int
    next_at: datetime
    detail: str = ""
