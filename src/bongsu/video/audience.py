"""Who watches now, and what has been sent since the process began."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from bongsu.access.lease import Ticket
from bongsu.core.clock import Monotonic
from bongsu.core.figures import Look, Sent


class Playing(Protocol):
    """What a stream says of itself: frames sent and skipped, and the bytes that went out."""

    @property
    def frames(self) -> int:
        """Frames sent."""

    @property
    def dropped(self) -> int:
        """Frames skipped."""

    @property
    def size_bytes(self) -> int:
        """Bytes sent."""


class Audience:
    """The streams that play, by ticket; of those that ended only sums are kept."""

    def __init__(self, monotonic: Monotonic) -> None:
        self._monotonic = monotonic
        self._playing: dict[str, tuple[Ticket, Playing, float]] = {}
        self._sums: dict[str, Counter[str]] = {}
        self._ended: dict[str, Counter[str]] = {}

    def begin(self, ticket: Ticket, stream: Playing) -> None:
        """A stream plays from now on."""
        self._playing[ticket.id] = (ticket, stream, self._monotonic())

    def end(self, ticket: Ticket, code: str) -> None:
        """It has ended, and why."""
        _, stream, _ = self._playing.pop(ticket.id)
        _add(self._sums.setdefault(ticket.form, Counter()), stream)
        self._ended.setdefault(ticket.form, Counter())[code] += 1

    def looks(self) -> tuple[Look, ...]:
        """Everybody who watches now, the longest first."""
        now = self._monotonic()
        return tuple(
            Look(
                ticket=ticket.id, camera=ticket.camera, form=ticket.form, profile=ticket.profile, user=ticket.user,
                agency=ticket.agency, seconds=round(now - since, 1), frames=stream.frames, dropped=stream.dropped,
                size_bytes=stream.size_bytes,
            )
            for ticket, stream, since in self._playing.values()
        )  # fmt: skip

    def sent(self) -> dict[str, Sent]:
        """What went out by form, of streams that ended and of those that play."""
        sums = {form: Counter(own) for form, own in self._sums.items()}
        for ticket, stream, _ in self._playing.values():
            _add(sums.setdefault(ticket.form, Counter()), stream)
        return {
            form: Sent(
                frames=own["frames"],
                dropped=own["dropped"],
                size_bytes=own["size_bytes"],
                ended=dict(self._ended.get(form, {})),
            )
            for form, own in sums.items()
        }


def _add(sums: Counter[str], stream: Playing) -> None:
    sums["frames"] += stream.frames
    sums["dropped"] += stream.dropped
    sums["size_bytes"] += stream.size_bytes
