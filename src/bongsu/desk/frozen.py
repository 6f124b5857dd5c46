"""The board as bytes and back, so that a start needs only the entries since; equal bytes thaw to an equal board.

The shape is not a promise: whoever changes what a board keeps raises SHAPE, and older bytes are left unread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from bongsu.core.export import Export, LegalHold
from bongsu.core.grant import Grant
from bongsu.core.incident import Incident
from bongsu.core.procedure import Procedure, Run
from bongsu.core.pursuit import FlightNote
from bongsu.core.revision import Revision
from bongsu.core.search import SearchNote
from bongsu.desk.board import Board

SHAPE = 4
AT_ONCE = 500
"""So many items are encoded in one go: the thread that freezes lets the loop's thread in between."""

LENGTH_BYTES = 4
KEPT = (
    "incidents", "grants", "running", "runs", "records", "procedures", "exports", "legal_holds", "searches",
    "flights", "_cases", "_open", "_granted",
)  # fmt: skip


class Head(msgspec.Struct, frozen=True, array_like=True):
    """What stands before the items."""

    shape: int
    seq: int
    under: int


_encode = msgspec.msgpack.Encoder().encode
_TYPES: tuple[Any, ...] = (
    Head,
    list[Incident],
    list[Grant],
    list[Run],
    list[Revision],
    list[tuple[str, int, Procedure]],
    list[tuple[str, str, str]],
    list[str],
    list[str],
    list[Export],
    list[LegalHold],
    list[SearchNote],
    list[FlightNote],
)
_DECODERS = tuple(msgspec.msgpack.Decoder(type_) for type_ in _TYPES)


def still(board: Board) -> Board:
    """A copy that stays as the board is now while the board goes on; cheap enough for the loop."""
    copy = Board()
    copy.seq, copy.under = board.seq, board.under
    for name in KEPT:
        setattr(copy, name, dict(getattr(board, name)))
    return copy


def freeze(board: Board) -> bytes:
    """A board as bytes. Slow for a large one: give it a still copy, on a thread of its own."""
    parts: tuple[Iterable[Any], ...] = (
        board.incidents.values(),
        board.grants.values(),
        board.runs.values(),
        board.records.values(),
        ((*name, procedure) for name, procedure in board.procedures.items()),
        ((*case, incident) for case, incident in board._cases.items()),
        board._open,
        board.running,
        board.exports.values(),
        board.legal_holds.values(),
        (note for notes in board.searches.values() for note in notes),
        (note for notes in board.flights.values() for note in notes),
    )
    whole = bytearray(_block(0, Head(SHAPE, board.seq, board.under)))
    for kind, items in enumerate(parts, 1):
        for some in _some(items):
            whole += _block(kind, some)
    return bytes(whole)


def find_board(body: bytes) -> Board | None:
    """The board in these bytes; None when they are of another shape or nobody can read them."""
    try:
        blocks = [(kind, _DECODERS[kind].decode(block)) for kind, block in _blocks(body)]
    except (msgspec.DecodeError, IndexError):
        return None
    head = blocks[0][1] if blocks else None
    if not isinstance(head, Head) or head.shape != SHAPE:
        return None
    items: list[list[Any]] = [[] for _ in _TYPES]
    for kind, some in blocks[1:]:
        items[kind].extend(some)
    return _board(head, items)


def _board(head: Head, items: list[list[Any]]) -> Board:
    _, incidents, grants, runs, records, procedures, cases, open_, running, exports, holds, looks, flights = items
    board = Board()
    board.seq, board.under = head.seq, head.under
    board.incidents = {incident.id: incident for incident in incidents}
    board.grants = {grant.id: grant for grant in grants}
    board.runs = {run.incident: run for run in runs}
    board.records = {(revision.kind, revision.id): revision for revision in records}
    board.procedures = {(name, version): procedure for name, version, procedure in procedures}
    board._cases = {(sender, occurrence): incident for sender, occurrence, incident in cases}
    board._open = {name: board.incidents[name] for name in open_}
    board.running = {name: board.grants[name] for name in running}
    board.exports = {export.id: export for export in exports}
    board.legal_holds = {hold.id: hold for hold in holds}
    for kept, notes in ((board.searches, looks), (board.flights, flights)):
        for note in notes:
            kept[note.incident] = (*kept.get(note.incident, ()), note)
    for grant in grants:
        board._granted.setdefault(grant.incident, []).append(grant.id)
    for incident in board._open.values():
        board.nearby.put(incident)
    return board


def _some(items: Iterable[Any]) -> Iterator[list[Any]]:
    some: list[Any] = []
    for item in items:
        some.append(item)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _block(kind: int, what: object) -> bytes:
    body = _encode(what)
    return bytes((kind,)) + len(body).to_bytes(LENGTH_BYTES, "big") + body


def _blocks(body: bytes) -> Iterator[tuple[int, memoryview]]:
    view, at = memoryview(body), 0
    while at < len(view):
        begin = at + 1 + LENGTH_BYTES
        end = begin + int.from_bytes(view[at + 1 : begin], "big")
        yield view[at], view[begin:end]
        at = end
