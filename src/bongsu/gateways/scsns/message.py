"""From a request to the SCSNS event that answers the partner's own: where, which cameras, and where to watch them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlencode

from bongsu.core.geo import Point
from bongsu.core.grant import Grant
from bongsu.core.incident import Incident, State
from bongsu.core.report import Step
from bongsu.core.request import Ask, Request
from bongsu.wires.scsns.codes import Code
from bongsu.wires.scsns.event import Event, Item, split_case
from bongsu.wires.scsns.values import stamp_ms

AddressOf = Callable[[Point], str]
"""Names a place for people: the nearest road and quarter, "" when nothing is near."""

UNKNOWN_EVENT = "UNKNOWN"


def event_of(request: Request, public_url: str, kinds: Mapping[str, Code], address_of: AddressOf | None) -> Event:
    """The event that carries a request: 40 (변경) with an offer, a scene or a notice, 91 or 90 when the right is over.

    It keeps the partner's evtId and ocrNbr. An incident that came another way gets the code of its kind, and the time
    it was opened as its number. The same request always makes the same event.
    """
    incident = request.incident
    event_id, occurrence = _case(incident, kinds)
    code = kinds.get(incident.kind)
    return Event(
        event_id=event_id,
        occurrence=occurrence,
        step=_step(request),
        name="" if code is None else code.ko,
        lon=None if incident.where is None else incident.where.lon,
        lat=None if incident.where is None else incident.where.lat,
        place=incident.address,
        content=request.text if request.ask is Ask.NOTIFY else incident.text,
        occurred_at=incident.occurred_at,
        user_id="bongsu",
        user_name="bongsu",
        stated_at=incident.changed_at,
        ended_at=incident.changed_at if request.ask is Ask.END_VIDEO else None,
        items=tuple(_items(request, public_url, address_of)),
        detail=request.ask.value,
    )


def _case(incident: Incident, kinds: Mapping[str, Code]) -> tuple[str, str]:
    case = split_case(incident.occurrence)
    if case is not None and case[1] == incident.event_code:
        return case[1], case[2]
    code = kinds.get(incident.kind)
    return (UNKNOWN_EVENT if code is None else code.id), stamp_ms(incident.opened_at)


def _step(request: Request) -> Step:
    if request.ask is not Ask.END_VIDEO:
        return Step.CHANGED
    return Step.CANCELLED if request.incident.state is State.CANCELLED else Step.ENDED


def _items(request: Request, public_url: str, address_of: AddressOf | None) -> Iterator[Item]:
    incident = request.incident
    yield Item("request", request.key)
    yield Item("ask", request.ask.value)
    yield Item("incident", incident.id)
    yield Item("version", str(incident.version))
    yield Item("status", incident.status.value)
    if request.grant is not None:
        yield from _offer(request.grant, request.ask, public_url)
    if request.ask is Ask.SHOW_SCENE and incident.where is not None:
        yield Item("address", incident.address)
        yield Item("near", address_of(incident.where) if address_of is not None else "")


def _offer(grant: Grant, ask: Ask, public_url: str) -> Iterator[Item]:
    cameras = [view.camera for view in grant.views]
    yield Item("grant", grant.id)
    yield Item("until", grant.until.isoformat(timespec="milliseconds"))
    yield Item("url", link(public_url, incident=grant.incident))
    yield Item("cameras", ",".join(camera.replace(",", "%2C") for camera in cameras))
    if ask is Ask.SHOW_SCENE and cameras:
        yield Item("still", link(public_url, incident=grant.incident, camera=cameras[0], form="still"))


def link(public_url: str, **what: str) -> str:
    """The console's page for an incident, or for one camera on it."""
    return f"{public_url.rstrip('/')}/?{urlencode(what)}"
