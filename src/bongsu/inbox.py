"""The one way in: everything that changes incidents is handled here, one at a time and in order.

Orders (reports, commands) wait in one bounded line and always go first; telemetry waits in another, and what does
not fit there is shed and counted. An order that does not fit is refused, so its sender keeps it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bongsu.core.errors import Unavailable

T = TypeVar("T")
Work = Callable[[], Awaitable[Any]]

ORDERS_AT_MOST = 5_000
TELEMETRY_AT_MOST = 200


class Inbox:
    """Two lines and one pair of hands."""

    def __init__(self, orders_at_most: int = ORDERS_AT_MOST, telemetry_at_most: int = TELEMETRY_AT_MOST) -> None:
        self._orders: deque[tuple[Work, asyncio.Future[Any]]] = deque()
        self._telemetry: deque[Work] = deque()
        self._orders_at_most = orders_at_most
        self._telemetry_at_most = telemetry_at_most
        self._wake = asyncio.Event()
        self.shed = 0

    @property
    def depth(self) -> int:
        """How many orders wait."""
        return len(self._orders)

    async def put(self, work: Callable[[], Awaitable[T]]) -> T:
        """Hand in an order and wait for what comes of it. Raises Unavailable when the line is full."""
        if len(self._orders) >= self._orders_at_most:
            raise Unavailable("inbox.full")
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._orders.append((work, done))
        self._wake.set()
        result: T = await done
        return result

    def offer(self, work: Work) -> bool:
        """Hand in telemetry; False, and counted, when it is shed."""
        if len(self._telemetry) >= self._telemetry_at_most:
            self.shed += 1
            return False
        self._telemetry.append(work)
        self._wake.set()
        return True

    async def run(self) -> None:
        """Work the lines for ever; what one piece of work raises is its sender's to hear, and the next goes on."""
        while True:
            if self._orders:
                await _do(*self._orders.popleft())
            elif self._telemetry:
                await _do(self._telemetry.popleft(), None)
            else:
                self._wake.clear()
                await self._wake.wait()


async def _do(work: Work, done: asyncio.Future[Any] | None) -> None:
    """Do one piece of work to its end; somebody who has stopped waiting for it does not stop it."""
    task = asyncio.ensure_future(work())
    await asyncio.wait([task])
    if done is None or done.done():
        return
    if (problem := task.exception()) is not None:
        done.set_exception(problem)
    else:
        done.set_result(task.result())
