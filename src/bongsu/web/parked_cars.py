"""Reaching whoever parked in the way of crews (주차 차량 연락): by plate, shown once, kept nowhere."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import FromPath, JSONBody

from bongsu.access.permit import Action, OfContact
from bongsu.core.errors import BongsuError, Refused, Unavailable
from bongsu.core.grant import Basis, Grant
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Session
from bongsu.core.plate import plate_of
from bongsu.desk.wheel import REASON_AT_LEAST
from bongsu.web.guard import origin_of, platform_of, session_of
from bongsu.web.plans import unit_of
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of

FIRE_DISPATCH = "fire_dispatch"
Reason = Annotated[str, msgspec.Meta(max_length=400)]
Plate = Annotated[str, msgspec.Meta(max_length=40)]


class CarOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which car, and why its keeper must be reached (five letters at least)."""

    plate: Plate
    reason: Reason


class CarReached(msgspec.Struct, frozen=True, kw_only=True):
    """A number that only dials, and until when."""

    dial: str
    until: datetime


@post("/v1/incidents/{incident:str}/parked-car", status_code=200, opt={"action": Action.CALL_CAR})
async def call_car(request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[CarOrder]) -> CarReached:
    """Ask for a number that rings the keeper of a car in the crews' way."""
    platform, session = platform_of(request), session_of(request)
    thing, grant = _thing(platform, session, incident, data.reason)
    if not platform.policy.permits(asker_of(session), Action.CALL_CAR, thing):
        raise Refused("parked_car.refused", incident=incident)
    if platform.parked_cars is None:
        raise Unavailable("parked_car.off")
    plate = plate_of(data.plate)
    subject = platform.parked_cars.mark(plate)
    row = _row(platform, session, incident, grant, data, subject, origin_of(request))
    await platform.note(row)
    try:
        found = await platform.parked_cars.ask(plate, incident=incident, reason=data.reason, who=session.user)
    except BongsuError as problem:
        await _came(platform, row, problem.code)
        raise
    await _came(platform, row, "given")
    return CarReached(dial=found.dial, until=found.until)


async def _came(platform: Platform, row: LedgerRow, result: str) -> None:
    await platform.note(msgspec.structs.replace(row, at=platform.now(), act=Act.CONTACT, result=result))


def _thing(platform: Platform, session: Session, incident: str, reason: str) -> tuple[OfContact, Grant | None]:
    """The wish as the policy sees it, and the fire service's live grant that it goes through."""
    board, now = platform.board(), platform.now()
    case = board.incidents.get(incident)
    fire = [one for one in board.grants_of(incident) if one.service == FIRE_DISPATCH and one.is_live(now)]
    own = [one for one in fire if session.agency and one.agency == session.agency]
    thing = OfContact(
        agency=session.agency if own else "",
        live=bool(own),
        fire_case=bool(fire),
        case_open=case is not None and not case.is_over,
        by_crew=bool(unit_of(board, session)),
        reason_given=len(reason.strip()) >= REASON_AT_LEAST,
    )
    return thing, next(iter(own or fire), None)


def _row(
    platform: Platform, session: Session, incident: str, grant: Grant | None, order: CarOrder, subject: str, origin: str
) -> LedgerRow:
    return LedgerRow(
        at=platform.now(),
        act=Act.CONTACT_ASK,
        who=session.user,
        agency=session.agency,
        origin=origin,
        incident=incident,
        grant=grant.id if grant is not None else "",
        basis=Basis.URGENT_LIFE.value,
        reason=order.reason.strip(),
        session=session.id,
        subject=subject,
    )


ROUTES = [call_car]
