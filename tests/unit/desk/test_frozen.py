"""A board thaws as it was frozen, in everything it keeps, and goes on as if it had never been."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bongsu.core.entry import Entry, Recorded
from bongsu.core.person import Role
from bongsu.core.procedure import Procedure, Step
from bongsu.core.revision import RecordKind, Revision, Staff
from bongsu.desk import frozen
from bongsu.desk.board import Board
from bongsu.store.upcast import upcast
from fakes.desk import NOON

GOLDEN = Path(__file__).parents[2] / "golden" / "journal-1.msgpack"


def entries() -> list[Recorded]:
    """What release 0.1.0 wrote, then two records and a procedure."""
    read = msgspec.msgpack.Decoder(Entry).decode
    rows = msgspec.msgpack.decode(GOLDEN.read_bytes())["entries"]
    found = [Recorded(seq=seq, entry=read(upcast(body, schema))) for seq, schema, body in rows]
    bodies = (
        (RecordKind.USER, "kim", Staff(name="kim", role=Role.OPERATOR)),
        (RecordKind.PROCEDURE, "p", Procedure(name="p", kinds=("fire",), steps=(Step(id="a", title="a"),))),
        (RecordKind.PROCEDURE, "p", None),
    )
    for version, (kind, name, body) in enumerate(bodies, 1):
        revision = Revision(kind=kind, id=name, version=version, body=body, at=NOON, by="admin")
        found.append(Recorded(seq=len(found) + 1, entry=Entry(revisions=(revision,))))
    return found


def everything(board: Board) -> dict[str, object]:
    """All a board keeps, the order of things included."""
    return {
        name: list(kept.items()) if isinstance(kept, dict) else vars(kept) if hasattr(kept, "__dict__") else kept
        for name, kept in vars(board).items()
    }


@pytest.mark.parametrize("cut", range(0, 38, 4))
def test_a_thawed_board_keeps_everything_and_goes_on_to_the_same_end(cut):
    straight, first = Board(), Board()
    rows = entries()
    for recorded in rows[:cut]:
        first.apply(recorded)
    thawed = frozen.find_board(frozen.freeze(frozen.still(first)))
    assert everything(thawed) == everything(first)
    for recorded in rows:
        straight.apply(recorded)
    for recorded in rows[cut:]:
        thawed.apply(recorded)
    assert thawed.digest() == straight.digest()


def test_a_still_copy_stays_as_it_was_while_the_board_goes_on():
    board = Board()
    rows = entries()
    for recorded in rows[:10]:
        board.apply(recorded)
    before, copy = frozen.freeze(board), frozen.still(board)
    for recorded in rows[10:]:
        board.apply(recorded)
    assert frozen.freeze(copy) == before


def test_bytes_nobody_can_read_are_no_board():
    board = Board()
    for recorded in entries():
        board.apply(recorded)
    whole = frozen.freeze(board)
    assert frozen.find_board(whole) is not None
    assert frozen.find_board(b"") is None
    assert frozen.find_board(whole[:-3]) is None
    assert frozen.find_board(b"\xff" + whole) is None
    of_another_shape = bytearray(whole)
    of_another_shape[6] += 1
    assert frozen.find_board(bytes(of_another_shape)) is None
