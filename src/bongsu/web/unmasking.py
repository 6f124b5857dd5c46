"""Seeing what a mask hides: a separate act with a reason, on the ledger first, and for a short while (가림 해제)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, post
from litestar.params import FromPath, JSONBody

from bongsu.access.permit import Action, Unmasking
from bongsu.core.errors import Conflict, NotFound, Refused
from bongsu.core.grant import Basis, Grant, Right
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Session
from bongsu.core.recording import span_of
from bongsu.core.revision import RecordKind
from bongsu.web.guard import origin_of, platform_of, session_of
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of
from bongsu.web.unmaskings import Unmasked

REASON_AT_LEAST = 5

Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Reason = Annotated[str, msgspec.Meta(max_length=500)]


class UnmaskWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which camera, under which incident, and why (at least five characters)."""

    camera: Short
    incident: Short
    reason: Reason


class UnmaskView(msgspec.Struct, frozen=True, kw_only=True):
    """An unmasking: tickets of this session for this camera and incident may name it until then."""

    id: str
    camera: str
    incident: str
    until: datetime


@post("/v1/unmaskings", status_code=201, opt={"action": Action.UNMASK})
async def unmask(request: Request[Any, Any, Any], data: JSONBody[UnmaskWish]) -> UnmaskView:
    """Be shown what a camera's mask hides for some minutes, after its ledger row is on disk."""
    platform, session = platform_of(request), session_of(request)
    grant = _judge(platform, session, data)
    if data.camera not in platform.city().cameras:
        raise NotFound("camera.unknown", camera=data.camera)
    record = platform.board().records.get((RecordKind.MASK, data.camera))
    if record is None or record.body is None:
        raise Conflict("unmask.nothing", camera=data.camera)
    bare = platform.unmaskings.make(session.id, data.camera, data.incident, _until(platform, session, grant))
    await platform.note(_row(platform, session, bare, grant, Act.UNMASK, data.reason, origin_of(request)))
    # Writing took time: what was permitted may have ended meanwhile.
    _judge(platform, session, data)
    if not platform.identity.is_running(session.id):
        raise Refused("unmask.refused", camera=data.camera, incident=data.incident)
    platform.unmaskings.begin(bare)
    return UnmaskView(id=bare.id, camera=bare.camera, incident=bare.incident, until=bare.until)


@delete("/v1/unmaskings/{number:str}", status_code=204, opt={"action": Action.UNMASK})
async def mask_again(request: Request[Any, Any, Any], number: FromPath[str]) -> None:
    """Give one's own unmasking back before its time; its streams end at once."""
    platform, session = platform_of(request), session_of(request)
    bare = platform.unmaskings.find(number, session.id)
    if bare is None:
        raise NotFound("unmask.unknown", id=number)
    platform.unmaskings.end(number)
    await platform.note(_row(platform, session, bare, None, Act.UNMASK_END, "given back", origin_of(request)))


def _judge(platform: Platform, session: Session, wish: UnmaskWish) -> Grant | None:
    """The grant it goes through (none for the city's own staff). Raises Refused("unmask.refused")."""
    now, board = platform.now(), platform.board()
    incident = board.incidents.get(wish.incident)
    own = [one for one in board.grants_of(wish.incident) if session.agency and one.agency == session.agency]
    grant = max(own, key=lambda one: (one.is_live(now), _names(one, wish.camera), _is_urgent(one)), default=None)
    thing = Unmasking(
        agency=grant.agency if grant else "",
        live=grant is not None and grant.is_live(now),
        names_camera=grant is not None and _names(grant, wish.camera),
        may_view=grant is not None and Right.VIEW in grant.rights,
        urgent=grant is not None and _is_urgent(grant),
        case_open=incident is not None and not incident.is_over,
        reason_given=len(wish.reason.strip()) >= REASON_AT_LEAST,
    )
    if not platform.policy.permits(asker_of(session), Action.UNMASK, thing):
        raise Refused("unmask.refused", camera=wish.camera, incident=wish.incident, grant=grant.id if grant else "")
    return grant


def _names(grant: Grant, camera: str) -> bool:
    return any(view.camera == camera for view in grant.views)


def _is_urgent(grant: Grant) -> bool:
    return grant.basis is Basis.URGENT_LIFE


def _until(platform: Platform, session: Session, grant: Grant | None) -> datetime:
    """Its end: never after that of the session or of the grant."""
    own = platform.now() + timedelta(seconds=platform.settings.video.unmask_s)
    return min(own, session.until, *([grant.until] if grant else []))


def _row(
    platform: Platform, session: Session, bare: Unmasked, grant: Grant | None, act: Act, reason: str, origin: str
) -> LedgerRow:
    now = platform.now()
    return LedgerRow(
        at=now,
        act=act,
        who=session.user,
        agency=session.agency,
        origin=origin,
        camera=bare.camera,
        incident=bare.incident,
        grant=grant.id if grant else "",
        basis=grant.basis.value if grant else "",
        reason=f"{bare.id}: {reason.strip()}",
        session=session.id,
        span=span_of(*(int(at.timestamp() * 1000) for at in (now, bare.until))) if act is Act.UNMASK else "",
    )


ROUTES = [unmask, mask_again]
