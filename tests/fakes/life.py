"""A core that lives by a driven clock and can be killed: board, flow and clockwork over one journal in memory."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from bongsu.clockwork import Clockwork
from bongsu.core.command import Command
from bongsu.core.entry import Entry, Recorded
from bongsu.core.errors import Unavailable
from bongsu.core.report import Report
from bongsu.desk.board import Board
from bongsu.flow import Flow
from fakes.desk import NOON, Clock, FakeJournal, FlatCity


class Life:
    """`begin` is what a start does with the journal; the monotonic clock begins anew with each life."""

    def __init__(self, *first: Entry) -> None:
        self.journal = FakeJournal()
        self.wall = Clock()
        self.mono_s = 0.0
        self.broken = False
        self.meanwhile: Callable[[], None] = lambda: None
        for entry in first:
            now(self.journal.append(entry, None))
        self.begin()

    def begin(self) -> None:
        """Start, or start again after a kill: all that is known is the journal."""
        self.mono_s = 100.0
        self.board = self.fold()
        self.flow = Flow(
            board=self.board,
            city=FlatCity(),
            services={},
            append=self._append,
            find_ack=self.journal.find_ack,
            tell=lambda recorded: self.clockwork.hear(recorded),
            now=self.wall,
        )
        self.clockwork = Clockwork(
            board=self.board,
            order=self._order,
            stepped=lambda: None,
            now=self.wall,
            monotonic=lambda: self.mono_s,
        )

    def fold(self) -> Board:
        board = Board()
        for recorded in self.journal.entries:
            board.apply(recorded)
        return board

    async def _append(self, entry: Entry, report: Report | None) -> int:
        if self.broken:
            raise Unavailable("store.broken", detail="killed")
        return await self.journal.append(entry, report)

    async def _order(self, command: Command) -> Entry:
        """The clockwork's orders wait their turn in the inbox: something may come before them."""
        self.meanwhile()
        return await self.flow.order(command)

    def forward(self, seconds: float) -> None:
        """Time passes, on both clocks."""
        self.mono_s += seconds
        self.wall.forward(seconds)

    def jump(self, to: datetime = NOON) -> None:
        """Somebody sets the wall clock."""
        self.wall.at = to

    def tick(self) -> None:
        """The clockwork looks at the clocks once."""
        now(self.clockwork.tick())

    @property
    def entries(self) -> list[Recorded]:
        return self.journal.entries


def now(work: Coroutine[Any, Any, Any]) -> Any:
    """Run what never really waits, without a loop."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waited")
