"""What a command changes: takes a case on, closes it, gives a grant more time, or lets it lapse."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from msgspec.structs import replace

from bongsu.core.command import Accept, Close, Command, Extend, Lapse
from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.core.grant import Grant
from bongsu.core.incident import Change, Incident, State, What
from bongsu.desk.board import Board

EXTEND_AT_MOST_S = 3600.0


def obey(board: Board, command: Command, now: datetime) -> Change:
    """The change a command makes. Raises NotFound, Conflict (somebody was first), Invalid."""
    match command:
        case Accept():
            return _accept(_open_incident(board, command.incident, command.version), command, now)
        case Close():
            return _close(_open_incident(board, command.incident, command.version), command, now)
        case Extend():
            return _extend(board, command, now)
        case Lapse():
            return _lapse(board, command, now)


def regrant(board: Board, change: Change) -> tuple[Grant, ...]:
    """The grants that change with their incident: all end with it, one is extended, one lapses."""
    match change.what:
        case What.CLOSED | What.CANCELLED:
            running = [grant for grant in board.grants_of(change.incident.id) if not grant.ended]
            return tuple(replace(grant, version=grant.version + 1, ended=True) for grant in running)
        case What.EXTENDED:
            grant = board.grants[change.grant]
            return (replace(grant, version=grant.version + 1, until=change.until or grant.until),)
        case What.LAPSED:
            grant = board.grants[change.grant]
            return (replace(grant, version=grant.version + 1, ended=True),)
    return ()


def _accept(incident: Incident, command: Accept, now: datetime) -> Change:
    if incident.state is State.ACCEPTED:
        raise Conflict("incident.accepted", by=incident.accepted_by)
    return _change(What.ACCEPTED, incident, command.by, now, state=State.ACCEPTED, accepted_by=command.by)


def _close(incident: Incident, command: Close, now: datetime) -> Change:
    return _change(
        What.CLOSED, incident, command.by, now, state=State.CLOSED, closed_by=command.by, close_note=command.note
    )


def _extend(board: Board, command: Extend, now: datetime) -> Change:
    if not math.isfinite(command.for_s) or not 0 < command.for_s <= EXTEND_AT_MOST_S:
        raise Invalid("grant.extension", at_most_s=int(EXTEND_AT_MOST_S))
    grant = _running(board, command.grant)
    if not grant.is_live(now):
        raise Conflict("grant.over", grant=grant.id)
    until = now + timedelta(seconds=command.for_s)
    if until <= grant.until:
        raise Conflict("grant.longer", grant=grant.id)
    change = _change(What.EXTENDED, board.incidents[grant.incident], command.by, now)
    return replace(change, grant=grant.id, until=until)


def _lapse(board: Board, command: Lapse, now: datetime) -> Change:
    grant = _running(board, command.grant)
    if grant.is_live(now):
        raise Conflict("grant.live", grant=grant.id)
    return replace(_change(What.LAPSED, board.incidents[grant.incident], command.by, now), grant=grant.id)


def _running(board: Board, grant_id: str) -> Grant:
    grant = board.grants.get(grant_id)
    if grant is None:
        raise NotFound("grant.unknown", grant=grant_id)
    if grant.ended:
        raise Conflict("grant.over", grant=grant_id)
    return grant


def _open_incident(board: Board, incident_id: str, version: int | None) -> Incident:
    incident = board.incidents.get(incident_id)
    if incident is None:
        raise NotFound("incident.unknown", incident=incident_id)
    if incident.is_over:
        raise Conflict("incident.over", by=incident.closed_by)
    if version is not None and version != incident.version:
        raise Conflict("incident.changed", version=incident.version)
    return incident


def _change(what: What, incident: Incident, by: str, now: datetime, **fields: object) -> Change:
    after = replace(incident, version=incident.version + 1, changed_at=now, **fields)
    return Change(what=what, incident=after, at=now, by=by)
