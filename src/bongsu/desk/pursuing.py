"""What people say of a flight: that somebody fled, and where they were seen since."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

from bongsu.core.command import NoteSeen, OfFlights, StartWatch
from bongsu.core.entry import Decision
from bongsu.core.errors import Conflict, Invalid
from bongsu.core.geo import is_on_earth
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.pursuit import FLEES, Flight, FlightNote, Seen
from bongsu.desk.board import Board

NOTES_AT_MOST = 500
AHEAD_MS = 5_000
"""A screen's clock may be so far ahead of ours."""
LONGEST_MS = 86_400_000


def flight_step(board: Board, command: OfFlights, now: datetime) -> Decision:
    """The note an order on an open incident comes to. Raises Conflict, Invalid ("watch.…")."""
    notes = board.flights.get(command.incident, ())
    if len(notes) >= NOTES_AT_MOST:
        raise Conflict("watch.many", at_most=NOTES_AT_MOST)
    if command.mode and command.mode not in FLEES:
        raise Invalid("watch.mode", mode=command.mode, known=", ".join(FLEES))
    now_ms = int(now.timestamp() * 1000)
    if isinstance(command, StartWatch):
        return Decision(flights=(_flight(command, now, now_ms),))
    if not notes:
        raise Conflict("watch.not_started", incident=command.incident)
    return Decision(flights=(_seen(command, now, now_ms),))


def flight_rows(notes: Iterable[FlightNote]) -> tuple[LedgerRow, ...]:
    """Each note on the ledger: the watch that was started, and every sighting with its camera and how it is known."""
    return tuple(_row(note) for note in notes)


def _flight(command: StartWatch, now: datetime, now_ms: int) -> Flight:
    if command.where is not None and not is_on_earth(command.where):
        raise Invalid("watch.where")
    if command.fled_ms is not None:
        _check_time(command.fled_ms, now_ms)
    return Flight(
        incident=command.incident,
        at=now,
        by=command.by,
        where=command.where,
        fled_ms=command.fled_ms,
        mode=command.mode,
    )


def _seen(command: NoteSeen, now: datetime, now_ms: int) -> Seen:
    if not is_on_earth(command.where):
        raise Invalid("watch.where")
    _check_time(command.seen_ms, now_ms)
    heading = command.heading_deg
    if heading is not None and not (math.isfinite(heading) and 0 <= heading < 360):
        raise Invalid("watch.heading")
    return Seen(
        incident=command.incident,
        at=now,
        by=command.by,
        where=command.where,
        seen_ms=command.seen_ms,
        camera=command.camera,
        heading_deg=heading,
        mode=command.mode,
        means=command.means,
    )


def _check_time(at_ms: int, now_ms: int) -> None:
    if not now_ms - LONGEST_MS <= at_ms <= now_ms + AHEAD_MS:
        raise Invalid("watch.when")


def _row(note: FlightNote) -> LedgerRow:
    camera, said = ("", "started") if isinstance(note, Flight) else (note.camera, f"seen, {note.means}")
    return LedgerRow(at=note.at, act=Act.PURSUE, who=note.by, incident=note.incident, camera=camera, reason=said)
