"""How often somebody may try before we stop listening: slows down whoever guesses passwords."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from bongsu.core.clock import Monotonic
from bongsu.core.errors import TooMuch

TRIES = 5
WINDOW_S = 300.0
REMEMBERED = 10_000


class Patience:
    """Counts tries by key in a window; success forgets them. It remembers the latest 10,000 keys."""

    def __init__(self, monotonic: Monotonic, *, tries: int = TRIES, window_s: float = WINDOW_S) -> None:
        self._monotonic = monotonic
        self._tries = tries
        self._window_s = window_s
        self._since: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()

    def spend(self, key: Hashable) -> None:
        """Count a try, before it is known how it ends. Raises TooMuch("sign_in.wait") when there were too many."""
        now = self._monotonic()
        since, count = self._since.get(key, (now, 0))
        if now - since >= self._window_s:
            since, count = now, 0
        if count >= self._tries:
            raise TooMuch("sign_in.wait", retry_after_s=int(self._window_s - (now - since)) + 1)
        self._since[key] = (since, count + 1)
        self._since.move_to_end(key)
        if len(self._since) > REMEMBERED:
            self._since.popitem(last=False)

    def forget(self, key: Hashable) -> None:
        """The try was good."""
        self._since.pop(key, None)
