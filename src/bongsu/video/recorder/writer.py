"""The one thread that writes recordings: what finds no room in the line before it is counted, never awaited."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from bongsu.core.clock import Monotonic
from bongsu.video.recorder.hour import Hour
from bongsu.video.recorder.piece import Piece
from bongsu.video.recorder.shelf import Shelves, hour_of, shelf_of
from bongsu.video.recorder.vault import Vault

ROOM_BYTES = 128_000_000
"""What may wait to be written: some seconds of two hundred cameras while the disk is busy elsewhere."""

IDLE_S = 120.0
"""An hour nothing was written to for so long is closed: another process may have to delete it."""

SYNC_S = 10.0
"""A power cut costs at most this much of what was written."""

_log = structlog.get_logger()


class Writer:
    """Writes pieces in the order they are given. `refuse` is asked before each: true, and it is dropped and counted."""

    def __init__(
        self,
        shelves: Shelves,
        vault: Vault,
        monotonic: Monotonic,
        refuse: Callable[[], bool] = lambda: False,
        by: str = "",
    ) -> None:
        self._by = by
        self.written = 0
        self.written_bytes = 0
        self.dropped = 0
        self.failed = 0
        self._shelves = shelves
        self._vault = vault
        self._monotonic = monotonic
        self._refuse = refuse
        self._line: deque[Piece] = deque()
        self._waiting_bytes = 0
        self._waiting_since: deque[float] = deque()
        self._lock = threading.Condition()
        self._closing = False
        self._open: dict[str, Hour] = {}
        self._written_at: dict[str, float] = {}
        self._broken: set[str] = set()
        self._synced_at = monotonic()
        self._thread = threading.Thread(target=self._run, daemon=True, name="recorder")
        self._thread.start()

    def give(self, piece: Piece) -> bool:
        """Line a piece up; False when there is no room. Never waits for the disk."""
        size = piece.size_bytes
        with self._lock:
            if self._closing or self._refuse() or self._waiting_bytes + size > ROOM_BYTES:
                self.dropped += 1
                return False
            self._line.append(piece)
            self._waiting_bytes += size
            self._waiting_since.append(self._monotonic())
            self._lock.notify()
        return True

    @property
    def behind_s(self) -> float:
        """How long the oldest piece that is not written yet has waited, seconds."""
        with self._lock:
            return self._monotonic() - self._waiting_since[0] if self._waiting_since else 0.0

    def is_open(self, shelf: str, hour: int) -> bool:
        """Tell whether this hour is being written to."""
        current = self._open.get(shelf)
        return current is not None and current.hour == hour

    def flush(self) -> None:
        """Return when everything given so far is written (for the end, and for tests; not for the loop)."""
        with self._lock:
            self._lock.wait_for(lambda: not self._line and not self._waiting_bytes)

    def close(self) -> None:
        """Write what waits, and end."""
        with self._lock:
            self._closing = True
            self._lock.notify()
        self._thread.join()

    def _run(self) -> None:
        while (pieces := self._next()) is not None:
            for piece in pieces:
                self._write(piece)
                with self._lock:
                    self._waiting_bytes -= piece.size_bytes
                    self._waiting_since.popleft()
                    self._lock.notify_all()
            if self._monotonic() - self._synced_at >= SYNC_S:
                self._sync()
        while self._open:
            with suppress(OSError):
                self._open.popitem()[1].close()

    def _next(self) -> Sequence[Piece] | None:
        """What waits, after a while nothing; None at the end."""
        with self._lock:
            self._lock.wait_for(lambda: bool(self._line) or self._closing, timeout=SYNC_S)
            pieces = tuple(self._line)
            self._line.clear()
            return None if self._closing and not pieces else pieces

    def _write(self, piece: Piece) -> None:
        shelf = shelf_of(piece.camera)
        if shelf in self._broken and not piece.frames[0].key:
            return  # what it builds on was not written
        try:
            self._hour(shelf, hour_of(piece.start_us)).append(piece)
        except OSError as problem:
            self._give_up(shelf, problem)
            return
        self._broken.discard(shelf)
        self._written_at[shelf] = self._monotonic()
        self.written += 1
        self.written_bytes += piece.size_bytes

    def _hour(self, shelf: str, hour: int) -> Hour:
        current = self._open.get(shelf)
        if current is not None and current.hour == hour:
            return current
        if current is not None:
            del self._open[shelf]
            current.close()
        self._open[shelf] = Hour(self._shelves, self._vault, shelf, hour, self._by)
        return self._open[shelf]

    def _give_up(self, shelf: str, problem: OSError) -> None:
        self.failed += 1
        if shelf not in self._broken:
            _log.warning("recorder.unwritten", problem=type(problem).__name__)
        self._broken.add(shelf)

    def _sync(self) -> None:
        self._synced_at = self._monotonic()
        idle_s = self._synced_at - IDLE_S
        for shelf, hour in list(self._open.items()):
            try:
                if self._written_at.get(shelf, self._synced_at) < idle_s:
                    del self._open[shelf]
                    hour.close()
                else:
                    hour.sync()
            except OSError as problem:
                self._give_up(shelf, problem)
