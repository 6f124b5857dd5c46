"""What is recorded and for how long: what the core tells the recorder, and what the recorder tells of it."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import msgspec

DAYS = 30
"""How long recordings are kept where nobody says otherwise (표준 개인정보 보호지침 제41조 제2항)."""


def span_of(from_ms: int, to_ms: int) -> str:
    """A span as ISO 8601 writes an interval, in UTC to the millisecond."""
    begin, end = (datetime.fromtimestamp(at / 1000, UTC) for at in (from_ms, to_ms))
    return "/".join(at.isoformat(timespec="milliseconds").replace("+00:00", "Z") for at in (begin, end))


class Keep(msgspec.Struct, frozen=True):
    """How many days a camera's recordings are kept, and how dearly: the lowest priority is shed first."""

    days: int = DAYS
    priority: int = 0


class Held(msgspec.Struct, frozen=True):
    """A span of a camera's recordings under legal hold, [from_ms, to_ms) in Unix milliseconds: never deleted."""

    camera: str
    from_ms: int
    to_ms: int


class Orders(msgspec.Struct, frozen=True):
    """Which cameras are recorded, on which terms, and what must not be deleted; the whole of it each time.

    A camera recorded before and not named any more keeps its last terms until its recordings have run out.
    """

    cameras: dict[str, Keep] = {}
    held: tuple[Held, ...] = ()


class Why(StrEnum):
    """Why recordings were deleted: their time was up, or the disk was nearly full."""

    RETENTION = "retention"
    SHED = "shed"


class Erased(msgspec.Struct, frozen=True):
    """Recordings of a camera deleted for good, [from_ms, to_ms) in whole hours; `id` is this deletion's own."""

    id: str
    camera: str
    from_ms: int
    to_ms: int
    why: Why
    at_ms: int


class Recorded(msgspec.Struct, frozen=True):
    """What there is of a camera's recordings: whether it is recorded now, and the spans [from_ms, to_ms) there are.

    `at` is which video process can replay which of them; `away` are those that did not answer and may hold more.
    """

    is_recorded: bool
    spans: tuple[tuple[int, int], ...] = ()
    at: dict[str, tuple[tuple[int, int], ...]] = {}
    away: tuple[str, ...] = ()
