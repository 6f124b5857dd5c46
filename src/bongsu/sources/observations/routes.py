"""POST /v1/observations: positions of moving units as one batch, and what devices tell, for the telemetry plane.

What of the units cannot be taken is shed, counted and said; what devices tell is answered when the buffer has it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET, Meta, UnsetType
from numpy.typing import NDArray

from bongsu.core.asset import Unit, UnitKind
from bongsu.core.batch import Batch
from bongsu.core.errors import Invalid, Refused, TooMuch, Unavailable, Unknown
from bongsu.core.report import Authenticate, Partner
from bongsu.wires.bearer import read_bearer

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_OBSERVATIONS = 10_000
MAX_UNITS = 10_000
RETRY_AFTER_S = 1
LETTER_BYTES, LETTER_ROWS = 512 * 1024, 2_000
JSON, MSGPACK = "application/json", ("application/msgpack", "application/x-msgpack", "application/vnd.msgpack")

TimeMs = Annotated[int, Meta(ge=0, le=2**53)]
Vehicle = Literal["", "car", "patrol", "ambulance", "engine", "ladder"]
UnitId = Annotated[str, Meta(min_length=1, max_length=64)]


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch: taken, of units nobody registered, and left out because we are overloaded.

    `queued` readings and positions of devices are in the buffer, to be judged one by one.
    """

    accepted: int
    unknown: int
    shed: int = 0
    queued: int | UnsetType = UNSET


Observe = Callable[[Batch, tuple[Unit, ...]], Awaitable[Observed]]
"""How a batch is handed in, with the units it registers; never waits for a disk."""

Publish = Callable[[str, str, bytes], Awaitable[object]]
"""Hands a body of a profile from a source to the buffer; done when it is there. Raises Unavailable."""


class Seen(msgspec.Struct, frozen=True, gc=False):
    """One position of one unit."""

    unit: UnitId
    lon: Annotated[float, Meta(ge=-180, le=180)]
    lat: Annotated[float, Meta(ge=-90, le=90)]
    phenomenon_time_ms: TimeMs
    speed_mps: Annotated[float, Meta(ge=0, le=500)] | None = None
    heading_deg: float | None = None


class Registered(msgspec.Struct, frozen=True):
    """A unit made known in the same body."""

    id: UnitId
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    kind: UnitKind
    vehicle: Vehicle = ""
    carries: Annotated[tuple[UnitId, ...], Meta(max_length=16)] = ()


class Reading(msgspec.Struct, frozen=True, gc=False):
    """One result of one property of one device; whether both are known is judged later."""

    device: Annotated[str, Meta(min_length=1, max_length=64)]
    observed_property: Annotated[str, Meta(min_length=1, max_length=64)]
    result: float
    phenomenon_time_ms: TimeMs


class Position(msgspec.Struct, frozen=True, gc=False):
    """Where one device was; whether it can have been there is judged later."""

    device: Annotated[str, Meta(min_length=1, max_length=64)]
    lon: float
    lat: float
    phenomenon_time_ms: TimeMs


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of the request as doors.md says."""

    observations: Annotated[tuple[Seen, ...], Meta(max_length=MAX_OBSERVATIONS)] = ()
    units: Annotated[tuple[Registered, ...], Meta(max_length=MAX_UNITS)] = ()
    readings: Annotated[list[Reading], Meta(max_length=MAX_OBSERVATIONS)] = []
    positions: Annotated[list[Position], Meta(max_length=MAX_OBSERVATIONS)] = []


_READ = {"json": msgspec.json.Decoder(Told).decode, "msgpack": msgspec.msgpack.Decoder(Told).decode}
_WRITE = {"json": msgspec.json.encode, "msgpack": msgspec.msgpack.encode}


def routes(observe: Observe, authenticate: Authenticate, publish: Publish | None = None) -> list[HTTPRouteHandler]:
    """The handler for web to mount; it authenticates the partner's bearer key by itself.

    202 {"accepted","unknown","shed","queued"?}. Raises Unknown, Refused (no `may_observe`), Invalid,
    Unavailable("telemetry.away") when there is nobody to `publish` to, and TooMuch("observations.shed") with
    `retry_after_s` when the whole batch was shed.
    """

    @post("/v1/observations", status_code=202, request_max_body_size=MAX_BODY_BYTES)
    async def post_observations(request: Request[Any, Any, State]) -> Response[bytes]:
        """Take the positions of moving units, and what devices tell."""
        partner = _partner(request, authenticate)
        profile = "msgpack" if request.headers.get("content-type", "").startswith(MSGPACK) else "json"
        raw = await request.body()
        told = read_told(raw, profile)
        queued = await _queue(told, raw, profile, partner.code, publish)
        if told.observations or told.units or queued is UNSET:
            units = tuple(Unit(**msgspec.structs.asdict(unit)) for unit in told.units)
            observed = await observe(batch_of(partner.code, told.observations), units)
        else:
            observed = Observed(accepted=0, unknown=0)
        if observed.shed and not observed.accepted:
            raise TooMuch("observations.shed", shed=observed.shed, retry_after_s=RETRY_AFTER_S)
        headers = {"Retry-After": str(RETRY_AFTER_S)} if observed.shed else None
        body = msgspec.json.encode(msgspec.structs.replace(observed, queued=queued))
        return Response(body, media_type=JSON, status_code=202, headers=headers)

    return [post_observations]


async def _queue(told: Told, raw: bytes, profile: str, source: str, publish: Publish | None) -> int | UnsetType:
    """Hand on what devices told; how much it was, UNSET for nothing."""
    count = len(told.readings) + len(told.positions)
    if not count:
        return UNSET
    if publish is None:
        raise Unavailable("telemetry.away")
    for body in letters(told, raw, profile):
        await publish(profile, source, body)
    return count


def letters(told: Told, raw: bytes, profile: str) -> Iterator[bytes]:
    """What devices told as messages the buffer takes: the body as it came, or in parts."""
    if not told.observations and not told.units and len(raw) <= LETTER_BYTES:
        yield raw
        return
    for name, rows in (("readings", told.readings), ("positions", told.positions)):
        for begin in range(0, len(rows), LETTER_ROWS):
            yield _WRITE[profile]({name: rows[begin : begin + LETTER_ROWS]})


def _partner(request: Request[Any, Any, State], authenticate: Authenticate) -> Partner:
    partner = authenticate(read_bearer(request.headers.get("authorization", "")))
    if partner is None:
        raise Unknown("partner.key")
    if not partner.may_observe:
        raise Refused("partner.may_not_observe", partner=partner.code)
    return partner


def read_told(raw: bytes, profile: str = "json") -> Told:
    """The body read. Raises Invalid("observations.wrong") naming the row and field."""
    try:
        return _READ[profile](raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        raise Invalid("observations.wrong", detail=str(problem)) from problem


def batch_of(sender: str, rows: tuple[Seen, ...]) -> Batch:
    """The observations as columns of one length; headings in [0, 360), NaN where not told."""
    count = len(rows)
    return Batch(
        sender=sender,
        unit=tuple([row.unit for row in rows]),
        lon=np.fromiter([row.lon for row in rows], np.float64, count),
        lat=np.fromiter([row.lat for row in rows], np.float64, count),
        speed_mps=_column([row.speed_mps for row in rows]),
        heading_deg=_column([row.heading_deg for row in rows]) % 360,
        phenomenon_time_ms=np.fromiter([row.phenomenon_time_ms for row in rows], np.int64, count),
    )


def _column(values: list[float | None]) -> NDArray[np.float64]:
    return np.array(values, np.float64)
