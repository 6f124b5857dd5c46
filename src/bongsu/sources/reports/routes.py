"""POST /v1/reports: one emergency message of a partner that does not speak SCSNS; answered after the commit."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta

from bongsu.core.clock import Now
from bongsu.core.errors import Invalid, Unknown
from bongsu.core.geo import Point, is_on_earth
from bongsu.core.incident import UNKNOWN_KIND
from bongsu.core.report import Authenticate, Partner, Report, Severity, Status, Step, Take
from bongsu.wires.bearer import read_bearer
from bongsu.wires.scsns.codes import Code, Codes, builtin_codes, kinds

MAX_BODY_BYTES = 64 * 1024
JSON = "application/json"
YEARS = range(1970, 2200)
"""Outside of these a time is a slip of the pen, and sums with it could overflow."""

Name = Annotated[str, Meta(min_length=1, max_length=200)]


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The body of the request as doors.md says."""

    key: Name
    occurrence: Name
    step: Step
    kind: Name
    occurred_at: Annotated[datetime, Meta(tz=True)]
    lon: float | None = None
    lat: float | None = None
    accuracy_m: Annotated[float, Meta(ge=0)] | None = None
    address: Annotated[str, Meta(max_length=500)] = ""
    text: Annotated[str, Meta(max_length=4000)] = ""
    status: Status = Status.ACTUAL


_read = msgspec.json.Decoder(Told)


def routes(take: Take, authenticate: Authenticate, now: Now, *, codes: Codes | None = None) -> list[HTTPRouteHandler]:
    """The handler for web to mount; it authenticates the partner's bearer key by itself.

    200 {"seq","incident","duplicate"} after the commit; 413 when too large.
    Raises Unknown, Invalid, Conflict, Unavailable.
    """
    known = kinds(builtin_codes() if codes is None else codes)

    @post("/v1/reports", status_code=200, request_max_body_size=MAX_BODY_BYTES)
    async def post_report(request: Request[Any, Any, State]) -> Response[bytes]:
        """Take an emergency message of a partner."""
        partner = _partner(request, authenticate)
        told = read_told(await request.body())
        ack = await take(report_of(partner, told, known.get(told.kind), now()))
        answer = {"seq": ack.seq, "incident": ack.incident, "duplicate": ack.duplicate}
        return Response(msgspec.json.encode(answer), media_type=JSON)

    return [post_report]


def _partner(request: Request[Any, Any, State], authenticate: Authenticate) -> Partner:
    partner = authenticate(read_bearer(request.headers.get("authorization", "")))
    if partner is None:
        raise Unknown("partner.key")
    return partner


def read_told(raw: bytes) -> Told:
    """The body read. Raises Invalid("report.wrong") naming the field."""
    try:
        told = _read.decode(raw)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise Invalid("report.wrong", detail=str(problem)) from problem
    if told.occurred_at.year not in YEARS:
        raise Invalid("report.wrong", detail="occurred_at")
    if (told.lon is None) != (told.lat is None):
        raise Invalid("report.wrong", detail="lon, lat")
    return told


def report_of(partner: Partner, told: Told, code: Code | None, now: datetime) -> Report:
    """The report it makes; a kind we do not know, or an impossible place, makes it unknown, never refused."""
    where = None if told.lon is None or told.lat is None else Point(told.lon, told.lat)
    if where is not None and not is_on_earth(where):
        where, code = None, None
    return Report(
        sender=partner.code,
        key=told.key,
        digest=_digest(told),
        occurrence=told.occurrence,
        step=told.step,
        kind=UNKNOWN_KIND if code is None else code.kind,
        severity=Severity.UNKNOWN if code is None else code.severity,
        received_at=now,
        occurred_at=told.occurred_at,
        where=where,
        accuracy_m=told.accuracy_m,
        address=told.address,
        text=told.text,
        status=told.status,
        event_code=told.kind,
    )


def _digest(told: Told) -> str:
    said = msgspec.structs.replace(told, key="", occurred_at=told.occurred_at.astimezone(UTC))
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()
