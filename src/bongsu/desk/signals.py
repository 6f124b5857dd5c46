"""A signal's record: a place in the city, an address to ask, and phases that could be a junction's."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from bongsu.core.errors import Invalid
from bongsu.core.geo import Point, is_on_earth
from bongsu.core.signal import Phase, Signal

PHASES_AT_MOST = 16
HOLD_MS = (10_000, 300_000)
NAME_CHARS_AT_MOST = 200
URL_CHARS_AT_MOST = 500
LONGEST_MS = 600_000
URL = re.compile(r"https?://(\[[0-9a-f:.]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)(:[1-9]\d{0,4})?(/[A-Za-z0-9._~%-]+)*/?")
"""Plain HTTP or HTTPS to a host, without a login, a query or a fragment."""


def check_signal(signal: Signal, inside: Callable[[Point], bool]) -> None:
    """Raises Invalid("record.outside"), Invalid("record.signal") with what is wrong."""
    if not is_on_earth(signal.where) or not inside(signal.where):
        raise Invalid("record.outside", lon=signal.where.lon, lat=signal.where.lat)
    problem = next(_problems(signal), "")
    if problem:
        raise Invalid("record.signal", detail=problem)


def _problems(signal: Signal) -> Iterator[str]:
    if not 0 < len(signal.name.strip()) <= NAME_CHARS_AT_MOST:
        yield "name"
    if len(signal.url) > URL_CHARS_AT_MOST or not URL.fullmatch(signal.url):
        yield "url"
    if not HOLD_MS[0] <= signal.hold_at_most_ms <= HOLD_MS[1]:
        yield "hold_at_most_ms"
    numbers = [phase.number for phase in signal.phases]
    if not 0 < len(numbers) <= PHASES_AT_MOST or len(set(numbers)) < len(numbers):
        yield "phases"
    for phase in signal.phases:
        yield from (f"phases {phase.number} {field}" for field in _wrong(phase))


def _wrong(phase: Phase) -> Iterator[str]:
    """The fields of a phase that no controller could have."""
    if not (math.isfinite(phase.heading_deg) and 0 <= phase.heading_deg < 360):
        yield "heading_deg"
    if not phase.turns:
        yield "turns"
    for field in ("number", "ring", "barrier", "green_at_least_ms", "yellow_ms", "red_clearance_ms"):
        if not 0 < getattr(phase, field) <= LONGEST_MS:
            yield field
    for field in ("walk_ms", "walk_clearance_ms"):
        if not 0 <= getattr(phase, field) <= LONGEST_MS:
            yield field
    if not phase.least_ms + phase.change_ms <= phase.split_ms <= LONGEST_MS:
        yield "split_ms"
