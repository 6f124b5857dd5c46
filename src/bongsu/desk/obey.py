"""What a command comes to: one line for each order, the work in the file of its subject."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from msgspec.structs import replace

from bongsu.core.command import (
    Accept,
    Close,
    Command,
    Extend,
    HandOver,
    Lapse,
    Merge,
    OfCases,
    OfCrews,
    OfExports,
    OfFlights,
    OfHolds,
    OfSearches,
    Overdue,
    Prioritise,
    Revise,
    Split,
    Tick,
)
from bongsu.core.entry import Decision
from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.core.grant import Grant
from bongsu.core.incident import Change, Incident, State, What
from bongsu.desk.board import Board
from bongsu.desk.crews import crew_step
from bongsu.desk.exporting import export_step
from bongsu.desk.holding import hold_step
from bongsu.desk.procedure import advance
from bongsu.desk.pursuing import flight_step
from bongsu.desk.rearrange import merge, split
from bongsu.desk.records import UNCHECKED, Checks, revise
from bongsu.desk.searching import search_step

EXTEND_AT_MOST_S = 3600.0


def obey(board: Board, command: Command, now: datetime, checks: Checks = UNCHECKED) -> Decision:
    """What a command comes to. Raises NotFound, Conflict (somebody was first), Invalid."""
    if isinstance(command, OfExports):
        return export_step(board, command, now)
    if isinstance(command, OfHolds):
        return hold_step(board, command, now)
    if isinstance(command, OfCrews):
        incident = open_incident(board, command.incident, command.version)
        return Decision(changes=(crew_step(board, incident, command, now),))
    if isinstance(command, OfSearches):
        open_incident(board, command.incident, None)
        return search_step(board, command, now)
    if isinstance(command, OfFlights):
        open_incident(board, command.incident, None)
        return flight_step(board, command, now)
    return _of_case(board, command, now, checks)


def _of_case(board: Board, command: OfCases | Revise, now: datetime, checks: Checks) -> Decision:
    match command:
        case Accept() | Close() | HandOver() | Prioritise():
            return Decision(changes=(_step(board, command, now),))
        case Extend():
            return Decision(changes=(_extend(board, command, now),))
        case Lapse():
            return Decision(changes=(_lapse(board, command, now),))
        case Merge():
            gone = open_incident(board, command.incident, command.version)
            return merge(board, gone, open_incident(board, command.into, None), command, now)
        case Split():
            return split(board, open_incident(board, command.incident, command.version), command, now)
        case Tick() | Overdue():
            return advance(board, open_incident(board, command.incident, None), command, now)
        case Revise():
            return revise(board, command, checks, now)
    raise Invalid("invalid", detail=command.what)


def _step(board: Board, command: Accept | Close | HandOver | Prioritise, now: datetime) -> Change:
    incident = open_incident(board, command.incident, command.version)
    match command:
        case Accept():
            return _accept(incident, command, now)
        case Close():
            return _close(incident, command, now)
        case HandOver():
            return _hand_over(incident, command, now)
        case Prioritise():
            return change_of(What.PRIORITISED, incident, command.by, now, note=command.note, priority=command.priority)


def regrant(board: Board, change: Change) -> tuple[Grant, ...]:
    """The grants that change with their incident: all end with it, one is extended, one lapses."""
    match change.what:
        case What.CLOSED | What.CANCELLED | What.MERGED:
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
    return change_of(What.ACCEPTED, incident, command.by, now, state=State.ACCEPTED, accepted_by=command.by)


def _hand_over(incident: Incident, command: HandOver, now: datetime) -> Change:
    if incident.state is not State.ACCEPTED:
        raise Conflict("incident.unclaimed", incident=incident.id)
    state = State.ACCEPTED if command.to else State.OPEN
    return change_of(What.HANDED, incident, command.by, now, note=command.note, state=state, accepted_by=command.to)


def _close(incident: Incident, command: Close, now: datetime) -> Change:
    return change_of(
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
    change = change_of(What.EXTENDED, board.incidents[grant.incident], command.by, now)
    return replace(change, grant=grant.id, until=until)


def _lapse(board: Board, command: Lapse, now: datetime) -> Change:
    grant = _running(board, command.grant)
    if grant.is_live(now):
        raise Conflict("grant.live", grant=grant.id)
    return replace(change_of(What.LAPSED, board.incidents[grant.incident], command.by, now), grant=grant.id)


def _running(board: Board, grant_id: str) -> Grant:
    grant = board.grants.get(grant_id)
    if grant is None:
        raise NotFound("grant.unknown", grant=grant_id)
    if grant.ended:
        raise Conflict("grant.over", grant=grant_id)
    return grant


def open_incident(board: Board, incident_id: str, version: int | None) -> Incident:
    """An incident that is not over and, where a version is named, stands at it. Raises NotFound, Conflict."""
    incident = board.incidents.get(incident_id)
    if incident is None:
        raise NotFound("incident.unknown", incident=incident_id)
    if incident.is_over:
        raise Conflict("incident.over", by=incident.closed_by)
    if version is not None and version != incident.version:
        raise Conflict("incident.changed", version=incident.version)
    return incident


def change_of(what: What, incident: Incident, by: str, now: datetime, note: str = "", **fields: object) -> Change:
    """One step of an incident: the fields given are set, its version counts on."""
    after = replace(incident, version=incident.version + 1, changed_at=now, **fields)
    return Change(what=what, incident=after, at=now, by=by, note=note)
