"""Where messages come from, and how each batch waits until it is safe."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

UNSAFE_ROWS = 4_000_000
"""So many rows may wait for the archive and the core before no more are taken: about 200 MB."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the stream: its subject `readings.<profile>.<source>`, body, place in the stream and arrival."""

    subject: str
    body: bytes
    sequence: int
    arrived_ms: int


class Stream(Protocol):
    """Where messages come from, in order; one that is not acknowledged comes again after a restart."""

    @property
    def lost(self) -> int:
        """How many messages were discarded before we could pull them."""

    async def pull(self, wait_s: float) -> Sequence[Message]:
        """What has come, as soon as there is anything; nothing after `wait_s` seconds."""

    async def acknowledge(self, sequence: int) -> None:
        """Everything up to this one is done with."""


class Unsafe:
    """Batches that are not safe yet, in order: each is acknowledged when it and all before it are."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._waiting: deque[tuple[int, int, asyncio.Future[list[None]]]] = deque()
        self._come, self._gone = asyncio.Event(), asyncio.Event()
        self.rows = 0

    def put(self, sequence: int, rows: int, safe: asyncio.Future[list[None]]) -> None:
        """The batch up to this message is safe when `safe` is done."""
        # One that is given up at the end is nobody's failure, and not worth a word in the log.
        safe.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waiting.append((sequence, rows, safe))
        self.rows += rows
        self._come.set()

    async def room(self) -> None:
        """Wait until there is room for more."""
        while self.rows > UNSAFE_ROWS:
            self._gone.clear()
            await self._gone.wait()

    async def settled(self) -> None:
        """Wait until everything put so far is safe."""
        before = [safe for _, _, safe in self._waiting]
        if before:
            await asyncio.wait(before)

    async def acknowledge(self) -> None:
        """Acknowledge whatever becomes safe, until cancelled. Raises what kept a batch from it."""
        while True:
            while not self._waiting:
                self._come.clear()
                await self._come.wait()
            sequence, rows, safe = self._waiting[0]
            await safe
            self._waiting.popleft()
            self.rows -= rows
            self._gone.set()
            if sequence and not (self._waiting and self._waiting[0][2].done()):
                await self._stream.acknowledge(sequence)
