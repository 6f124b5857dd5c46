"""What the process knew when it last looked: register, latest state and what the rules remember, kept on disk."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np

from bongsu.core.register import Register
from bongsu.telemetry.detecting import Detecting
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.snapshot import (
    read_latest,
    read_register,
    read_rules,
    write_latest,
    write_register,
    write_rules,
)

KEPT_MS = "kept_ms"
PAUSE_S = 0.02
"""Between two columns the loop has time for a batch: a million devices' take two seconds to copy."""


class Warm:
    """The folder, and what was found there: `register` of `version`, or None where there was nothing.

    `kept_ms` is when the rules' memory was kept (Unix ms), 0 where there is none.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.register: Register | None
        self.register, self.version, self._lineage = read_register(folder) or (None, 0, secrets.token_hex(8))
        self.kept_ms = 0

    def latest(self) -> Latest:
        """The latest state as it was kept, an empty one where nothing was."""
        return Latest() if self.register is None else read_latest(self._folder, self.register, self._lineage)

    def remember(self, detecting: Detecting) -> None:
        """Give the rules back what they remembered, where it is of this register; `kept_ms` is when that was."""
        columns = read_rules(self._folder)
        try:
            if detecting.restore(columns):
                self.kept_ms = int(columns[KEPT_MS][0])
        except (KeyError, ValueError):
            return

    async def keep_register(self, register: Register, version: int) -> None:
        """Put a new register on disk."""
        await asyncio.to_thread(write_register, self._folder, register, version, self._lineage)

    async def keep(
        self, latest: Latest, detecting: Detecting, version: int, settled: Callable[[], Awaitable[None]]
    ) -> None:
        """Put latest state and the rules' memory on disk, once all they know is safe."""
        states = {KEPT_MS: np.array([time.time_ns() // 1_000_000])}
        for name, column in detecting.copying():
            states[name] = column
            await asyncio.sleep(PAUSE_S)
        await write_latest(self._folder, latest, version, self._lineage, settled)
        await asyncio.to_thread(write_rules, self._folder, states, version, self._lineage)
