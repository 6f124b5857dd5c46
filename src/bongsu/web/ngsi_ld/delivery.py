"""Notifications on their way: in order for each subscription, tried again, and no endpoint holds up another's.

A host that does not answer is left alone for a growing while, so that it costs one try a pause; each partner has
turns of its own, so that one whose endpoints all hang waits for itself alone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import structlog
from msgspec.structs import replace

from bongsu.core.errors import BongsuError
from bongsu.store.ngsi_ld import Notice
from bongsu.web.ngsi_ld.wanting import Wanting
from bongsu.wires.ngsi_ld.subscription import Sent

WAITING_EACH = 100
"""Notifications that wait for one subscription at most."""
TURNS_EACH = 16
"""Posts under way for one partner."""
TURNS_A_HOST = 4
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 1_000, 300_000

log = structlog.get_logger()


class Posted(Protocol):
    """What came of a try."""

    @property
    def done(self) -> bool: ...  # noqa: D102 - as gateways.ngsi_ld.post says
    @property
    def reason(self) -> str: ...  # noqa: D102
    @property
    def final(self) -> bool: ...  # noqa: D102
    @property
    def host_fault(self) -> bool: ...  # noqa: D102


Post = Callable[[str, bytes, dict[str, str]], Awaitable[Posted]]
Settle = Callable[[str, Sent, list[int], Notice | None], Awaitable[None]]


@dataclass
class Host:
    """One host and how it does: `faults` in a row, and until when it is left alone."""

    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TURNS_A_HOST))
    faults: int = 0
    until_ms: int = 0


class Delivery:
    """Carries notices to their endpoints; what came of each is written down before the next of its subscription."""

    def __init__(
        self,
        post: Post,
        settle: Settle,
        *,
        find: Callable[[str], Wanting | None],
        sent: dict[str, Sent],
        headers: Callable[[Wanting], dict[str, str]],
        now_ms: Callable[[], int],
        attempts: int,
    ) -> None:
        self._post = post
        self._settle = settle
        self._find = find
        self._sent = sent
        self._headers = headers
        self._now_ms = now_ms
        self._attempts = attempts
        self._lines: dict[str, deque[Notice]] = {}
        self._hosts: dict[str, Host] = {}
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._fresh: asyncio.Queue[str] = asyncio.Queue()

    @property
    def waiting(self) -> int:
        """How many notifications are not delivered yet."""
        return sum(len(line) for line in self._lines.values())

    def room(self, subscription: str) -> bool:
        """Whether one more may wait for this subscription."""
        return len(self._lines.get(subscription, ())) < WAITING_EACH

    def take(self, notices: Iterable[Notice]) -> None:
        """Put notices in their lines."""
        for notice in notices:
            line = self._lines.get(notice.subscription)
            if line is None:
                self._lines[notice.subscription] = deque((notice,))
                self._fresh.put_nowait(notice.subscription)
            else:
                line.append(notice)

    async def run(self) -> None:
        """Deliver for ever: a task for each subscription that has something waiting."""
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self._line(await self._fresh.get()))

    async def _line(self, subscription: str) -> None:
        """Deliver what waits for one subscription, in order, until nothing does."""
        line = self._lines[subscription]
        while line:
            wanting = self._find(subscription)
            if wanting is None:
                break  # it was dropped, and what waited with it
            if await self._try(wanting, line[0]):
                line.popleft()
        del self._lines[subscription]

    async def _try(self, wanting: Wanting, notice: Notice) -> bool:
        """Try the first of a line once; False when it stays there."""
        one = wanting.subscription
        host = self._hosts.setdefault(urlsplit(one.endpoint.uri).netloc, Host())
        turns = self._turns.setdefault(one.owner, asyncio.Semaphore(TURNS_EACH))
        while (pause_ms := max(notice.next_ms, host.until_ms) - self._now_ms()) > 0:
            await asyncio.sleep(pause_ms / 1000)
        async with host.turns, turns:
            if host.until_ms > self._now_ms():
                return False  # somebody else found meanwhile that it does not answer
            posted = await self._post(one.endpoint.uri, notice.body, self._headers(wanting))
        if posted.host_fault:
            host.faults += 1
            host.until_ms = self._now_ms() + pause_after(host.faults)
        else:
            host.faults = 0
        return await self._settled(one.id, notice, posted)

    async def _settled(self, subscription: str, notice: Notice, posted: Posted) -> bool:
        now_ms = self._now_ms()
        over = posted.done or posted.final or notice.attempts + 1 >= self._attempts
        if subscription not in self._sent:
            return True
        fresh = counted(self._sent[subscription], posted, notice.attempts == 0, over, now_ms)
        self._sent[subscription] = fresh
        late = None
        if not over:
            late = replace(notice, attempts=notice.attempts + 1, next_ms=now_ms + pause_after(notice.attempts + 1))
            self._lines[subscription][0] = late
        try:
            await self._settle(subscription, fresh, [notice.seq] if over else [], late)
        except BongsuError as problem:
            log.warning("ngsi_ld.settle_late", code=problem.code)
        return over


def counted(sent: Sent, posted: Posted, is_first: bool, is_over: bool, now_ms: int) -> Sent:
    """The counts after a try (clause 5.2.14.2): each notification is sent once, and fails once at most."""
    times = sent.times + is_first
    if posted.done:
        return replace(sent, times=times, last_ms=now_ms, success_ms=now_ms, reason="")
    failed = sent.failed + is_over
    return replace(sent, times=times, failed=failed, last_ms=now_ms, failure_ms=now_ms, reason=posted.reason)


def pause_after(faults: int) -> int:
    """How long to wait after so many faults in a row, milliseconds."""
    return min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(faults - 1, 20))
