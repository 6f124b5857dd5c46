"""도주로 감시: the plan of which cameras to watch when, that somebody fled, and where they were seen since."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from bongsu.access.permit import Action
from bongsu.core.command import NoteSeen, StartWatch
from bongsu.core.errors import Invalid, NotFound, Refused, Unavailable
from bongsu.core.geo import Point
from bongsu.core.pursuit import FlightNote, Means, WatchPlan
from bongsu.web.guard import platform_of, session_of
from bongsu.web.platform import Platform
from bongsu.web.searches import thing_of
from bongsu.web.telling import asker_of

Name = Annotated[str, msgspec.Meta(max_length=400)]
Moment = Annotated[int, msgspec.Meta(ge=0, le=2**52)]
Flees = Literal["", "foot", "bike", "car"]


class WatchOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A flight as far as it is known; what is left out is as the case says it. `fled_ms` is Unix milliseconds."""

    where: Point | None = None
    fled_ms: Moment | None = None
    mode: Flees = ""


class SeenOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sighting at `seen_ms`: on a `camera`, whose place it then is, or `where` (degrees)."""

    seen_ms: Moment
    camera: Name = ""
    where: Point | None = None
    heading_deg: float | None = None
    mode: Flees = ""
    means: Means = "operator"


@get("/v1/incidents/{incident:str}/watch-plan", opt={"action": Action.SEE_WATCH})
async def see_watch_plan(request: Request[Any, Any, Any], incident: FromPath[str]) -> WatchPlan:
    """Which cameras to watch now and next, which recordings first, and where they can be by when."""
    platform, session = platform_of(request), session_of(request)
    _check(platform, request, Action.SEE_WATCH, incident)
    plan = platform.watches.plans.get(incident)
    if plan is not None:
        return platform.watches.for_eyes(session, plan)
    case = platform.board().incidents.get(incident)
    if case is None or case.is_over or incident not in platform.board().flights:
        raise NotFound("watch.none", incident=incident)
    raise Unavailable("watch.not_yet", incident=incident)


@post("/v1/incidents/{incident:str}/watch-plan", status_code=200, opt={"action": Action.KEEP_WATCH})
async def start_watch(
    request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[WatchOrder]
) -> FlightNote:
    """Say that somebody fled; said again, the last word holds."""
    platform = platform_of(request)
    _check(platform, request, Action.KEEP_WATCH, incident)
    by = session_of(request).user
    order = StartWatch(incident=incident, by=by, where=data.where, fled_ms=data.fled_ms, mode=data.mode)
    return (await platform.order(order)).flights[0]


@post("/v1/incidents/{incident:str}/sightings", status_code=200, opt={"action": Action.KEEP_WATCH})
async def note_seen(request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[SeenOrder]) -> FlightNote:
    """Say where they were seen: the plan is made anew from there."""
    platform = platform_of(request)
    _check(platform, request, Action.KEEP_WATCH, incident, data.camera)
    order = NoteSeen(
        incident=incident,
        by=session_of(request).user,
        where=_place(platform, data),
        seen_ms=data.seen_ms,
        camera=data.camera,
        heading_deg=data.heading_deg,
        mode=data.mode,
        means=data.means,
    )
    return (await platform.order(order)).flights[0]


def _place(platform: Platform, data: SeenOrder) -> Point:
    if not data.camera and data.where is not None:
        return data.where
    if not data.camera:
        raise Invalid("watch.where")
    camera = platform.city().cameras.get(data.camera)
    if camera is None:
        raise NotFound("camera.unknown", camera=data.camera)
    return data.where or camera.where


def _check(
    platform: Platform, request: Request[Any, Any, Any], action: Action, incident: str, camera: str = ""
) -> None:
    """Raises Refused; to an agency a case that is none of its business and one that is not there are the same."""
    session = session_of(request)
    thing = thing_of(platform.board(), platform.now(), session, incident, camera)
    if not platform.policy.permits(asker_of(session), action, thing):
        raise Refused("watch.refused", incident=incident)


ROUTES = [see_watch_plan, start_watch, note_seen]
