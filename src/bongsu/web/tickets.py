"""The right to look, made good: permit, then the ledger row on disk, then the ticket. No row, no ticket."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import JSONBody
from msgspec.structs import replace

from bongsu.access.lease import VALID_MS, Form, Ticket, sign
from bongsu.access.permit import Action, Sight
from bongsu.core.errors import NotFound, Refused
from bongsu.core.grant import Grant, Right
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Session
from bongsu.core.stream import Profile
from bongsu.web.guard import origin_of, platform_of, session_of
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of

REASON_AT_LEAST = 5
TICKET_ID_BYTES = 16

Short = Annotated[str, msgspec.Meta(max_length=200)]
Token = Annotated[str, msgspec.Meta(min_length=16, max_length=128, pattern=r"^[A-Za-z0-9_=+/.-]+$")]
Reason = Annotated[str, msgspec.Meta(max_length=500)]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Which camera, under which incident or for what reason, on which video connection."""

    camera: Short
    incident: Short = ""
    form: Form = "live"
    profile: Profile = "main"
    nonce: Token
    epoch: Short
    reason: Reason = ""


class TicketAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One look: good once, within ten seconds, on the video connection it names."""

    ticket: str


@post("/v1/tickets", status_code=200, opt={"action": Action.LOOK})
async def give_ticket(request: Request[Any, Any, Any], data: JSONBody[Wish]) -> TicketAnswer:
    """A ticket for one video socket, after its ledger row is on disk."""
    platform, session = platform_of(request), session_of(request)
    grant = _judge(platform, session, data)
    if data.camera not in platform.city().cameras:
        raise NotFound("camera.unknown", camera=data.camera)
    number = platform.chance(TICKET_ID_BYTES)
    await platform.note(replace(_row(platform, session, data, grant, origin_of(request)), ticket=number))
    # Writing took time: what was permitted may have ended meanwhile.
    grant = _judge(platform, session, data)
    if not platform.identity.is_running(session.id):
        raise Refused("ticket.refused", camera=data.camera, incident=data.incident)
    return TicketAnswer(ticket=sign(_ticket(platform, session, data, grant, number), platform.lease_key))


def _judge(platform: Platform, session: Session, wish: Wish) -> Grant | None:
    """The grant a look goes through (none for the city's own staff). Raises Refused."""
    board = platform.board()
    incident = board.incidents.get(wish.incident)
    grant = _own_grant(platform, session, wish)
    sight = Sight(
        agency=grant.agency if grant else "",
        live=grant is not None and grant.is_live(platform.now()),
        names_camera=grant is not None and _names(grant, wish.camera),
        may_view=grant is not None and Right.VIEW in grant.rights,
        case_open=incident is not None and not incident.is_over,
        reason_given=len(wish.reason.strip()) >= REASON_AT_LEAST,
    )
    if not platform.policy.permits(asker_of(session), Action.LOOK, sight):
        raise Refused("ticket.refused", camera=wish.camera, incident=wish.incident, grant=grant.id if grant else "")
    return grant


def _own_grant(platform: Platform, session: Session, wish: Wish) -> Grant | None:
    """The agency's best grant on the incident: the one that names the camera and holds longest."""
    own = [one for one in platform.board().grants_of(wish.incident) if session.agency and one.agency == session.agency]
    now = platform.now()
    return max(own, key=lambda one: (one.is_live(now), _names(one, wish.camera), one.until), default=None)


def _names(grant: Grant, camera: str) -> bool:
    return any(view.camera == camera for view in grant.views)


def _row(platform: Platform, session: Session, wish: Wish, grant: Grant | None, origin: str) -> LedgerRow:
    return LedgerRow(
        at=platform.now(),
        act=Act.STILL if wish.form == "still" else Act.VIEW,
        who=session.user,
        agency=session.agency,
        origin=origin,
        camera=wish.camera,
        incident=wish.incident,
        grant=grant.id if grant else "",
        basis=_basis(platform, wish, grant),
        reason=wish.reason,
        session=session.id,
    )


def _basis(platform: Platform, wish: Wish, grant: Grant | None) -> str:
    """The legal ground: the grant's own; for the city's staff that of a live grant on the same case, if any."""
    now = platform.now()
    grants = [grant] if grant else [one for one in platform.board().grants_of(wish.incident) if one.is_live(now)]
    return grants[0].basis.value if grants else ""


def _ticket(platform: Platform, session: Session, wish: Wish, grant: Grant | None, number: str) -> Ticket:
    holds = (f"session:{session.id}", *([f"grant:{grant.id}"] if grant else []))
    return Ticket(
        id=number,
        user=session.user,
        session=session.id,
        agency=session.agency,
        camera=wish.camera,
        form=wish.form,
        profile=wish.profile,
        incident=wish.incident,
        grant=grant.id if grant else "",
        holds=holds,
        nonce=wish.nonce,
        epoch=wish.epoch,
        until_ms=int(platform.now().timestamp() * 1000) + VALID_MS,
    )


ROUTES = [give_ticket]
