"""What a collection round is asked of and told in."""

from __future__ import annotations

import msgspec

from bongsu.core.geo import Point


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """A bin as it is known now: `fill` is the share of its volume."""

    id: str
    where: Point
    fill: float


class RoundTerms(msgspec.Struct, frozen=True, kw_only=True):
    """Bins filled to `due` are collected, as many as fill `holds` whole bins and `at_most`; each takes `stop_s`.

    `compare` works out a round over every bin as well.
    """

    depot: Point
    due: float = 0.7
    holds: float = 30.0
    stop_s: float = 90.0
    at_most: int = 200
    compare: bool = False


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A bin on the round and when it is reached, seconds after setting out."""

    bin: str
    where: Point
    fill: float
    after_s: int


class Round(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One lorry's round from the depot and back: `drive_s` on the road, `takes_s` with the stops.

    `left` are due bins for which it has no room, the fullest first; `unreached` those no street leads to. `all_drive_s`
    and `all_takes_s` are what a round over every bin would need, None where they were not worked out.
    """

    stops: tuple[Stop, ...]
    drive_s: int
    takes_s: int
    load: float
    left: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    bins: int
    all_drive_s: int | None = None
    all_takes_s: int | None = None
