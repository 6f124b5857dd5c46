"""119 긴급출동 지원: who can be there how soon, crews sent and called back, a crew's own way, filing to 119."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, post
from litestar.params import FromPath, JSONBody

from bongsu.access.permit import Action, OfDispatch
from bongsu.core.command import FileReport, OfCrews, RecallCrew, SendCrew
from bongsu.core.dispatch import CrewWay, DispatchPlan
from bongsu.core.errors import NotFound, Refused, Unavailable
from bongsu.core.incident import Incident
from bongsu.core.person import Session
from bongsu.core.request import Ask, OutboxState
from bongsu.web.guard import platform_of, session_of
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of, outside

Text = Annotated[str, msgspec.Meta(max_length=2_000)]
Name = Annotated[str, msgspec.Meta(max_length=400)]


class FileOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the operator sees; `camera`: whose still goes along; `version`: only if the incident still stands at it."""

    text: Text
    camera: Name = ""
    version: int | None = None


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """One report to the fire service: `state` "delivered" says that their system took it, "dead" that it did not."""

    at: datetime
    text: str
    state: OutboxState
    attempts: int
    detail: str


@get("/v1/incidents/{incident:str}/dispatch", opt={"action": Action.SEE_DISPATCH})
async def see_dispatch(request: Request[Any, Any, Any], incident: FromPath[str]) -> DispatchPlan:
    """Who can be at a case how soon, and by which way those sent go there."""
    platform, session = platform_of(request), session_of(request)
    _check(platform, session, Action.SEE_DISPATCH, platform.plans.thing(session, incident), incident)
    plan = platform.plans.plans.get(incident)
    if plan is not None:
        return platform.plans.for_eyes(session, plan)
    case = platform.board().incidents.get(incident)
    if case is None or case.is_over:
        raise NotFound("dispatch.none", unit=incident)
    raise Unavailable("dispatch.not_yet", incident=incident)


@get("/v1/crews/{unit:str}/way", opt={"action": Action.SEE_DISPATCH})
async def see_way(request: Request[Any, Any, Any], unit: FromPath[str]) -> CrewWay:
    """The way of a crew to the case it is sent to."""
    platform, session = platform_of(request), session_of(request)
    way = platform.plans.ways.get(unit)
    thing = platform.plans.thing(session, way.incident if way is not None else "", unit)
    _check(platform, session, Action.SEE_DISPATCH, thing, way.incident if way is not None else "")
    if way is None:
        raise NotFound("dispatch.none", unit=unit)
    return platform.plans.way_for_eyes(session, way)


@post("/v1/incidents/{incident:str}/crews/{unit:str}", status_code=200, opt={"action": Action.SEND_CREW})
async def send_crew(request: Request[Any, Any, Any], incident: FromPath[str], unit: FromPath[str]) -> Incident:
    """Send a crew to a case."""
    platform = platform_of(request)
    order = SendCrew(incident=incident, unit=unit, by=session_of(request).user)
    return await _order(request, incident, order, known=any(one.id == unit for one in platform.city().units))


@delete("/v1/incidents/{incident:str}/crews/{unit:str}", status_code=200, opt={"action": Action.SEND_CREW})
async def recall_crew(request: Request[Any, Any, Any], incident: FromPath[str], unit: FromPath[str]) -> Incident:
    """Call a crew back from a case."""
    return await _order(request, incident, RecallCrew(incident=incident, unit=unit, by=session_of(request).user))


@post("/v1/incidents/{incident:str}/report-to-119", status_code=200, opt={"action": Action.FILE_REPORT})
async def file_report(request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[FileOrder]) -> Incident:
    """File a case to the fire service, with what the operator sees and a still of a camera."""
    platform = platform_of(request)
    if data.camera and data.camera not in platform.city().cameras:
        raise NotFound("camera.unknown", camera=data.camera)
    by = session_of(request).user
    order = FileReport(incident=incident, text=data.text, camera=data.camera, by=by, version=data.version)
    return (await platform.order(order)).changes[0].incident


@get("/v1/incidents/{incident:str}/report-to-119", opt={"action": Action.FILE_REPORT})
async def list_filed(request: Request[Any, Any, Any], incident: FromPath[str]) -> list[Filed]:
    """What came of a case's reports to the fire service, newest first."""
    platform = platform_of(request)
    if incident not in platform.board().incidents:
        raise NotFound("incident.unknown", incident=incident)
    return [
        Filed(
            at=one.request.incident.changed_at,
            text=one.request.text,
            state=one.state,
            attempts=one.attempts,
            detail=one.detail,
        )
        for one in await platform.asked(incident, Ask.FILE_REPORT)
    ]


async def _order(request: Request[Any, Any, Any], incident: str, order: OfCrews, *, known: bool = True) -> Incident:
    platform, session = platform_of(request), session_of(request)
    case = platform.board().incidents.get(incident)
    if case is None and not session.agency:
        raise NotFound("incident.unknown", incident=incident)
    _check(platform, session, Action.SEND_CREW, platform.plans.thing(session, incident), incident)
    if not known:
        raise NotFound("dispatch.unknown", unit=getattr(order, "unit", ""))
    after = (await platform.order(order)).changes[0].incident
    return outside(after) if session.agency else after


def _check(platform: Platform, session: Session, action: Action, thing: OfDispatch, incident: str) -> None:
    """Raises Refused; to an agency a case that is none of its business and one that is not there are the same."""
    if not platform.policy.permits(asker_of(session), action, thing):
        raise Refused("dispatch.refused", incident=incident)


ROUTES = [see_dispatch, see_way, send_crew, recall_crew, file_report, list_filed]
