"""Devices, what they told and what was not believed of it; a ward's only for a reason, on the ledger first (장비)."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, delete, get
from litestar.params import FromPath, FromQuery, QueryParameter

from bongsu.access.permit import Action, OfWard
from bongsu.core.asking import (
    DeviceList,
    DeviceState,
    Erased,
    EraseWard,
    GetDevice,
    GetHistory,
    History,
    ListDevices,
    ListQuarantine,
    QuarantineList,
    Question,
)
from bongsu.core.consent import subjects_of
from bongsu.core.device import Device, DeviceKind
from bongsu.core.errors import Refused
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Session
from bongsu.core.recording import span_of
from bongsu.web.guard import origin_of, platform_of, session_of
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of

REASON_AT_LEAST = 5

Asked = Request[Any, Any, Any]
Page = Annotated[int, QueryParameter(ge=1, le=500)]
Points = Annotated[int, QueryParameter(ge=2, le=5_000)]
Text = Annotated[str, QueryParameter(max_length=200)]
Reason = Annotated[str, QueryParameter(max_length=500)]

A = TypeVar("A")


@get("/v1/devices", opt={"action": Action.SEE_DEVICES})
async def list_devices(
    request: Asked,
    kind: FromQuery[DeviceKind | None] = None,
    site: Text = "",
    text: Text = "",
    troubled: FromQuery[bool] = False,
    after: Text = "",
    limit: Page = 100,
) -> DeviceList:
    """Registered devices with what they told last, a page at a time; of wards' devices only that they are there."""
    question = ListDevices(kind=kind, site=site, text=text.strip(), troubled=troubled, after=after, at_most=limit)
    return await _ask(platform_of(request), question, DeviceList)


@get("/v1/devices/{device:str}", opt={"action": Action.SEE_DEVICES})
async def read_device(request: Asked, device: FromPath[str], incident: Text = "", reason: Reason = "") -> DeviceState:
    """One device and what it told last; a ward's tells that only under an open case or for a reason."""
    platform, session = platform_of(request), session_of(request)
    state = await _ask(platform, GetDevice(device=device), DeviceState)
    if not state.withheld or not (incident or reason):
        return state
    judge(platform, session, state.device, incident, reason)
    await platform.note(_row(request, session, state.device, "", incident, reason))
    return await _ask(platform, GetDevice(device=device, bare=True), DeviceState)


@get("/v1/devices/{device:str}/history", opt={"action": Action.SEE_DEVICES})
async def read_history(
    request: Asked,
    device: FromPath[str],
    observed_property: Annotated[str, QueryParameter(name="property", max_length=100)],
    from_ms: Annotated[int, QueryParameter(name="from", ge=0, le=2**52)],
    to_ms: Annotated[int, QueryParameter(name="to", ge=0, le=2**52)],
    points: Points = 500,
    incident: Text = "",
    reason: Reason = "",
) -> History:
    """What a device told of one property ("position": where it was); a ward's under an open case or for a reason."""
    platform, session = platform_of(request), session_of(request)
    of = (await _ask(platform, GetDevice(device=device), DeviceState)).device
    question = GetHistory(
        device=device, observed_property=observed_property, from_ms=from_ms, to_ms=to_ms, at_most=points
    )
    if of.ward:
        judge(platform, session, of, incident, reason)
        span = span_of(from_ms, to_ms) if from_ms < to_ms else ""
        await platform.note(_row(request, session, of, observed_property, incident, reason, span))
    return await _ask(platform, question, History)


@get("/v1/quarantine", opt={"action": Action.SEE_DEVICES})
async def list_quarantine(request: Asked, why: Text = "", device: Text = "", limit: Page = 200) -> QuarantineList:
    """What was not believed of what devices told, the newest first, with the reason; and how often by source."""
    return await _ask(platform_of(request), ListQuarantine(reason=why, device=device, at_most=limit), QuarantineList)


@delete("/v1/wards/{ward:str}/history", status_code=200, opt={"action": Action.ERASE_WARD})
async def erase_history(request: Asked, ward: FromPath[str], reason: Reason = "") -> Erased:
    """Forget for good what a ward's devices told up to now, after its ledger row is on disk."""
    platform, session = platform_of(request), session_of(request)
    thing = OfWard(case_open=False, reason_given=_is_reason(reason))
    if not platform.policy.permits(asker_of(session), Action.ERASE_WARD, thing):
        raise Refused("ward.erase_refused", ward=ward)
    row = LedgerRow(
        at=platform.now(),
        act=Act.ERASE,
        who=session.user,
        agency=session.agency,
        origin=origin_of(request),
        reason=f"{ward}: {reason.strip()}",
        session=session.id,
    )
    await platform.note(row)
    return await _ask(platform, EraseWard(ward=ward), Erased)


def judge(platform: Platform, session: Session, device: Device, incident: str, reason: str) -> None:
    """Nothing where the session may see what a ward's device told. Raises Refused("ward.refused").

    An open case speaks for the devices it is about alone: those of the site our own rules found something at.
    """
    case = platform.board().incidents.get(incident)
    city = platform.settings.city.code
    about = case is not None and not case.is_over and (device.site or device.id) in subjects_of(case, city)
    thing = OfWard(case_open=about, reason_given=_is_reason(reason))
    if not platform.policy.permits(asker_of(session), Action.SEE_WARD, thing):
        raise Refused("ward.refused", incident=incident)


def _is_reason(reason: str) -> bool:
    return len(reason.strip()) >= REASON_AT_LEAST


def _row(
    request: Asked, session: Session, device: Device, what: str, incident: str, reason: str, span: str = ""
) -> LedgerRow:
    seen = " ".join(part for part in (device.ward, device.id, what) if part)
    return LedgerRow(
        at=platform_of(request).now(),
        act=Act.SEE_WARD,
        who=session.user,
        agency=session.agency,
        origin=origin_of(request),
        incident=incident,
        reason=f"{seen}: {reason.strip()}",
        session=session.id,
        span=span,
    )


async def _ask(platform: Platform, question: Question, answer: type[A]) -> A:
    """Raises Unavailable("telemetry.away"), or what telemetry says is wrong."""
    return msgspec.json.decode(await platform.ask_telemetry(question), type=answer)


ROUTES = [list_devices, read_device, read_history, list_quarantine, erase_history]
