"""One viewer's place in line: bounded, so that a slow one loses its own frames and nobody else's."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

import msgspec

from bongsu.video.codec import Header
from bongsu.video.ingest import Frame

ROOM = 45
"""Frames that may wait beyond the cached GOP: 3 s at 15 fps."""


class Trouble(msgspec.Struct, frozen=True):
    """Why the camera gives nothing, and when it is tried again."""

    code: str
    again_in_s: float


Item = Header | Frame | Trouble


class Viewer:
    """A queue of what a viewer is to be sent; when it overflows it is emptied up to the next keyframe."""

    def __init__(self, first: Sequence[Item] = ()) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiter: asyncio.Future[None] | None = None
        self.dropped = 0
        self.turn = 0
        self.restart(first)

    def restart(self, first: Sequence[Item]) -> None:
        """Forget what is lined up: from this turn on another source speaks, and this is what it has at hand."""
        self.turn += 1
        self._line: deque[Item] = deque(first)
        self._room = len(first) + ROOM
        self._waits_for_key = not any(isinstance(item, Frame) for item in first)
        if first:
            self._wake()

    def catch_up(self, items: Sequence[Item]) -> None:
        """Line up what a source has at hand, all of it, behind what there is."""
        self._line.extend(items)
        self._room = len(self._line) + ROOM
        self._waits_for_key = not any(isinstance(item, Frame) for item in items)
        if items:
            self._wake()

    def put(self, item: Item) -> None:
        """Line an item up; never waits."""
        if isinstance(item, Frame) and not self._admit(item):
            self.dropped += 1
            return
        if not isinstance(item, Frame):
            self._waits_for_key = True
        self._line.append(item)
        self._wake()

    async def next(self) -> Item:
        """The next item, waiting for it if need be; one reader at a time."""
        while not self._line:
            self._waiter = self._loop.create_future()
            await self._waiter
        return self._line.popleft()

    def _wake(self) -> None:
        # A bare future: an asyncio.Event asks the system for the process's number at every wait.
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _admit(self, frame: Frame) -> bool:
        if len(self._line) >= self._room:
            words = [item for item in self._line if not isinstance(item, Frame)]
            self.dropped += len(self._line) - len(words)
            self._line = deque(words[-1:])
            self._waits_for_key = True
        if frame.key:
            self._waits_for_key = False
        return not self._waits_for_key
