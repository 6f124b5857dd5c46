"""POST /v1/observations: positions of moving units as one batch; what cannot be taken is shed, counted and said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
import numpy as np
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta
from numpy.typing import NDArray

from bongsu.core.asset import Unit, UnitKind
from bongsu.core.batch import Batch
from bongsu.core.errors import Invalid, Refused, TooMuch, Unknown
from bongsu.core.report import Authenticate, Partner
from bongsu.wires.bearer import read_bearer

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_OBSERVATIONS = 10_000
MAX_UNITS = 10_000
RETRY_AFTER_S = 1
JSON = "application/json"

UnitId = Annotated[str, Meta(min_length=1, max_length=64)]


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch: taken, of units nobody registered, and left out because we are overloaded."""

    accepted: int
    unknown: int
    shed: int = 0


Observe = Callable[[Batch, tuple[Unit, ...]], Awaitable[Observed]]
"""How a batch is handed in, with the units it registers; never waits for a disk."""


class Seen(msgspec.Struct, frozen=True, gc=False):
    """One position of one unit."""

    unit: UnitId
    lon: Annotated[float, Meta(ge=-180, le=180)]
    lat: Annotated[float, Meta(ge=-90, le=90)]
    phenomenon_time_ms: Annotated[int, Meta(ge=0, le=2**53)]
    speed_mps: Annotated[float, Meta(ge=0, le=500)] | None = None
    heading_deg: float | None = None


class Registered(msgspec.Struct, frozen=True):
    """A unit made known in the same body."""

    id: UnitId
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    kind: UnitKind


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of the request as doors.md says."""

    observations: Annotated[tuple[Seen, ...], Meta(max_length=MAX_OBSERVATIONS)] = ()
    units: Annotated[tuple[Registered, ...], Meta(max_length=MAX_UNITS)] = ()


_read = msgspec.json.Decoder(Told)


def routes(observe: Observe, authenticate: Authenticate) -> list[HTTPRouteHandler]:
    """The handler for web to mount; it authenticates the partner's bearer key by itself.

    202 {"accepted","unknown","shed"}. Raises Unknown, Refused (no `may_observe`), Invalid, and
    TooMuch("observations.shed") with `retry_after_s` when the whole batch was shed.
    """

    @post("/v1/observations", status_code=202, request_max_body_size=MAX_BODY_BYTES)
    async def post_observations(request: Request[Any, Any, State]) -> Response[bytes]:
        """Take the positions of moving units."""
        partner = _partner(request, authenticate)
        told = read_told(await request.body())
        units = tuple(Unit(id=unit.id, name=unit.name, kind=unit.kind) for unit in told.units)
        observed = await observe(batch_of(partner.code, told.observations), units)
        if observed.shed and not observed.accepted:
            raise TooMuch("observations.shed", shed=observed.shed, retry_after_s=RETRY_AFTER_S)
        headers = {"Retry-After": str(RETRY_AFTER_S)} if observed.shed else None
        return Response(msgspec.json.encode(observed), media_type=JSON, status_code=202, headers=headers)

    return [post_observations]


def _partner(request: Request[Any, Any, State], authenticate: Authenticate) -> Partner:
    partner = authenticate(read_bearer(request.headers.get("authorization", "")))
    if partner is None:
        raise Unknown("partner.key")
    if not partner.may_observe:
        raise Refused("partner.may_not_observe", partner=partner.code)
    return partner


def read_told(raw: bytes) -> Told:
    """The body read. Raises Invalid("observations.wrong") naming the row and field."""
    try:
        return _read.decode(raw)
    except (msgspec.DecodeError, RecursionError) as problem:
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
