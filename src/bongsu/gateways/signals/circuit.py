"""A controller that does not answer is left alone for a while: each try would cost its neighbours time."""

from __future__ import annotations

import msgspec

AFTER_FAILURES = 3
FIRST_S, LONGEST_S = 5.0, 60.0


class Circuit(msgspec.Struct, frozen=True):
    """One controller's line: failures in a row, and until when (monotonic seconds) it is left alone."""

    failures: int = 0
    until_s: float = 0.0
    code: str = ""

    def is_broken(self, now_s: float) -> bool:
        """Whether nobody shall try now; after the rest one try is let through."""
        return self.failures >= AFTER_FAILURES and now_s < self.until_s

    def failed(self, code: str, now_s: float) -> Circuit:
        """One more failure, named by its error's code: from the third on each doubles the rest."""
        failures = self.failures + 1
        rest_s = min(LONGEST_S, FIRST_S * 2 ** min(failures - AFTER_FAILURES, 8)) if failures >= AFTER_FAILURES else 0
        return Circuit(failures=failures, until_s=now_s + rest_s, code=code)
