"""How each part of the platform is, and each partner it is linked with: what the header and the links screen say.

`ok`, `degraded` (works, but somebody should look), `down` (does not work), `unheard` (a partner nothing was
exchanged with since the start). The platform is usable when its own parts are not down; a partner's failure is shown,
and is no reason to restart anything.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from bongsu.core.processes import Seat
from bongsu.core.report import Partner

OK, DEGRADED, DOWN, UNHEARD = "ok", "degraded", "down", "unheard"
OWN = ("core", "store", "video")
"""What must not be down for the platform to be usable."""

TELEMETRY = "telemetry"
"""A part of the platform too, where it is enabled; reports are taken without it."""

DISK_DEGRADED, DISK_DOWN = 0.20, 0.05
"""Shares of the volume that are still free."""


class Links:
    """The last word from and to each partner."""

    def __init__(self, partners: Iterable[Partner]) -> None:
        self._agency_of = {partner.code: partner.agency for partner in partners}
        self._state = {partner.code: UNHEARD for partner in partners}

    def heard(self, code: str) -> None:
        """A partner proved itself at one of our doors. Where we cannot reach it, that is not forgotten."""
        if self._state.get(code) == UNHEARD:
            self._state[code] = OK

    def tried(self, agency: str, delivered: bool) -> None:
        """A request went to an agency's partner, or did not get there."""
        for code, owner in self._agency_of.items():
            if owner == agency:
                self._state[code] = OK if delivered else DOWN

    def states(self) -> dict[str, str]:
        """The state of each partner, by `partner:CODE`."""
        return {f"partner:{code}": state for code, state in self._state.items()}


def parts_of(
    *, video: Sequence[Seat], broken: str, dead_letters: int, free_share: float, links: Mapping[str, str]
) -> dict[str, str]:
    """Every part with its state; `broken` is why the store stopped, "" while it works.

    Video is degraded while some of its processes are away: the others have their cameras.
    """
    return {
        "core": OK,
        "store": DOWN if broken else OK,
        **_video(video),
        "sender": DEGRADED if dead_letters else OK,
        "disk": DOWN if free_share < DISK_DOWN else DEGRADED if free_share < DISK_DEGRADED else OK,
        **links,
    }


def _video(seats: Sequence[Seat]) -> dict[str, str]:
    """Video as a whole; and, where it is several processes, each of them."""
    alive = sum(seat.alive for seat in seats)
    whole = {"video": DOWN if not alive else OK if alive == len(seats) else DEGRADED}
    each = {f"video:{seat.name}": OK if seat.alive else DOWN for seat in seats}
    return whole | (each if len(seats) > 1 else {})


def own(parts: Mapping[str, str]) -> dict[str, str]:
    """What a stranger may know: the platform's own parts in a word each, no partner."""
    return {name: state.partition(":")[0] for name, state in parts.items() if name in (*OWN, TELEMETRY)}


def is_usable(parts: Mapping[str, str]) -> bool:
    """None of the platform's own parts is down."""
    return all(parts.get(name) in (OK, DEGRADED) for name in OWN)


def free_share_of(folder: Path) -> Callable[[], float]:
    """Tells how much of the volume under a folder is free, 0 to 1."""

    def look() -> float:
        usage = shutil.disk_usage(folder)
        return usage.free / usage.total

    return look
