"""Whether guardians may be told: asked at the moment of delivery, so that a consent withdrawn stops what is waiting."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from bongsu.core.consent import Consent, subject_of
from bongsu.core.errors import Invalid
from bongsu.core.request import Ask, Request
from bongsu.core.revision import RecordKind
from bongsu.desk.board import Board

NONE = "consent.none"


def allow(board: Board, request: Request, now: datetime) -> Request | None:
    """A request as it may leave the house now: without its place where that is not consented to; None not at all."""
    if request.ask is not Ask.TELL_GUARDIAN:
        return request
    record = board.records.get((RecordKind.CONSENT, subject_of(request.incident)))
    if record is None or not isinstance(record.body, Consent):
        return None
    if not record.body.holds(service_of(request), now):
        return None
    return request if record.body.place else _placeless(request)


def check_consent(body: Consent, services: frozenset[str]) -> None:
    """A consent is to services there are; to none it would be a withdrawal nobody sees. Raises Invalid."""
    if not body.services:
        raise Invalid("record.consent")
    for service in body.services:
        if service not in services:
            raise Invalid("settings.service", name=service)


def service_of(request: Request) -> str:
    """The service that asked, as its key tells it ("<incident>.<version>.<service>.<ask>.<agency>")."""
    return request.key.removeprefix(f"{request.incident.id}.{request.incident.version}.").partition(".")[0]


def _placeless(request: Request) -> Request:
    return replace(request, incident=replace(request.incident, where=None, address="", accuracy_m=None))
