"""One listener of the live board: a bounded queue between the board, which never waits, and a socket that may."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

from bongsu.core.person import Session
from bongsu.web.telling import Audience, word

WAITING_AT_MOST = 512
"""Words a slow listener may fall behind before it is dropped; it comes back with `after` and misses nothing."""

FAREWELL_S = 1.0
SESSION_OVER = 4401
TRY_AGAIN = 1013


class Socket(Protocol):
    """The part of a WebSocket that is needed here; sending waits while the listener is slow."""

    async def send_text(self, data: str) -> None: ...  # noqa: D102 - as every WebSocket's
    async def send_bytes(self, data: bytes) -> None: ...  # noqa: D102
    async def close(self, code: int = 1000, reason: str | None = None) -> None: ...  # noqa: D102


class Connection:
    """Words in order, the latest frame of positions only, and what `later` makes when there is time to send it.

    `look` is called twice a second with what finds the sites of open cases (`showing.Showing`).
    """

    def __init__(self, session: Session, audience: Audience) -> None:
        self.session = session
        self.audience = audience
        self.over = asyncio.Event()
        self._code = TRY_AGAIN
        self._reason = ""
        self._words: deque[str] = deque()
        self._most = WAITING_AT_MOST
        self._frame: bytes | None = None
        self.later: Callable[[], str | None] = _nothing
        self.look: Callable[[Callable[[], frozenset[str]]], None] = _look_at_nothing
        self._wake = asyncio.Event()

    def greet(self, words: Iterable[str]) -> None:
        """Queue the first words; what was missed may be long, and does not count as falling behind."""
        self._words.extend(words)
        self._most = WAITING_AT_MOST + len(self._words)
        self._wake.set()

    def push(self, words: Iterable[str]) -> None:
        """Queue words; one too many ends the connection."""
        if self.over.is_set():
            return
        self._words.extend(words)
        self._wake.set()
        if len(self._words) > self._most:
            self.over.set()

    def push_frame(self, frame: bytes) -> None:
        """Replace the frame that waits to be sent."""
        self._frame = frame
        self._wake.set()

    def nudge(self) -> None:
        """`later` has something to send."""
        self._wake.set()

    def drop_frame(self) -> None:
        """Forget the frame that waits: its indices count another list than the one told since."""
        self._frame = None

    def end(self, reason: str) -> None:
        """The session is over: nothing more is sent but that."""
        self._code, self._reason = SESSION_OVER, reason
        self.over.set()

    async def serve(self, socket: Socket, gone: asyncio.Task[None]) -> None:
        """Send what is queued until the listener leaves (`gone` is done), is too slow, or its session ends."""
        writing = asyncio.create_task(self._write(socket))
        ending = asyncio.create_task(self.over.wait())
        try:
            await asyncio.wait({writing, ending, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            writing.cancel()
            ending.cancel()
            self._words.clear()
            await asyncio.wait({writing, ending})
        if not gone.done():
            await self._part(socket)

    async def _part(self, socket: Socket) -> None:
        try:
            async with asyncio.timeout(FAREWELL_S):
                if self._code == SESSION_OVER:
                    await socket.send_text(word("ended", reason=self._reason))
                await socket.close(self._code, self._reason)
        except TimeoutError:
            return  # it does not listen; the server closes the line under it

    async def _write(self, socket: Socket) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._words and not self.over.is_set():
                await socket.send_text(self._words.popleft())
            self._most = WAITING_AT_MOST
            if (text := self.later()) is not None and not self.over.is_set():
                await socket.send_text(text)
            frame, self._frame = self._frame, None
            if frame is not None and not self.over.is_set():
                await socket.send_bytes(frame)


def _nothing() -> None:
    """This one shows no devices."""


def _look_at_nothing(_alarmed: Callable[[], frozenset[str]]) -> None:
    """The same."""
