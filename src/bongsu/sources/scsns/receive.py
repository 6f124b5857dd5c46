"""From an SCSNS message to a report: what it says, in our words; what it leaves out stays unknown."""

from __future__ import annotations

from datetime import datetime

from bongsu.core.errors import Unknown
from bongsu.core.geo import Point, is_on_earth
from bongsu.core.incident import UNKNOWN_KIND
from bongsu.core.report import Partner, Report, Severity, Status, Step
from bongsu.sources.scsns.sessions import Sessions
from bongsu.wires.scsns.codes import Codes, find_code
from bongsu.wires.scsns.envelope import Envelope
from bongsu.wires.scsns.event import Event, digest, message_key, name_case
from bongsu.wires.scsns.results import Result, refusal
from bongsu.wires.scsns.values import stamp

NOWHERE = Point(0.0, 0.0)
"""What partners send for want of a place; the Gulf of Guinea is no Korean city."""
STATUS_ITEM = "status"
ACCURACY_ITEM = "accuracy_m"
_STATUSES = {status.value.lower(): status for status in Status}


def whose(sessions: Sessions, header_key: str, envelope: Envelope, now: datetime) -> Partner:
    """Who sent it, by the session key in X-Scsns-Secret or else in rrKey. Raises Unknown("scsns.session")."""
    for key in (header_key, envelope.session):
        partner = sessions.find(key, now) if key else None
        if partner is not None:
            return partner
    raise Unknown("scsns.session")


def check(envelope: Envelope, now: datetime, skew_s: float) -> None:
    """Refuse what we cannot read (4006, encrypted) and a sender whose clock is wrong (4000)."""
    if envelope.encrypted:
        raise refusal(Result.NOT_ACCEPTABLE, "encrypted")
    told = envelope.requested_at
    if told is not None and abs((now - told).total_seconds()) > skew_s:
        raise refusal(Result.BAD_REQUEST, "skew", told=stamp(told), ours=stamp(now), within_s=int(skew_s))


def report_of(partner: Partner, envelope: Envelope, event: Event, codes: Codes, now: datetime) -> Report:
    """The report an event makes; an unknown code or an impossible place makes its kind unknown, never a refusal."""
    sender = envelope.sender or partner.code
    where = _where(event)
    is_misplaced = where is None and event.lon is not None and event.lat is not None
    code = None if is_misplaced else find_code(codes, event.event_id, event.detail)
    return Report(
        sender=partner.code,
        key=message_key(sender, event),
        digest=digest(event),
        occurrence=name_case(sender, event),
        step=event.step,
        kind=UNKNOWN_KIND if code is None else code.kind,
        severity=Severity.UNKNOWN if code is None else code.severity,
        received_at=now,
        occurred_at=event.occurred_at or now,
        stated_at=_stated(event, now),
        where=where,
        accuracy_m=_accuracy(event) if where is not None else None,
        address=event.place,
        text=_text(event, is_known=code is not None),
        status=_STATUSES.get(event.find(STATUS_ITEM).strip().lower(), Status.ACTUAL),
        event_code=event.event_id,
        route=envelope.route,
    )


def _where(event: Event) -> Point | None:
    if event.lon is None or event.lat is None:
        return None
    point = Point(event.lon, event.lat)
    return point if is_on_earth(point) and point != NOWHERE else None


def _stated(event: Event, now: datetime) -> datetime | None:
    """When the step happened; a clock that runs ahead must not make all later news look old."""
    by_step = {Step.OCCURRED: event.occurred_at, Step.CHANGED: None}
    told = event.stated_at or by_step.get(event.step, event.ended_at)
    return None if told is None else min(told, now)


def _accuracy(event: Event) -> float | None:
    text = event.find(ACCURACY_ITEM)
    return float(text) if text.isascii() and text.replace(".", "", 1).isdigit() else None


def _text(event: Event, *, is_known: bool) -> str:
    """What happened in the sender's words; of an unknown code also its name, which is all the operator has."""
    parts = ("" if is_known else event.name, event.content, event.detail, event.detail_text)
    return " · ".join(dict.fromkeys(part for part in parts if part))
