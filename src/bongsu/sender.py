"""Delivers the outbox: tries again with growing, jittered pauses, and leaves what cannot go as a visible dead letter.

It asks the store every second anyway; being woken only makes it quicker. The ledger row stands before anything
leaves the house. While reports wait in the inbox it holds back: taking a report goes before telling of one. Each
agency has a line of its own, so that one that does not answer keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

import structlog

from bongsu.core.clock import Now
from bongsu.core.errors import Unavailable
from bongsu.core.grant import Basis
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.request import Ask, Deliver, OutboxState, Outgoing, Receipt, Request

POLL_S = 1.0
AT_ONCE = 16
"""To one agency."""
HOLD_BACK_S = 0.02
HOLD_BACK_AT_MOST_S = 2.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0

log = structlog.get_logger()

Due = Callable[[datetime, int, Collection[str]], Awaitable[list[Outgoing]]]
"""Requests due by now, so many at most, but those of these agencies."""
Settle = Callable[[Receipt, OutboxState, datetime], Awaitable[None]]
Note = Callable[[LedgerRow], Awaitable[int]]


class Sender:
    """Carries requests to their agencies' gateways, some at once to each, oldest first.

    `allow` is asked at every try for the request as it may leave the house just then, None for not at all.
    """

    def __init__(
        self,
        gateways: Mapping[str, Deliver],
        *,
        due: Due,
        settle: Settle,
        note: Note,
        failed: Callable[[], None],
        busy: Callable[[], bool],
        now: Now,
        chance: Random,
        allow: Callable[[Request], Request | None] = lambda request: request,
    ) -> None:
        self._gateways = gateways
        self._allow = allow
        self._due = due
        self._settle = settle
        self._note = note
        self._failed = failed
        self._busy = busy
        self._now = now
        self._chance = chance
        self._wake = asyncio.Event()
        self._under_way: dict[str, str] = {}

    def wake(self) -> None:
        """Say that there may be something new to deliver."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                await self._hold_back()
                fresh = await self._next()
                for letter in fresh:
                    self._under_way[letter.request.key] = letter.request.agency
                    group.create_task(self._carry(letter))
                if not fresh:
                    await self._rest()

    async def _next(self) -> list[Outgoing]:
        """What is due and not under way, as many to each agency as its line has room for."""
        lines = Counter(self._under_way.values())
        full = [agency for agency, count in lines.items() if count >= AT_ONCE]
        fresh: list[Outgoing] = []
        for letter in await self._due(self._now(), AT_ONCE + len(self._under_way), full):
            agency = letter.request.agency
            if letter.request.key not in self._under_way and lines[agency] < AT_ONCE:
                lines[agency] += 1
                fresh.append(letter)
        return fresh

    async def _carry(self, letter: Outgoing) -> None:
        """Send one letter; where the store takes nothing just now, leave it as it was and look again later."""
        try:
            await self.send(letter)
        except Unavailable as problem:
            log.warning("sender.late", code=problem.code)
            await asyncio.sleep(POLL_S)
        finally:
            del self._under_way[letter.request.key]
            self._wake.set()

    async def _hold_back(self) -> None:
        """Let reports go first, but not for ever."""
        for _ in range(int(HOLD_BACK_AT_MOST_S / HOLD_BACK_S)):
            if not self._busy():
                return
            await asyncio.sleep(HOLD_BACK_S)

    async def _rest(self) -> None:
        # No wait_for: up to Python 3.11 it forgets that it was cancelled when it is woken at that very moment.
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_S):
                await self._wake.wait()

    async def send(self, letter: Outgoing) -> None:
        """Try one request once and write down what came of it."""
        receipt = await self._deliver(letter)
        state, next_at = after_try(letter, receipt, self._now(), self._chance.random())
        await self._settle(receipt, state, next_at)
        if state is not OutboxState.DELIVERED:
            self._failed()

    async def _deliver(self, letter: Outgoing) -> Receipt:
        request = letter.request
        gateway = self._gateways.get(request.agency)
        if gateway is None:
            return Receipt(key=request.key, delivered=False, detail="agency.unlinked", final=True)
        if self._now() >= request.until:
            return Receipt(key=request.key, delivered=False, detail="request.late", final=True)
        allowed = self._allow(request)
        if allowed is None:
            await self._note(_row(letter, Act.REFUSE, self._now()))
            return Receipt(key=request.key, delivered=False, detail="consent.none", final=True, withheld=True)
        await self._note(_row(letter, Act.PROVIDE, self._now()))
        return await gateway(allowed)


def _row(letter: Outgoing, act: Act, now: datetime) -> LedgerRow:
    request, grant = letter.request, letter.request.grant
    consented = Basis.CONSENT.value if request.ask is Ask.TELL_GUARDIAN else ""
    return LedgerRow(
        at=now,
        act=act,
        who="bongsu",
        agency=request.agency,
        incident=request.incident.id,
        grant="" if grant is None else grant.id,
        basis=consented if grant is None else grant.basis.value,
        reason=f"{request.ask.value}, try {letter.attempts + 1}",
    )


def after_try(letter: Outgoing, receipt: Receipt, now: datetime, chance: float) -> tuple[OutboxState, datetime]:
    """Where a request stands after a try, and when the next one is due; `chance` in [0, 1) is the jitter."""
    if receipt.delivered or receipt.withheld:
        return OutboxState.DELIVERED, now
    pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**letter.attempts) * (0.5 + chance / 2)
    next_at = now + timedelta(seconds=pause_s)
    if receipt.final or next_at >= letter.request.until:
        return OutboxState.DEAD, now
    return OutboxState.WAITING, next_at
