"""Brings what threads have to tell onto the loop, with one wake-up however many of them speak at once.

Each wake-up takes the interpreter from the threads and back: more than a frame's own work. So words are gathered for a
few milliseconds, which nobody sees.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

GATHER_S = 0.004


class Doorbell:
    """Rung by many threads, answered by one loop, which it is made on."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._told: deque[tuple[Callable[..., None], tuple[object, ...]]] = deque()
        self._is_rung = False

    def tell(self, what: Callable[..., None], *words: object) -> None:
        """Have something called on the loop, in the order told; raises RuntimeError once the loop has closed.

        May be called from any thread: a thread that finds the bell rung knows that its words will be found too.
        """
        self._told.append((what, words))
        if not self._is_rung:
            self._is_rung = True
            self._loop.call_soon_threadsafe(self._loop.call_later, GATHER_S, self._answer)

    def _answer(self) -> None:
        self._is_rung = False
        try:
            while self._told:
                what, words = self._told.popleft()
                what(*words)
        finally:  # one that fails is the loop's to tell of, and swallows no other's words
            if self._told:
                self._loop.call_soon(self._answer)
