"""The right to look, made good: permit, then the ledger row on disk, then the ticket. No row, no ticket."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import JSONBody
from msgspec.structs import replace

from bongsu.access.lease import UNMASK, VALID_MS, Form, Ticket, sign
from bongsu.access.permit import Action, Sight
from bongsu.core.errors import Invalid, NotFound, Refused
from bongsu.core.grant import Grant, Right
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Session
from bongsu.core.recording import span_of
from bongsu.core.stream import Profile
from bongsu.web.guard import origin_of, platform_of, session_of
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of

REASON_AT_LEAST = 5
TICKET_ID_BYTES = 16
WINDOW_MS = 31 * 24 * 3600 * 1000
"""How long a time one replay may be of: more than any recording is usually kept."""

ACTS = {"still": Act.STILL, "replay": Act.REPLAY}

Short = Annotated[str, msgspec.Meta(max_length=200)]
Token = Annotated[str, msgspec.Meta(min_length=16, max_length=128, pattern=r"^[A-Za-z0-9_=+/.-]+$")]
Moment = Annotated[int, msgspec.Meta(ge=0, le=2**52)]
Reason = Annotated[str, msgspec.Meta(max_length=500)]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Which camera, under which incident or for what reason, on which video connection.

    A replay says what time it is of: [from_ms, to_ms), Unix milliseconds. `unmasking` is one's own, to see what masks
    hide; without one they hide it.
    """

    camera: Short
    incident: Short = ""
    form: Form = "live"
    profile: Profile = "main"
    nonce: Token
    epoch: Short
    reason: Reason = ""
    unmasking: Short = ""
    from_ms: Moment = 0
    to_ms: Moment = 0

    @property
    def looks_back(self) -> bool:
        """It is for what was recorded, not for what is."""
        return self.form == "replay"


class TicketAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One look: good once, within ten seconds, on the video connection it names."""

    ticket: str


@post("/v1/tickets", status_code=200, opt={"action": Action.LOOK})
async def give_ticket(request: Request[Any, Any, Any], data: JSONBody[Wish]) -> TicketAnswer:
    """A ticket for one video socket, after its ledger row is on disk."""
    platform, session = platform_of(request), session_of(request)
    data = _in_time(platform, data)
    grant = _judge(platform, session, data)
    platform.unmaskings.check(data.unmasking, session.id, data.camera, data.incident)
    if data.camera not in platform.city().cameras:
        raise NotFound("camera.unknown", camera=data.camera)
    number = platform.chance(TICKET_ID_BYTES)
    await platform.note(replace(_row(platform, session, data, grant, origin_of(request)), ticket=number))
    # Writing took time: what was permitted may have ended meanwhile.
    grant = _judge(platform, session, data)
    platform.unmaskings.check(data.unmasking, session.id, data.camera, data.incident)
    if not platform.identity.is_running(session.id):
        raise Refused("ticket.refused", camera=data.camera, incident=data.incident)
    return TicketAnswer(ticket=sign(_ticket(platform, session, data, grant, number), platform.lease_key))


def _in_time(platform: Platform, wish: Wish) -> Wish:
    """The wish, of a replay no further than now. Raises Invalid("ticket.window") for a time that is none."""
    if not wish.looks_back:
        return replace(wish, from_ms=0, to_ms=0)
    until_ms = min(wish.to_ms, _ms(platform.now()))
    if not 0 < wish.from_ms < until_ms or until_ms - wish.from_ms > WINDOW_MS:
        raise Invalid("ticket.window")
    return replace(wish, to_ms=until_ms)


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
        may_replay=grant is not None and Right.REPLAY in grant.rights,
        case_open=incident is not None and not incident.is_over,
        reason_given=len(wish.reason.strip()) >= REASON_AT_LEAST,
    )
    facts = {"camera": wish.camera, "incident": wish.incident, "grant": grant.id if grant else ""}
    action = Action.REPLAY if wish.looks_back else Action.LOOK
    if not platform.policy.permits(asker_of(session), action, sight):
        raise Refused("ticket.refused", **facts)
    if wish.looks_back and wish.from_ms < _floor_ms(grant):
        raise Refused("ticket.floor", **facts)
    return grant


def _own_grant(platform: Platform, session: Session, wish: Wish) -> Grant | None:
    """The agency's best grant on the incident: the one that names the camera and holds longest."""
    own = [one for one in platform.board().grants_of(wish.incident) if session.agency and one.agency == session.agency]
    now = platform.now()
    right = Right.REPLAY if wish.looks_back else Right.VIEW

    def worth(one: Grant) -> tuple[bool, bool, bool, datetime]:
        return one.is_live(now), _names(one, wish.camera), right in one.rights, one.until

    return max(own, key=worth, default=None)


def _floor_ms(grant: Grant | None) -> int:
    """Before which nothing is shown, in whole milliseconds; 0 for the city's own staff."""
    return ceil(grant.floor.timestamp() * 1000) if grant else 0


def _names(grant: Grant, camera: str) -> bool:
    return any(view.camera == camera for view in grant.views)


def _row(platform: Platform, session: Session, wish: Wish, grant: Grant | None, origin: str) -> LedgerRow:
    return LedgerRow(
        at=platform.now(),
        act=ACTS.get(wish.form, Act.VIEW),
        who=session.user,
        agency=session.agency,
        origin=origin,
        camera=wish.camera,
        incident=wish.incident,
        grant=grant.id if grant else "",
        basis=_basis(platform, wish, grant),
        reason=f"unmasked by {wish.unmasking}: {wish.reason}" if wish.unmasking else wish.reason,
        session=session.id,
        span=span_of(wish.from_ms, wish.to_ms) if wish.looks_back else "",
    )


def _basis(platform: Platform, wish: Wish, grant: Grant | None) -> str:
    """The legal ground: the grant's own; for the city's staff that of a live grant on the same case, if any."""
    now = platform.now()
    grants = [grant] if grant else [one for one in platform.board().grants_of(wish.incident) if one.is_live(now)]
    return grants[0].basis.value if grants else ""


def _ticket(platform: Platform, session: Session, wish: Wish, grant: Grant | None, number: str) -> Ticket:
    holds = (
        f"session:{session.id}",
        *([f"grant:{grant.id}"] if grant else []),
        *([f"{UNMASK}{wish.unmasking}"] if wish.unmasking else []),
    )
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
        until_ms=_ms(platform.now()) + VALID_MS,
        right=Right.REPLAY if wish.looks_back else Right.VIEW,
        from_ms=wish.from_ms,
        to_ms=wish.to_ms,
        floor_ms=_floor_ms(grant) if wish.looks_back else 0,
        unmasking=wish.unmasking,
    )


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


ROUTES = [give_ticket]
