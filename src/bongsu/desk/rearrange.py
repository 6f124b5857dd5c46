"""Operators put right what the desk joined or kept apart: two cases made one, a joined case made one of its own.

The desk judges a case once, when its first report comes, and never moves it afterwards: what an operator says stands.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET
from msgspec.structs import replace

from bongsu.core.command import Merge, Split
from bongsu.core.entry import Decision
from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.core.incident import Change, Incident, Joined, State, What
from bongsu.desk.board import Board
from bongsu.desk.cases import sooner
from bongsu.desk.hear import moved_or_noted, open_anew, step_of


def merge(board: Board, gone: Incident, into: Incident, command: Merge, now: datetime) -> Decision:
    """End one open case as part of another, which takes all its cases in. Raises Conflict, Invalid."""
    if gone.id == into.id:
        raise Invalid("merge.itself", incident=into.id)
    if gone.status is not into.status:
        raise Conflict("merge.status", one=gone.status.value, other=into.status.value)
    over = replace(
        gone,
        version=gone.version + 1,
        changed_at=now,
        state=State.MERGED,
        merged_into=into.id,
        closed_by=command.by,
        close_note=command.note,
    )
    ended = Change(what=What.MERGED, incident=over, at=now, by=command.by, note=command.note)
    after = _taken_on(gone, step_of(board, into, (*into.cases, *gone.cases), now))
    taken_in = Change(what=moved_or_noted(into, after), incident=after, at=now, by=command.by, note=command.note)
    return Decision(changes=(ended, taken_in))


def _taken_on(gone: Incident, into: Incident) -> Incident:
    """It keeps the more urgent priority, and whoever works on either of the two, crews on their way too."""
    known = {one.unit for one in into.sent}
    crews = (*into.sent, *(one for one in gone.sent if one.unit not in known))
    after = replace(into, priority=sooner(gone.priority, into.priority), crews=crews or UNSET)
    if gone.state is State.ACCEPTED and into.state is State.OPEN:
        return replace(after, state=State.ACCEPTED, accepted_by=gone.accepted_by)
    return after


def split(board: Board, incident: Incident, command: Split, now: datetime) -> Decision:
    """Take a joined case out of an open incident, as one of its own. Raises NotFound, Invalid.

    The first change is the old incident's SPLIT, then its MOVED where its place or kind is another without the case,
    so that services speak anew; the last is the new incident's.
    """
    case = _joined(incident, command)
    rest = tuple(one for one in incident.cases if one is not case)
    left = step_of(board, incident, rest, now)
    changes = [Change(what=What.SPLIT, incident=left, at=now, by=command.by, note=command.note)]
    if moved_or_noted(incident, left) is What.MOVED:
        moved = replace(left, version=left.version + 1)
        changes.append(Change(what=What.MOVED, incident=moved, at=now, by=command.by))
    anew = open_anew(board, incident, (case,), command.by, now)
    return Decision(changes=(*changes, replace(anew, note=command.note)))


def _joined(incident: Incident, command: Split) -> Joined:
    if (incident.sender, incident.occurrence) == (command.sender, command.occurrence):
        raise Invalid("split.own", incident=incident.id)
    for case in incident.also:
        if (case.sender, case.occurrence) == (command.sender, command.occurrence):
            return case
    raise NotFound("split.not_joined", incident=incident.id, sender=command.sender, occurrence=command.occurrence)
