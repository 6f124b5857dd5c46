"""What people say of a search: who is lost, and where was looked without finding them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

from bongsu.core.asset import Line
from bongsu.core.command import DescribeLost, NoteLooked, OfSearches
from bongsu.core.entry import Decision
from bongsu.core.errors import Conflict, Invalid
from bongsu.core.geo import Point, is_on_earth
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.recording import span_of
from bongsu.core.search import SUBJECTS, Looked, Lost, SearchNote
from bongsu.desk.board import Board

NOTES_AT_MOST = 2_000
AHEAD_MS = 5_000
"""A screen's clock may be so far ahead of ours."""
LONGEST_MS = 86_400_000
MINUTES_AT_MOST = 1_440.0
POINTS_AT_MOST = 4_000
RING_POINTS = 4


def search_step(board: Board, command: OfSearches, now: datetime) -> Decision:
    """The note an order on an open incident comes to. Raises Conflict, Invalid ("search.…")."""
    if len(board.searches.get(command.incident, ())) >= NOTES_AT_MOST:
        raise Conflict("search.many", at_most=NOTES_AT_MOST)
    now_ms = int(now.timestamp() * 1000)
    if isinstance(command, DescribeLost):
        return Decision(searches=(_lost(command, now, now_ms),))
    return Decision(searches=(_looked(command, now, now_ms),))


def search_rows(notes: Iterable[SearchNote]) -> tuple[LedgerRow, ...]:
    """Each note on the ledger: a look with its camera and minutes, or the streets it took."""
    return tuple(_row(note) for note in notes)


def _lost(command: DescribeLost, now: datetime, now_ms: int) -> Lost:
    if command.subject and command.subject not in SUBJECTS:
        raise Invalid("search.subject", subject=command.subject, known=", ".join(SUBJECTS))
    if command.seen_ms is not None and not now_ms - 30 * LONGEST_MS <= command.seen_ms <= now_ms + AHEAD_MS:
        raise Invalid("search.when")
    if command.where is not None and not is_on_earth(command.where):
        raise Invalid("search.where")
    heading = command.heading_deg
    if heading is not None and not (math.isfinite(heading) and 0 <= heading < 360):
        raise Invalid("search.heading")
    return Lost(
        incident=command.incident,
        at=now,
        by=command.by,
        subject=command.subject,
        where=command.where,
        seen_ms=command.seen_ms,
        heading_deg=heading,
    )


def _looked(command: NoteLooked, now: datetime, now_ms: int) -> Looked:
    if sum((bool(command.camera), bool(command.lines), bool(command.ring))) != 1:
        raise Invalid("search.what")
    if command.camera:
        if not command.from_ms < command.to_ms <= min(now_ms + AHEAD_MS, command.from_ms + LONGEST_MS):
            raise Invalid("search.span")
    else:
        _check_ground(command)
    return Looked(
        incident=command.incident,
        at=now,
        by=command.by,
        camera=command.camera,
        from_ms=command.from_ms if command.camera else 0,
        to_ms=command.to_ms if command.camera else 0,
        lines=command.lines,
        ring=command.ring,
        minutes=0.0 if command.camera else command.minutes,
        mode=command.mode,
    )


def _check_ground(command: NoteLooked) -> None:
    lines: tuple[Line, ...] = (*command.lines, *((command.ring,) if command.ring else ()))
    points = [spot for line in lines for spot in line]
    if len(points) > POINTS_AT_MOST or any(len(line) < 2 for line in lines):
        raise Invalid("search.ground", at_most=POINTS_AT_MOST)
    if 0 < len(command.ring) < RING_POINTS or not all(is_on_earth(Point(*spot)) for spot in points):
        raise Invalid("search.ground", at_most=POINTS_AT_MOST)
    if not 0 < command.minutes <= MINUTES_AT_MOST:
        raise Invalid("search.minutes", at_most=int(MINUTES_AT_MOST))


def _row(note: SearchNote) -> LedgerRow:
    if isinstance(note, Lost):
        return LedgerRow(at=note.at, act=Act.SEARCH, who=note.by, incident=note.incident, reason="described")
    said = "recording" if note.camera else f"patrol, {note.mode}, {note.minutes:g} minutes"
    span = span_of(note.from_ms, note.to_ms) if note.camera else ""
    return LedgerRow(
        at=note.at, act=Act.SEARCH, who=note.by, incident=note.incident, camera=note.camera, reason=said, span=span
    )
