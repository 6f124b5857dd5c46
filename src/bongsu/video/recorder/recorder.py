"""The recorder at work: a tape for each camera it was told to record, one writer behind them, and the sweeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import structlog

from bongsu.core.clock import Monotonic, Now
from bongsu.core.figures import Taping
from bongsu.core.recording import Erased, Orders, Recorded
from bongsu.video.recorder.keeper import SWEEP_S, Keeper
from bongsu.video.recorder.piece import Piece
from bongsu.video.recorder.reader import Reader
from bongsu.video.recorder.shelf import Shelves
from bongsu.video.recorder.tape import Tape
from bongsu.video.recorder.vault import Vault
from bongsu.video.recorder.writer import Writer

Wind = Callable[[Mapping[str, Tape]], None]
"""Puts these tapes on their cameras and takes all others off."""

_log = structlog.get_logger()


class Recorder:
    """Records what it is ordered to. All methods belong to the event loop's thread; nothing here waits for the disk."""

    def __init__(
        self, data: Path, *, full_share: float, wind: Wind, on_erased: Callable[[Erased], None], now: Now,
        monotonic: Monotonic, by: str = "",
    ) -> None:  # fmt: skip
        shelves, vault = Shelves(data), Vault(data)
        self.reader = Reader(data)
        self.writer = Writer(shelves, vault, monotonic, refuse=lambda: self.keeper.full, by=by)
        self.keeper = Keeper(shelves, vault, is_open=self.writer.is_open, full_share=full_share, now=now, by=by)
        self._wind = wind
        self._on_erased = on_erased
        self._orders: Orders | None = None
        self._tapes: dict[str, Tape] = {}
        self._told = asyncio.Event()
        self._said: set[str] = set()
        self._begun: set[str] = set()
        self._gaps = 0

    def obey(self, orders: Orders) -> None:
        """Record these cameras from now on, and no others; tell again of deletions that are on no ledger yet."""
        self._orders = orders
        self._said.clear()
        self._told.set()

    def settle(self, number: str) -> None:
        """A deletion is on the core's ledger."""
        self.keeper.settle(number)

    async def recorded(self, camera: str, from_ms: int, to_ms: int) -> Recorded:
        """What there is of a camera's recordings in a span."""
        spans = await asyncio.to_thread(self.reader.spans, camera, from_ms * 1000, to_ms * 1000)
        is_recorded = self._orders is not None and camera in self._orders.cameras
        return Recorded(is_recorded, tuple((one.start_us // 1000, one.end_us // 1000) for one in spans))

    def figures(self) -> Taping:
        """How it does, since it began."""
        return Taping(
            cameras=len(self._tapes),
            written_bytes=self.writer.written_bytes,
            behind_s=round(self.writer.behind_s, 1),
            gaps=self._gaps,
            lost=self.writer.dropped + self.writer.failed,
            shed_hours=self.keeper.shed,
            full=self.keeper.full,
        )

    async def run(self) -> None:
        """Sweep for ever, and at once when orders come."""
        while True:
            self._told.clear()
            if self._orders is not None:
                await self._sweep(self._orders)
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_S):
                    await self._told.wait()

    async def close(self) -> None:
        """Write what is on the tapes, and end."""
        for tape in self._tapes.values():
            tape.stop()
        await asyncio.to_thread(self.writer.close)
        self.keeper.close()

    def _give(self, piece: Piece) -> bool:
        if piece.starts_span:
            self._gaps += piece.camera in self._begun
            self._begun.add(piece.camera)
        return self.writer.give(piece)

    async def _sweep(self, orders: Orders) -> None:
        try:
            await asyncio.to_thread(self.keeper.label, orders)
            self._put_on(orders)
            await asyncio.to_thread(self.keeper.sweep, orders)
        except OSError as problem:
            _log.error("recorder.sweep_failed", problem=type(problem).__name__)
        for erased in self.keeper.untold():
            if erased.id not in self._said:
                self._said.add(erased.id)
                self._on_erased(erased)

    def _put_on(self, orders: Orders) -> None:
        if orders.cameras.keys() == self._tapes.keys():
            return
        for camera in self._tapes.keys() - orders.cameras.keys():
            self._tapes.pop(camera).stop()
        for camera in orders.cameras.keys() - self._tapes.keys():
            self._tapes[camera] = Tape(camera, self._give)
        self._wind(self._tapes)
