"""What every stream hangs on: the holds the core keeps, and the core's own heartbeat. Fails closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bongsu.access.lease import UNMASK
from bongsu.core.clock import Monotonic, Now

SILENCE_S = 0.5
GONE = "hold.gone"
SILENT = "core.silent"
UNMASK_OVER = "unmask.over"


class Holds:
    """The table of holds; a key is held until it is dropped or its time is up, and only while the core speaks.

    An end told as wall-clock time is turned into a monotonic deadline when it arrives, so that a clock set
    back prolongs nothing.
    """

    def __init__(self, monotonic: Monotonic, now: Now, *, silence_s: float = SILENCE_S) -> None:
        self._monotonic = monotonic
        self._now = now
        self._silence_s = silence_s
        self._deadlines: dict[str, float] = {}
        self._heard_at: float | None = None

    def replace(self, holds: Mapping[str, int | None]) -> None:
        """Hold these keys and no others; ends in Unix milliseconds, None for open-ended."""
        self._deadlines = {key: self._deadline(until_ms) for key, until_ms in holds.items()}

    def hold(self, key: str, until_ms: int | None) -> None:
        """Hold a key, or move its end."""
        self._deadlines[key] = self._deadline(until_ms)

    def drop(self, key: str) -> None:
        """Let a key go."""
        self._deadlines.pop(key, None)

    def hear(self) -> None:
        """The core said something."""
        self._heard_at = self._monotonic()

    def lose(self) -> None:
        """The connection to the core is gone; nothing is held until it says so again."""
        self._heard_at = None
        self._deadlines.clear()

    def verdict(self, keys: Iterable[str]) -> str | None:
        """None while every key is held and the core speaks, else why not.

        "core.silent", "hold.gone", or "unmask.over" where nothing but an unmasking is over.
        """
        now = self._monotonic()
        if self._heard_at is None or now - self._heard_at >= self._silence_s:
            return SILENT
        deadlines = self._deadlines
        if all(deadlines.get(key, now) > now for key in keys):
            return None
        over = [key for key in keys if deadlines.get(key, now) <= now]
        return UNMASK_OVER if all(key.startswith(UNMASK) for key in over) else GONE

    def _deadline(self, until_ms: int | None) -> float:
        if until_ms is None:
            return float("inf")
        return self._monotonic() + until_ms / 1000 - self._now().timestamp()
