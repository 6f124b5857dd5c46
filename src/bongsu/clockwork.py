"""The clock's own commands: grants whose time is up lapse, deadlines missed are said, and so is a clock that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bongsu.core.clock import Monotonic, Now
from bongsu.core.command import Command, Lapse, Overdue
from bongsu.core.entry import Entry, Recorded
from bongsu.core.errors import Conflict, NotFound, Unavailable
from bongsu.desk.board import Board
from bongsu.desk.deadlines import Deadlines
from bongsu.flow import due_to_lapse

TICK_S = 0.25
CLOCK_STEP_S = 2.0
AT_ONCE = 64
"""So many missed deadlines are said before the clocks are looked at again: a right that ends does not wait for them."""

log = structlog.get_logger()


class Clockwork:
    """Looks at the clocks four times a second; deadlines run on the monotonic one, which nobody can set."""

    def __init__(
        self,
        *,
        board: Board,
        order: Callable[[Command], Awaitable[Entry]],
        stepped: Callable[[], None],
        now: Now,
        monotonic: Monotonic,
    ) -> None:
        self._board = board
        self._order = order
        self._stepped = stepped
        self._now = now
        self._monotonic = monotonic
        self._deadlines = Deadlines()
        self._deadlines.resume(board.runs.values(), monotonic(), now())
        self._wall_ahead_s = self._ahead_s()

    def hear(self, recorded: Recorded) -> None:
        """Take up the deadlines an entry set, and let go of those it ended."""
        for run in recorded.entry.runs:
            self._deadlines.hear(run, self._monotonic())

    async def run(self) -> None:
        """Tick for ever; while the inbox takes nothing more, what is due stays due."""
        while True:
            try:
                await self.tick()
            except Unavailable as problem:
                log.warning("clockwork.late", code=problem.code)
            await asyncio.sleep(TICK_S)

    async def tick(self) -> None:
        """One look at the clocks, and the commands that follow."""
        for grant in due_to_lapse(self._board, self._now()):
            with suppress(Conflict):  # it was extended or ended while this waited its turn
                await self._order(Lapse(grant=grant))
        for incident, step in self._deadlines.due(self._monotonic())[:AT_ONCE]:
            try:
                await self._order(Overdue(incident=incident, step=step))
            except (Conflict, NotFound):  # it was done, or its case ended, while this waited its turn
                self._deadlines.forget((incident, step))
        self._watch()

    def _watch(self) -> None:
        ahead_s = self._ahead_s()
        if abs(ahead_s - self._wall_ahead_s) > CLOCK_STEP_S:
            log.warning("clock.stepped", by_s=round(ahead_s - self._wall_ahead_s, 3))
            self._stepped()
            self._wall_ahead_s = ahead_s

    def _ahead_s(self) -> float:
        return self._now().timestamp() - self._monotonic()
