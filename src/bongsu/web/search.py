"""실종자 구조 지원: the map of where somebody lost may be, what is known of them, and where was looked already."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from bongsu.access.permit import Action
from bongsu.core.asset import Line
from bongsu.core.command import DescribeLost, NoteLooked
from bongsu.core.errors import NotFound, Refused, Unavailable
from bongsu.core.geo import Point
from bongsu.core.search import SearchMap, SearchNote
from bongsu.web.guard import platform_of, session_of
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of

Name = Annotated[str, msgspec.Meta(max_length=400)]
Moment = Annotated[int, msgspec.Meta(ge=0, le=2**52)]


class LostOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is lost, as far as it is known; what is left out is as the case says it. `seen_ms` is Unix milliseconds."""

    subject: Name = ""
    where: Point | None = None
    seen_ms: Moment | None = None
    heading_deg: float | None = None


class LookedOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A look without a find: a `camera`'s recording of [from_ms, to_ms), or a patrol of `lines` or the inside of a
    `ring`, on foot or by car, that took `minutes`."""

    camera: Name = ""
    from_ms: Moment = 0
    to_ms: Moment = 0
    lines: tuple[Line, ...] = ()
    ring: Line = ()
    minutes: float = 0.0
    mode: Literal["foot", "car"] = "foot"


@get("/v1/incidents/{incident:str}/search-map", opt={"action": Action.SEE_SEARCH})
async def see_search_map(request: Request[Any, Any, Any], incident: FromPath[str]) -> SearchMap:
    """Where they may be, and where to look next."""
    platform, session = platform_of(request), session_of(request)
    _check(platform, request, Action.SEE_SEARCH, incident)
    found = platform.searches.maps.get(incident)
    if found is not None:
        return platform.searches.for_eyes(session, found)
    case = platform.board().incidents.get(incident)
    if case is None or case.is_over or not platform.searches.is_search(case):
        raise NotFound("search.none", incident=incident)
    raise Unavailable("search.not_yet", incident=incident)


@post("/v1/incidents/{incident:str}/lost", status_code=200, opt={"action": Action.KEEP_SEARCH})
async def describe_lost(
    request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[LostOrder]
) -> SearchNote:
    """Say who is lost and where they were last seen."""
    platform = platform_of(request)
    _check(platform, request, Action.KEEP_SEARCH, incident)
    order = DescribeLost(
        incident=incident,
        by=session_of(request).user,
        subject=data.subject,
        where=data.where,
        seen_ms=data.seen_ms,
        heading_deg=data.heading_deg,
    )
    return (await platform.order(order)).searches[0]


@post("/v1/incidents/{incident:str}/searched", status_code=200, opt={"action": Action.KEEP_SEARCH})
async def note_looked(
    request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[LookedOrder]
) -> SearchNote:
    """Note a look that found nobody."""
    platform = platform_of(request)
    _check(platform, request, Action.KEEP_SEARCH, incident, data.camera)
    if data.camera and data.camera not in platform.city().cameras:
        raise NotFound("camera.unknown", camera=data.camera)
    order = NoteLooked(
        incident=incident,
        by=session_of(request).user,
        camera=data.camera,
        from_ms=data.from_ms,
        to_ms=data.to_ms,
        lines=data.lines,
        ring=data.ring,
        minutes=data.minutes,
        mode=data.mode,
    )
    return (await platform.order(order)).searches[0]


def _check(
    platform: Platform, request: Request[Any, Any, Any], action: Action, incident: str, camera: str = ""
) -> None:
    """Raises Refused; to an agency a case that is none of its business and one that is not there are the same."""
    session = session_of(request)
    thing = platform.searches.thing(session, incident, camera)
    if not platform.policy.permits(asker_of(session), action, thing):
        raise Refused("search.refused", incident=incident)


ROUTES = [see_search_map, describe_lost, note_looked]
