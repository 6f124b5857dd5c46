"""Ends every stream whose right to watch is over, within the sweep's period whatever the viewer does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bongsu.video.holds import SILENT, Holds

SWEEP_S = 0.02


class Cutter:
    """Watches the holds of every running stream.

    `look` is called on every word of the core and `run` sweeps for what only time ends. Silence is believed
    at the second look: a loop that was itself held up first reads what the core has said meanwhile. No frame
    is sent between the two, for `may_send` closes at the first.
    """

    def __init__(self, holds: Holds) -> None:
        self._holds = holds
        self._streams: dict[asyncio.Future[str], Sequence[str]] = {}
        self._silent_before = False

    def watch(self, keys: Sequence[str]) -> asyncio.Future[str]:
        """A future that gets the code once the keys' right is over; `forget` it afterwards."""
        end: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._streams[end] = tuple(keys)
        return end

    def forget(self, end: asyncio.Future[str]) -> None:
        """The stream is over."""
        self._streams.pop(end, None)

    def why_not(self, keys: Sequence[str]) -> str | None:
        """Why a stream on these keys may not play now, None when it may."""
        return self._holds.verdict(keys)

    async def may_send(self, keys: Sequence[str]) -> None:
        """Return once a frame may be sent; never, when the right is over (the stream is being ended)."""
        while self._holds.verdict(keys) is not None:
            await asyncio.sleep(SWEEP_S)

    def look(self, *, lost: bool = False) -> None:
        """End what has no right any more; `lost` when the core's connection is known to be gone."""
        silent = False
        for end, keys in self._streams.items():
            code = self._holds.verdict(keys)
            silent = silent or code == SILENT
            believed = code != SILENT or self._silent_before or lost
            if code and believed and not end.done():
                end.set_result(code)
        self._silent_before = silent

    def end_all(self, code: str) -> None:
        """End every stream for another reason (shutdown)."""
        for end in self._streams:
            if not end.done():
                end.set_result(code)

    async def run(self) -> None:
        """Sweep for ever."""
        while True:
            await asyncio.sleep(SWEEP_S)
            self.look()
