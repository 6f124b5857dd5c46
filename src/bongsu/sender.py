"""Delivers the outbox: tries again with growing, jittered pauses, and leaves what cannot go as a visible dead letter.

It asks the store every second anyway; being woken only makes it quicker. The ledger row stands before anything
leaves the house. While reports wait in the inbox it holds back: taking a report goes before telling of one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from random import Random

from bongsu.core.clock import Now
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.request import Deliver, OutboxState, Outgoing, Receipt

POLL_S = 1.0
AT_ONCE = 16
HOLD_BACK_S = 0.02
HOLD_BACK_AT_MOST_S = 2.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0

Due = Callable[[datetime, int], Awaitable[list[Outgoing]]]
Settle = Callable[[Receipt, OutboxState, datetime], Awaitable[None]]
Note = Callable[[LedgerRow], Awaitable[int]]


class Sender:
    """Carries requests to their agencies' gateways, some at once, oldest first."""

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
    ) -> None:
        self._gateways = gateways
        self._due = due
        self._settle = settle
        self._note = note
        self._failed = failed
        self._busy = busy
        self._now = now
        self._chance = chance
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Say that there may be something new to deliver."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver for ever."""
        while True:
            self._wake.clear()
            await self._hold_back()
            letters = await self._due(self._now(), AT_ONCE)
            await asyncio.gather(*(self.send(letter) for letter in letters))
            if not letters:
                await self._rest()

    async def _hold_back(self) -> None:
        """Let reports go first, but not for ever."""
        for _ in range(int(HOLD_BACK_AT_MOST_S / HOLD_BACK_S)):
            if not self._busy():
                return
            await asyncio.sleep(HOLD_BACK_S)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), POLL_S)
        except TimeoutError:
            return

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
        await self._note(
            LedgerRow(
                at=self._now(),
                act=Act.PROVIDE,
                who="bongsu",
                agency=request.agency,
                incident=request.incident.id,
                grant=request.grant.id if request.grant is not None else "",
                basis=request.grant.basis.value if request.grant is not None else "",
                reason=f"{request.ask.value}, try {letter.attempts + 1}",
            )
        )
        return await gateway(request)


def after_try(letter: Outgoing, receipt: Receipt, now: datetime, chance: float) -> tuple[OutboxState, datetime]:
    """Where a request stands after a try, and when the next one is due; `chance` in [0, 1) is the jitter."""
    if receipt.delivered:
        return OutboxState.DELIVERED, now
    pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**letter.attempts) * (0.5 + chance / 2)
    next_at = now + timedelta(seconds=pause_s)
    if receipt.final or next_at >= letter.request.until:
        return OutboxState.DEAD, now
    return OutboxState.WAITING, next_at
