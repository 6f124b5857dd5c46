"""What the store does for itself while the city runs: snapshots of the board, and forgetting what is past its time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bongsu.core.clock import Monotonic, Now
from bongsu.core.errors import Unavailable
from bongsu.settings import RetentionSettings
from bongsu.store.store import Store

EVERY_ENTRIES = 2_000
LOOK_S = 5.0
ERASE_EVERY_S = 3600.0
WHO = "bongsu"

log = structlog.get_logger()

Frozen = Callable[[], bytes]
"""What makes the bytes of a board that stays still; slow, so it runs on a thread."""


class Keeper:
    """Runs beside the inbox. `take` hands over the board as it stands: its sequence, and what freezes it."""

    def __init__(
        self,
        store: Store,
        take: Callable[[], tuple[int, Frozen]],
        seq: Callable[[], int],
        terms: RetentionSettings,
        *,
        now: Now,
        monotonic: Monotonic,
    ) -> None:
        self._store = store
        self._take = take
        self._seq = seq
        self._terms = terms
        self._now = now
        self._monotonic = monotonic
        self._kept = seq()
        self._erase_at = monotonic()

    async def run(self) -> None:
        """Look after the store for ever."""
        while True:
            try:
                await self.look()
            except Unavailable as problem:  # no room on the disk; a store that is broken ends the process by itself
                log.warning("store.unkept", code=problem.code)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Do what is due now; a writer that another has taken over finds out even when it has nothing to write."""
        await self._store.still_mine()
        if self._seq() - self._kept >= EVERY_ENTRIES:
            await self.snapshot()
        if self._monotonic() >= self._erase_at:
            self._erase_at = self._monotonic() + ERASE_EVERY_S
            erased = await self._store.erase(self._terms, self._now(), WHO)
            if erased.rows:
                log.info("store.erased", rows=erased.rows)

    async def snapshot(self) -> None:
        """Keep the board as it stands, unless it stands as it did."""
        seq, freeze = self._take()
        if seq == self._kept:
            return
        await self._store.put_snapshot(seq, await asyncio.to_thread(freeze), self._now(), self._terms.snapshots)
        self._kept = seq
