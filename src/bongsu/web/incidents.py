"""Orders on incidents and grants: taking a case on, closing it, asking for more time."""

from __future__ import annotations

import math
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import FromPath, JSONBody

from bongsu.access.permit import Action, OfGrant
from bongsu.core.command import Accept, Close, Extend
from bongsu.core.errors import Invalid, NotFound, Refused
from bongsu.core.grant import Grant
from bongsu.core.incident import Incident
from bongsu.web.guard import platform_of, session_of
from bongsu.web.telling import asker_of

Note = Annotated[str, msgspec.Meta(max_length=2_000)]


class AcceptOrder(msgspec.Struct, frozen=True, kw_only=True):
    """`version`: only if the incident still stands at it."""

    version: int | None = None


class CloseOrder(msgspec.Struct, frozen=True, kw_only=True):
    """`version`: only if the incident still stands at it."""

    note: Note
    version: int | None = None


class ExtendOrder(msgspec.Struct, frozen=True, kw_only=True):
    """How many seconds from now the grant shall hold."""

    for_s: float


@post("/v1/incidents/{incident:str}/accept", status_code=200, opt={"action": Action.ACCEPT})
async def accept(request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[AcceptOrder]) -> Incident:
    """Take a case on."""
    by = session_of(request).user
    entry = await platform_of(request).order(Accept(incident=incident, by=by, version=data.version))
    return entry.changes[0].incident


@post("/v1/incidents/{incident:str}/close", status_code=200, opt={"action": Action.CLOSE})
async def close(request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[CloseOrder]) -> Incident:
    """Close a case; every grant on it ends with it."""
    by = session_of(request).user
    order = Close(incident=incident, by=by, note=data.note, version=data.version)
    return (await platform_of(request).order(order)).changes[0].incident


@post("/v1/grants/{grant:str}/extend", status_code=200, opt={"action": Action.EXTEND})
async def extend(request: Request[Any, Any, Any], grant: FromPath[str], data: JSONBody[ExtendOrder]) -> Grant:
    """Give a grant more time: an operator any, an agency its own; only while it holds."""
    platform, session = platform_of(request), session_of(request)
    asker = asker_of(session)
    found = platform.board().grants.get(grant)
    if found is None and platform.policy.permits(asker, Action.SEE_EVERY_INCIDENT):
        raise NotFound("grant.unknown", grant=grant)
    # To an agency an unknown grant and another's are the same: neither is its business.
    thing = OfGrant(agency=found.agency if found else "", live=found is not None and found.is_live(platform.now()))
    if not platform.policy.permits(asker, Action.EXTEND, thing):
        raise Refused("grant.refused", grant=grant)
    if not math.isfinite(data.for_s) or data.for_s <= 0:
        raise Invalid("invalid", detail="for_s")
    await platform.order(Extend(grant=grant, by=session.user, for_s=data.for_s))
    return platform.board().grants[grant]


ROUTES = [accept, close, extend]
