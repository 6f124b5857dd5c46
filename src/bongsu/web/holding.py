"""Legal holds: recordings that retention must spare until somebody releases them (보존 명령)."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from bongsu.access.permit import Action
from bongsu.core.command import ReleaseHold, SetHold
from bongsu.core.errors import NotFound
from bongsu.core.export import LegalHold
from bongsu.web.exports import Cameras, Millis, Reason, moment
from bongsu.web.guard import platform_of, session_of


class HoldOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Which cameras from when to when (Unix milliseconds), and why."""

    cameras: Cameras
    from_ms: Millis
    to_ms: Millis
    reason: Reason


class ReleaseOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Why the recordings need not be kept any longer."""

    reason: Reason


@post("/v1/incidents/{incident:str}/holds", status_code=200, opt={"action": Action.KEEP_HOLDS})
async def set_hold(
    request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[HoldOrder]
) -> list[LegalHold]:
    """Keep a span of cameras from deletion; one hold a camera."""
    platform, session = platform_of(request), session_of(request)
    unknown = next((camera for camera in data.cameras if camera not in platform.city().cameras), None)
    if unknown is not None:
        raise NotFound("camera.unknown", camera=unknown)
    order = SetHold(
        incident=incident,
        cameras=data.cameras,
        since=moment(data.from_ms),
        until=moment(data.to_ms),
        reason=data.reason,
        by=session.user,
    )
    return list((await platform.order(order)).legal_holds)


@post("/v1/holds/{hold:str}/release", status_code=200, opt={"action": Action.KEEP_HOLDS})
async def release_hold(request: Request[Any, Any, Any], hold: FromPath[str], data: JSONBody[ReleaseOrder]) -> LegalHold:
    """Give a held span back to retention."""
    platform, session = platform_of(request), session_of(request)
    return (await platform.order(ReleaseHold(hold=hold, reason=data.reason, by=session.user))).legal_holds[0]


@get("/v1/holds", opt={"action": Action.SEE_HOLDS})
async def list_holds(request: Request[Any, Any, Any], incident: FromQuery[str | None] = None) -> list[LegalHold]:
    """Every hold ever set, of one incident or of all."""
    holds = platform_of(request).board().legal_holds.values()
    return [one for one in holds if incident is None or one.incident == incident]


ROUTES = [set_hold, release_hold, list_holds]
