"""Builders for procedures, the records they stand in, and a board that knows some."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bongsu.core.entry import Entry, Recorded
from bongsu.core.procedure import Actor, After, Deed, Outcome, Procedure, Step
from bongsu.core.revision import KindTerms, Record, RecordKind, Revision, ServiceTerms
from bongsu.desk.board import Board
from fakes.desk import NOON


def a_step(id: str, *after: str | tuple[str, str], **fields: Any) -> Step:
    """A manual step after others; ("seen", "yes") waits for that answer."""
    conditions = tuple(
        After(step=one) if isinstance(one, str) else After(step=one[0], outcomes=(Outcome(one[1]),)) for one in after
    )
    return Step(id=id, title=f"{id} 한다", after=conditions, **fields)


def a_notice(id: str, *after: str | tuple[str, str], agency: str = "fire119") -> Step:
    """An automatic step that tells an agency."""
    return a_step(id, *after, actor=Actor.AUTOMATIC, deed=Deed.NOTIFY, agency=agency)


def a_procedure(*steps: Step, kinds: Iterable[str] = ("robbery",), **fields: Any) -> Procedure:
    """A procedure for a robbery, unless said otherwise."""
    return Procedure(name=fields.pop("name", "강도 대응"), kinds=tuple(kinds), steps=steps, **fields)


ROBBERY = a_procedure(
    a_notice("tell", agency="police112"),
    a_step("look", within_s=60.0, escalate="police112"),
    a_step("seen", "look", question=True),
    a_step("guide", ("seen", "yes"), within_s=30.0),
    a_step("widen", ("seen", "no")),
    a_step("keep", "seen"),
)
"""A notice, a look against the clock, a question with two branches, and a last step after either answer."""


def a_revision(kind: RecordKind, id: str, body: Record | None, version: int = 1) -> Revision:
    return Revision(kind=kind, id=id, version=version, body=body, at=NOON, by="settings", note="처음 기록")


def fold(board: Board, *revisions: Revision) -> Board:
    """The board once these records were written."""
    board.apply(Recorded(seq=board.seq + 1, entry=Entry(revisions=revisions)))
    return board


def a_board(**procedures: Procedure) -> Board:
    """A board that knows two kinds, a service for robberies, and these procedures (the robbery's by default)."""
    known = [
        a_revision(RecordKind.KIND, "robbery", KindTerms(name="강도")),
        a_revision(RecordKind.KIND, "fire", KindTerms(name="화재")),
        a_revision(RecordKind.SERVICE, "police_video", ServiceTerms(terms={"kinds": ["robbery"]})),
    ]
    given = procedures or {"robbery": ROBBERY}
    return fold(Board(), *known, *(a_revision(RecordKind.PROCEDURE, name, one) for name, one in given.items()))
