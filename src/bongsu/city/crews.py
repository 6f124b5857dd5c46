"""Which of a crew's fixes are believed: a receiver among high houses leaps, and a leap must not send the wrong crew."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from bongsu.core.dispatch import Crew
from bongsu.core.geo import distance_m

FASTEST_MPS = 60.0
SLACK_M = 150.0
"""What two fixes may lie apart beyond what could be driven between them: each errs, and clocks differ by a second."""
FORGET_MS = 600_000
"""After ten minutes of silence a crew may be anywhere: the next fix is believed."""


class Fixes(msgspec.Struct):
    """What is known of one crew: the last fix believed, and one that was not, waiting for a second that agrees."""

    believed: Crew
    doubted: Crew | None = None


class Believed:
    """Crews as they are believed to stand; `hear` the newest of each as often as one likes."""

    def __init__(self) -> None:
        self._known: dict[str, Fixes] = {}

    def hear(self, crews: Iterable[Crew]) -> list[Crew]:
        """Where each crew is believed to be; one whose newest fix leaps stands where it was, `jumped`.

        Two fixes that agree with each other outweigh the one before them.
        """
        return [self._hear(crew) for crew in crews]

    def _hear(self, crew: Crew) -> Crew:
        known = self._known.setdefault(crew.unit.id, Fixes(crew))
        if known.doubted is not None and crew.at_ms == known.doubted.at_ms:
            return replace(known.believed, unit=crew.unit, jumped=True)
        if can_drive(known.believed, crew) or (known.doubted is not None and can_drive(known.doubted, crew)):
            known.believed, known.doubted = crew, None
            return crew
        known.doubted = crew
        return replace(known.believed, unit=crew.unit, jumped=True)


def can_drive(before: Crew, after: Crew) -> bool:
    """Whether one fix may follow another of the same crew."""
    passed_ms = after.at_ms - before.at_ms
    if passed_ms > FORGET_MS:
        return True
    return distance_m(before.where, after.where) <= SLACK_M + FASTEST_MPS * max(passed_ms, 0) / 1000
