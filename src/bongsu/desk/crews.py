"""Crews sent to cases and called back, and cases filed to the fire service: what each order changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import UNSET
from msgspec.structs import replace

from bongsu.core.command import FileReport, OfCrews, RecallCrew, SendCrew
from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.core.incident import Change, Incident, Sent, What
from bongsu.core.ledger import Act, LedgerRow
from bongsu.desk.board import Board

TEXT_CHARS_AT_LEAST = 5
CREWS_AT_MOST = 64

ACTS = {What.SENT: Act.SEND, What.RECALLED: Act.RECALL, What.FILED: Act.FILE}


def crew_step(board: Board, incident: Incident, command: OfCrews, now: datetime) -> Change:
    """The step of an open incident that an order comes to. Raises Conflict, Invalid, NotFound ("dispatch.…")."""
    match command:
        case SendCrew():
            return _send(board, incident, command, now)
        case RecallCrew():
            return _recall(incident, command, now)
        case FileReport():
            return _file(incident, command, now)


def crew_rows(changes: Iterable[Change]) -> tuple[LedgerRow, ...]:
    """Each crew sent or called back, and each case filed, on the ledger."""
    return tuple(
        LedgerRow(
            at=change.at,
            act=ACTS[change.what],
            who=change.by,
            camera=change.camera,
            incident=change.incident.id,
            reason=change.unit,
        )
        for change in changes
        if change.what in ACTS
    )


def _send(board: Board, incident: Incident, command: SendCrew, now: datetime) -> Change:
    for one in board.list_open():
        if any(crew.unit == command.unit for crew in one.sent):
            raise Conflict("dispatch.sent", unit=command.unit, incident=one.id)
    if len(incident.sent) >= CREWS_AT_MOST:
        raise Invalid("dispatch.many", at_most=CREWS_AT_MOST)
    crews = (*incident.sent, Sent(unit=command.unit, at=now, by=command.by))
    return _change(What.SENT, incident, command, now, unit=command.unit, crews=crews)


def _recall(incident: Incident, command: RecallCrew, now: datetime) -> Change:
    crews = tuple(crew for crew in incident.sent if crew.unit != command.unit)
    if len(crews) == len(incident.sent):
        raise NotFound("dispatch.none", unit=command.unit)
    return _change(What.RECALLED, incident, command, now, unit=command.unit, crews=crews or UNSET)


def _file(incident: Incident, command: FileReport, now: datetime) -> Change:
    if len(command.text.strip()) < TEXT_CHARS_AT_LEAST:
        raise Invalid("dispatch.text", chars=TEXT_CHARS_AT_LEAST)
    if incident.where is None:
        raise Invalid("dispatch.nowhere", incident=incident.id)
    change = _change(What.FILED, incident, command, now)
    return replace(change, note=command.text.strip(), camera=command.camera)


def _change(
    what: What, incident: Incident, command: OfCrews, now: datetime, unit: str = "", **fields: object
) -> Change:
    after = replace(incident, version=incident.version + 1, changed_at=now, **fields)
    return Change(what=what, incident=after, at=now, by=command.by, unit=unit)
