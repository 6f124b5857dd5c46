"""From a request to the SCSNS event that answers the partner's own: where, which cameras, and where to watch them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import urlencode

from bongsu.core.geo import Point
from bongsu.core.grant import Grant
from bongsu.core.incident import Incident, Joined, State
from bongsu.core.report import Step
from bongsu.core.request import Ask, Request
from bongsu.core.words import say
from bongsu.wires.scsns.codes import Code
from bongsu.wires.scsns.event import Event, Item, split_case
from bongsu.wires.scsns.values import stamp_ms

AddressOf = Callable[[Point], str]
"""Names a place for people: the nearest road and quarter, "" when nothing is near."""

UNKNOWN_EVENT = "UNKNOWN"
WORDED = frozenset({Ask.NOTIFY, Ask.FILE_REPORT})
"""Asks whose own text is what the receiver reads."""
SCENES = frozenset({Ask.SHOW_SCENE, Ask.FILE_REPORT})


def event_of(
    request: Request, receiver: str, public_url: str, kinds: Mapping[str, Code], address_of: AddressOf | None
) -> Event:
    """The event that carries a request: 40 (변경) with an offer, a scene or a notice, 91 or 90 when the right is over.

    It keeps the evtId and ocrNbr the receiver gave the case, and its words, whoever else told of it first; where the
    receiver told of it more than once, the item "cases" has all its numbers. What the receiver never told of keeps the
    first sender's, and what came another way gets the code of its kind, and the time it was opened as its number. The
    same request always makes the same event.
    """
    incident, code = request.incident, kinds.get(request.incident.kind)
    theirs, case = _told_by(receiver, incident)
    event_id, occurrence = _number(case) or _made_up(incident, kinds)
    return Event(
        event_id=event_id,
        occurrence=occurrence,
        step=_step(request),
        name=say(f"kind.{incident.kind}", "ko") if code is None else code.ko,
        lon=None if incident.where is None else incident.where.lon,
        lat=None if incident.where is None else incident.where.lat,
        place=incident.address,
        content=_content(request, case if theirs else None),
        occurred_at=incident.occurred_at,
        user_id="bongsu",
        user_name="bongsu",
        stated_at=incident.changed_at,
        ended_at=incident.changed_at if request.ask is Ask.END_VIDEO else None,
        items=(*_items(request, public_url, address_of), *_cases(theirs)),
        detail=request.ask.value,
    )


def _told_by(receiver: str, incident: Incident) -> tuple[list[Joined], Joined]:
    """The receiver's own cases in it, and the one it is answered under: one that goes on, else the first sender's."""
    theirs = [case for case in incident.cases if case.sender == receiver and _number(case) is not None]
    return theirs, next((one for one in theirs if not one.ended), theirs[0] if theirs else incident.cases[0])


def _number(case: Joined) -> tuple[str, str] | None:
    """evtId and ocrNbr of a case that came over this wire."""
    name = split_case(case.occurrence)
    return None if name is None or name[1] != case.event_code else name[1:]


def _made_up(incident: Incident, kinds: Mapping[str, Code]) -> tuple[str, str]:
    code = kinds.get(incident.kind)
    return (UNKNOWN_EVENT if code is None else code.id), stamp_ms(incident.opened_at)


def _content(request: Request, theirs: Joined | None) -> str:
    if request.ask in WORDED:
        return request.text
    return request.incident.text if theirs is None else theirs.text


def _cases(theirs: Sequence[Joined]) -> Iterator[Item]:
    if len(theirs) > 1:
        numbers = [number for number in map(_number, theirs) if number is not None]
        yield Item("cases", ",".join(f"{event_id}/{occurrence}" for event_id, occurrence in numbers))


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
    if request.text and request.ask not in WORDED:
        yield Item("note", request.text)
    if request.ask in SCENES and incident.where is not None:
        yield Item("address", incident.address)
        yield Item("near", address_of(incident.where) if address_of is not None else "")


def _offer(grant: Grant, ask: Ask, public_url: str) -> Iterator[Item]:
    cameras = [view.camera for view in grant.views]
    yield Item("grant", grant.id)
    yield Item("until", grant.until.isoformat(timespec="milliseconds"))
    yield Item("url", link(public_url, incident=grant.incident))
    yield Item("cameras", ",".join(camera.replace(",", "%2C") for camera in cameras))
    if ask in SCENES and cameras:
        yield Item("still", link(public_url, incident=grant.incident, camera=cameras[0], form="still"))


def link(public_url: str, **what: str) -> str:
    """The console's page for an incident, or for one camera on it."""
    return f"{public_url.rstrip('/')}/?{urlencode(what)}"
