"""What each audience is told of the board: pure projections, written as text once per audience.

An agency is told of an incident only while it holds a live grant on it, and then only of its own grants and
their cameras; what it may not see is never sent, not merely hidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from bongsu.access.permit import Action, Asker, Policy
from bongsu.core.asset import Unit
from bongsu.core.entry import Entry
from bongsu.core.grant import Grant
from bongsu.core.incident import Change, Incident
from bongsu.core.person import Session
from bongsu.core.procedure import Run
from bongsu.core.request import Outgoing
from bongsu.core.revision import Revision
from bongsu.web.needs import Incidents, Streets

ENDED_SHOWN = timedelta(hours=1)

_encode = msgspec.json.Encoder().encode


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """Who hears the same words: everything, or one agency's own, or ("" and False) nothing of any incident."""

    agency: str = ""
    all_incidents: bool = False
    outbox: bool = False


def asker_of(session: Session) -> Asker:
    """A session as the policy sees it."""
    return Asker(user=session.user, role=session.role.value, agency=session.agency)


def audience_of(session: Session, policy: Policy) -> Audience:
    """What this session hears, by the policy."""
    asker = asker_of(session)
    return Audience(
        agency=session.agency,
        all_incidents=policy.permits(asker, Action.SEE_EVERY_INCIDENT),
        outbox=policy.permits(asker, Action.FOLLOW_OUTBOX),
    )


def live_grants(board: Incidents, agency: str, now: datetime) -> list[Grant]:
    """An agency's grants that hold right now, on incidents that are not over; none for ""."""
    return [
        grant
        for grant in board.running.values()
        if agency and grant.agency == agency and grant.is_live(now) and not board.incidents[grant.incident].is_over
    ]


def visible(board: Incidents, audience: Audience, now: datetime) -> tuple[list[Incident], list[Grant]]:
    """The incidents and grants an audience may see right now."""
    if audience.all_incidents:
        shown = [one for one in board.incidents.values() if not one.is_over or now - one.changed_at < ENDED_SHOWN]
        return shown, [grant for one in shown for grant in board.grants_of(one.id)]
    grants = live_grants(board, audience.agency, now)
    held = dict.fromkeys(grant.incident for grant in grants)
    return [outside(board.incidents[key]) for key in held], grants


def outside(incident: Incident) -> Incident:
    """A case as an agency may see it: what each sender told by itself stays the city's and that sender's."""
    return replace(incident, also=(), own=None)


def cameras_of(city: Streets, grants: Iterable[Grant]) -> dict[str, dict[str, Any]]:
    """Short notes on the cameras that grants name; a camera no longer in the register is left out."""
    ids = dict.fromkeys(view.camera for grant in grants for view in grant.views)
    return {camera: _camera(city, camera) for camera in ids if camera in city.cameras}


def _camera(city: Streets, camera_id: str) -> dict[str, Any]:
    camera = city.cameras[camera_id]
    return {
        "name": camera.name,
        "lon": camera.where.lon,
        "lat": camera.where.lat,
        "heading_deg": camera.heading_deg,
        "hfov_deg": camera.hfov_deg,
        "reach_m": round(city.reach_m(camera), 1),
    }


def tell_change(
    seq: int, change: Change, entry: Entry, board: Incidents, city: Streets, now: datetime
) -> dict[str, tuple[str, ...]]:
    """The words on one change of an entry: under "" for those who see everything, else under the agency.

    `board` already stands as of this entry. How far a procedure has come is the city's own business.
    """
    incident = change.incident
    fresh = [grant for grant in entry.grants if grant.incident == incident.id]
    run = next((run for run in entry.runs if run.incident == incident.id), None)
    words: dict[str, tuple[str, ...]] = {"": (_change_word(seq, change, fresh, city, run=run),)}
    standing = {grant.id: grant for grant in (*board.grants_of(incident.id), *fresh)}.values()
    for agency in dict.fromkeys(grant.agency for grant in standing):
        own = [grant for grant in fresh if grant.agency == agency]
        if not incident.is_over and any(one.agency == agency and one.is_live(now) for one in standing):
            shown = replace(change, incident=outside(incident))
            words[agency] = (_change_word(seq, shown, [_bare(grant, now) for grant in own], city, agency),)
        elif own:
            words[agency] = tuple(_gone_word(seq, grant) for grant in own)
    return words


def _bare(grant: Grant, now: datetime) -> Grant:
    """A grant that no longer holds says only that it ended."""
    return grant if grant.is_live(now) else replace(grant, views=(), ended=True)


def _change_word(
    seq: int,
    change: Change,
    grants: Iterable[Grant],
    city: Streets,
    agency: str | None = None,
    run: Run | None = None,
) -> str:
    grants = tuple(grants)
    # Whose time was extended is no business of another agency on the same case.
    foreign = agency is not None and all(grant.id != change.grant for grant in grants)
    step = {
        "what": change.what,
        "at": change.at,
        "by": change.by,
        "grant": "" if foreign else change.grant,
        "until": None if foreign else change.until,
    }
    cameras = cameras_of(city, grants)
    said = {"change": step, "incident": change.incident, "grants": grants, "cameras": cameras}
    return word("change", seq=seq, **said, **({} if run is None else {"run": run}))


def record_word(seq: int, revision: Revision) -> str:
    """A record as it stands now, for the city's own staff."""
    return word("record", seq=seq, record=revision)


def _gone_word(seq: int, grant: Grant) -> str:
    return word("gone", seq=seq, incident=grant.incident, grant=grant.id)


def outbox_rows(outgoing: Iterable[Outgoing]) -> list[dict[str, Any]]:
    """Undelivered requests as doors.md shows them: no more of the incident than its id."""
    return [
        {
            "key": one.request.key,
            "agency": one.request.agency,
            "ask": one.request.ask,
            "incident": one.request.incident.id,
            "state": one.state,
            "attempts": one.attempts,
            "next_at": one.next_at,
            "since": one.request.incident.changed_at,
            "detail": one.detail,
        }
        for one in outgoing
    ]


def units_word(units: Iterable[Unit]) -> str:
    """The crews whose positions follow, in the order their index counts."""
    return word("units", units=list(units))


def word(what: str, **said: Any) -> str:
    """A word of the live board as text; `what` comes first."""
    return _encode({"what": what, **said}).decode()
