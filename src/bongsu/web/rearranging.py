"""Orders that put cases right: two made one, one taken out, another priority, another operator."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import FromPath, JSONBody

from bongsu.access.permit import Action, Asker
from bongsu.core.command import HandOver, Merge, Prioritise, Split
from bongsu.core.errors import NotFound
from bongsu.core.incident import Incident, Priority
from bongsu.core.revision import RecordKind, Staff
from bongsu.web.guard import platform_of, session_of
from bongsu.web.platform import Platform

Note = Annotated[str, msgspec.Meta(max_length=2_000)]
Name = Annotated[str, msgspec.Meta(max_length=400)]


class MergeOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`into`: the incident that goes on; `version`: only if the one that ends still stands at it."""

    into: Name
    note: Note = ""
    version: int | None = None


class SplitOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which joined case to take out; `version`: only if the incident still stands at it."""

    sender: Name
    occurrence: Name
    note: Note = ""
    version: int | None = None


class PrioritiseOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`version`: only if the incident still stands at it."""

    priority: Priority
    note: Note = ""
    version: int | None = None


class HandOverOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`to`: a user's id, "" puts the case back in the queue; `version`: only if the incident still stands at it."""

    to: Name
    note: Note = ""
    version: int | None = None


@post("/v1/incidents/{incident:str}/merge", status_code=200, opt={"action": Action.MERGE})
async def merge(request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[MergeOrder]) -> Incident:
    """End a case as part of another; answers with the one that goes on."""
    by = session_of(request).user
    order = Merge(incident=incident, into=data.into, by=by, note=data.note, version=data.version)
    return (await platform_of(request).order(order)).changes[-1].incident


@post("/v1/incidents/{incident:str}/split", status_code=200, opt={"action": Action.SPLIT})
async def split(request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[SplitOrder]) -> Incident:
    """Take a joined case out; answers with the incident it now is."""
    order = Split(
        incident=incident,
        sender=data.sender,
        occurrence=data.occurrence,
        by=session_of(request).user,
        note=data.note,
        version=data.version,
    )
    return (await platform_of(request).order(order)).changes[-1].incident


@post("/v1/incidents/{incident:str}/prioritise", status_code=200, opt={"action": Action.PRIORITISE})
async def prioritise(
    request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[PrioritiseOrder]
) -> Incident:
    """Say how soon somebody must act on a case."""
    by = session_of(request).user
    order = Prioritise(incident=incident, by=by, priority=data.priority, note=data.note, version=data.version)
    return (await platform_of(request).order(order)).changes[-1].incident


@post("/v1/incidents/{incident:str}/hand-over", status_code=200, opt={"action": Action.HAND_OVER})
async def hand_over(
    request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[HandOverOrder]
) -> Incident:
    """Give a case one has taken on to another who may take it on, or put it back in the queue."""
    platform = platform_of(request)
    if data.to and not _may_take_on(platform, data.to):
        raise NotFound("user.unknown", name=data.to)
    by = session_of(request).user
    order = HandOver(incident=incident, by=by, to=data.to, note=data.note, version=data.version)
    return (await platform.order(order)).changes[-1].incident


def _may_take_on(platform: Platform, user: str) -> bool:
    """Somebody the policy lets accept cases; a user nobody knows, or who is suspended, is nobody."""
    record = platform.board().records.get((RecordKind.USER, user))
    staff = record.body if record is not None else None
    if not isinstance(staff, Staff) or staff.suspended:
        return False
    asker = Asker(user=user, role=staff.role.value, agency=staff.agency)
    return platform.policy.permits(asker, Action.ACCEPT)


ROUTES = [merge, split, prioritise, hand_over]
