"""Who may come in: a ticket is good once, on the connection and in the process it was made for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bongsu.access import lease
from bongsu.core.clock import Now
from bongsu.core.errors import Refused


class Door:
    """Checks tickets and remembers the used ones for as long as they could be shown again."""

    def __init__(self, folder: Path, epoch: str, *, now: Now, why_not: Callable[[Sequence[str]], str | None]) -> None:
        self.epoch = epoch
        self._folder = folder
        self._now = now
        self._why_not = why_not
        self._used: dict[str, int] = {}
        self._key: Ed25519PublicKey | None = None

    def trust(self, lease_key: str) -> None:
        """Check tickets with this public key (hexadecimal) instead of the one in the folder. Raises ValueError."""
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(lease_key))

    def admit(self, text: str, nonce: str) -> lease.Ticket:
        """The ticket, now used up; raises Refused("ticket.…") with the first reason that holds.

        The key is read afresh each time, so that video may start before the core has ever made one.
        """
        ticket = lease.read(text, self._key or lease.public_key(self._folder))
        now_ms = int(self._now().timestamp() * 1000)
        for wrong, code in (
            (ticket.epoch != self.epoch, "ticket.epoch"),
            (ticket.id in self._used, "ticket.used"),
            (ticket.nonce != nonce, "ticket.nonce"),
            (ticket.until_ms <= now_ms, "ticket.late"),
            (self._why_not(ticket.holds) is not None, "ticket.hold"),
            (ticket.from_ms < ticket.floor_ms, "ticket.floor"),
        ):
            if wrong:
                raise Refused(code)
        self._used = {known: until for known, until in self._used.items() if until > now_ms}
        self._used[ticket.id] = ticket.until_ms
        return ticket
