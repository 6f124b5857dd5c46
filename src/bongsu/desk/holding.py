"""Legal holds: what was recorded and must not be deleted, and what else retention must spare meanwhile."""

from __future__ import annotations

from datetime import datetime
from math import ceil, floor

from msgspec.structs import replace

from bongsu.core.clock import KST
from bongsu.core.command import OfHolds, ReleaseHold, SetHold
from bongsu.core.entry import Decision
from bongsu.core.errors import Conflict, NotFound
from bongsu.core.export import TO_BUILD, ExportState, LegalHold
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.recording import Held
from bongsu.desk.board import Board
from bongsu.desk.exporting import check_reason, check_span

WAITING = TO_BUILD | {ExportState.ASKED}


def hold_step(board: Board, command: OfHolds, now: datetime) -> Decision:
    """What an order on legal holds comes to. Raises NotFound, Conflict, Invalid."""
    match command:
        case SetHold():
            return Decision(legal_holds=_set(board, command, now))
        case ReleaseHold():
            return Decision(legal_holds=(_release(board, command, now),))


def spared(board: Board) -> tuple[Held, ...]:
    """Every span retention must spare: those on hold, and those of exports that are not built yet."""
    spans = [(hold.camera, hold.since, hold.until) for hold in board.legal_holds.values() if hold.holds]
    waiting = [one for one in board.exports.values() if one.state in WAITING and not one.masked]
    spans += [(camera, one.since, one.until) for one in waiting for camera in one.cameras]
    return tuple(
        Held(camera, floor(since.timestamp() * 1000), ceil(until.timestamp() * 1000)) for camera, since, until in spans
    )


def hold_row(hold: LegalHold) -> LedgerRow:
    """The ledger row of a hold that was set or released."""
    span = f"{hold.since.isoformat()} – {hold.until.isoformat()}"
    return LedgerRow(
        at=hold.changed_at,
        act=Act.HOLD if hold.holds else Act.RELEASE,
        who=hold.by if hold.holds else hold.released_by,
        camera=hold.camera,
        incident=hold.incident,
        reason=f"{hold.id}: {hold.reason if hold.holds else hold.release_reason} ({span})",
    )


def _set(board: Board, command: SetHold, now: datetime) -> tuple[LegalHold, ...]:
    if command.incident not in board.incidents:
        raise NotFound("incident.unknown", incident=command.incident)
    check_span(command.cameras, command.since, command.until, now)
    reason = check_reason(command.reason)
    return tuple(
        LegalHold(
            id=f"H-{now.astimezone(KST):%Y%m%d}-{len(board.legal_holds) + place:05d}",
            version=1,
            camera=camera,
            since=command.since,
            until=command.until,
            incident=command.incident,
            reason=reason,
            by=command.by,
            at=now,
        )
        for place, camera in enumerate(command.cameras, 1)
    )


def _release(board: Board, command: ReleaseHold, now: datetime) -> LegalHold:
    hold = board.legal_holds.get(command.hold)
    if hold is None:
        raise NotFound("hold.unknown", hold=command.hold)
    if not hold.holds:
        raise Conflict("hold.released", hold=hold.id)
    return replace(
        hold,
        version=hold.version + 1,
        released_by=command.by,
        released_at=now,
        release_reason=check_reason(command.reason),
    )
