"""One-time codes: what was permitted a moment ago, redeemed once by a plain GET of the same session."""

from __future__ import annotations

from bongsu.access.identity import Chance
from bongsu.core.clock import Monotonic

CODE_BYTES = 24
VALID_S = 60.0


class Codes:
    """Codes in memory, each good once, for a minute, for one session and one thing."""

    def __init__(self, chance: Chance, monotonic: Monotonic) -> None:
        self._chance = chance
        self._monotonic = monotonic
        self._until: dict[tuple[str, str, str], float] = {}

    def make(self, session: str, thing: str) -> str:
        """A code for a thing."""
        now = self._monotonic()
        self._until = {key: until for key, until in self._until.items() if until > now}
        code = self._chance(CODE_BYTES)
        self._until[(code, session, thing)] = now + VALID_S
        return code

    def take(self, code: str, session: str, thing: str) -> bool:
        """Whether the code is good; it is used up."""
        until = self._until.pop((code, session, thing), None)
        return until is not None and until > self._monotonic()
