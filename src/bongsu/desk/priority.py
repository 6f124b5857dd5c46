"""Which requests for priority a signal is sent now: pure, one junction at a time (긴급차량 우선신호).

Who goes first where crews want conflicting phases: the higher class of vehicle, then the earlier arrival, then who was
asked for first. Whoever is asked for already is only displaced by a higher class, or, while not held green, by a crew
of its class that comes `sooner_ms` earlier: estimates that wander must not make a signal wander. Crews that want the
same phase do not conflict; their requests stand side by side and the controller holds from one to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from bongsu.core.signal import Crossing, Phase, Signal, VehicleClass, between_deg, turn_of

RANK = {vehicle: rank for rank, vehicle in enumerate(VehicleClass)}
SAME_HEADING_DEG = 45.0
AT_JUNCTION_MS = 5_000
"""A crew that was to arrive within so long when it vanished from its way has crossed."""


class Why(StrEnum):
    """Why a request is sent, or ended."""

    NEW = "new"
    MOVED = "moved"
    RENEWED = "renewed"
    AGAIN = "again"
    CROSSED = "crossed"
    WITHDRAWN = "withdrawn"
    YIELDED = "yielded"
    HELD_TOO_LONG = "held_too_long"
    NO_PHASE = "no_phase"
    REFUSED = "refused"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Times of the decision: how early a signal is asked, how long a request lives unrenewed, how far an estimate may
    move unsaid, how much sooner a crew displaces another, and how long one that was refused or held too long waits."""

    ahead_ms: int = 60_000
    lease_ms: int = 15_000
    moved_ms: int = 2_000
    sooner_ms: int = 10_000
    barred_ms: int = 60_000


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request that stands. `sent_ms` None: the controller has not acknowledged this version; green as it told."""

    key: str
    crossing: Crossing
    phase: int
    version: int
    first_ms: int
    sent_ms: int | None = None
    green_from_ms: int | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to tell the controller now: the request as it stands, or, where `ends`, that it is over."""

    asked: Asked
    why: Why
    ends: bool = False


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A crew whose crossing is not asked for, and why."""

    crossing: Crossing
    why: Why


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """All that stands at one junction: requests by key, and the keys that wait until a time (Unix ms)."""

    standing: dict[str, Asked] = {}
    barred: dict[str, int] = {}


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from one look at a junction; all requests that stand in `table` want one and the same phase."""

    table: Table
    orders: tuple[Order, ...]
    waiting: tuple[Waiting, ...] = ()


class _Wish(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    crossing: Crossing
    phase: int
    first_ms: int
    is_green: bool

    @property
    def rank(self) -> tuple[int, int, int, str]:
        return (RANK[self.crossing.vehicle], self.crossing.arrives_ms, self.first_ms, self.key)


def phase_for(signal: Signal, crossing: Crossing) -> Phase | None:
    """The phase that serves a crossing: its approach's, with the turn it takes; None where there is none."""
    turn = turn_of(crossing.from_bearing_deg, crossing.to_bearing_deg)
    off = [(between_deg(one.heading_deg, crossing.from_bearing_deg), one) for one in signal.phases if turn in one.turns]
    near = [(angle, one.number, one) for angle, one in off if angle <= SAME_HEADING_DEG]
    return min(near)[2] if near else None


def key_of(city: str, crossing: Crossing) -> str:
    """The name of a crew's request at a junction: one for one case, so that saying it again is not a second one."""
    return f"{city}:{crossing.incident}:{crossing.unit}"


def decide(
    now_ms: int, city: str, signal: Signal | None, crossings: Iterable[Crossing], table: Table, terms: Terms
) -> Decided:
    """One look at a junction; `signal` None: it is no longer in the register, so everything ends."""
    barred = {key: until_ms for key, until_ms in table.barred.items() if until_ms > now_ms}
    held_out = _held_out(signal, table, now_ms)
    barred |= dict.fromkeys(held_out, now_ms + terms.barred_ms)
    wishes, waiting = _wishes(now_ms, city, signal, crossings, table, terms)
    free = [wish for wish in wishes if wish.key not in barred]
    phase = _phase(free, table, terms)
    chosen = {wish.key: wish for wish in free if wish.phase == phase}
    wanted = {wish.key for wish in free}
    ended = [
        Order(asked=asked, why=_end(asked, key in held_out, key in wanted, now_ms), ends=True)
        for key, asked in table.standing.items()
        if key not in chosen
    ]
    told = [_told(wish, table.standing.get(wish.key), now_ms, terms) for wish in chosen.values()]
    standing = {asked.key: asked for asked, _ in told}
    lost = [wish for wish in wishes if wish.key not in chosen]
    waiting += [Waiting(crossing=one.crossing, why=_lost(one.key in barred, one.key in held_out)) for one in lost]
    return Decided(
        table=Table(standing=standing, barred=barred),
        orders=(*ended, *(Order(asked=asked, why=why) for asked, why in told if why is not None)),
        waiting=tuple(waiting),
    )


def _wishes(
    now_ms: int, city: str, signal: Signal | None, crossings: Iterable[Crossing], table: Table, terms: Terms
) -> tuple[list[_Wish], list[Waiting]]:
    """The next crossing of each crew that is soon enough, with its phase; and those that no phase serves."""
    soonest: dict[str, Crossing] = {}
    for one in sorted(crossings, key=lambda one: (one.arrives_ms, one.leaves_ms)):
        if one.leaves_ms > now_ms and one.arrives_ms <= now_ms + terms.ahead_ms:
            soonest.setdefault(key_of(city, one), one)
    wishes, unserved = [], []
    for key, one in soonest.items() if signal is not None else ():
        phase = phase_for(signal, one) if signal is not None else None
        if phase is None:
            unserved.append(Waiting(crossing=one, why=Why.NO_PHASE))
            continue
        before = table.standing.get(key)
        wishes.append(
            _Wish(
                key=key,
                crossing=one,
                phase=phase.number,
                first_ms=now_ms if before is None else before.first_ms,
                is_green=before is not None and before.green_from_ms is not None and before.phase == phase.number,
            )
        )
    return wishes, unserved


def _phase(wishes: list[_Wish], table: Table, terms: Terms) -> int | None:
    """The one phase that is asked for."""
    if not wishes:
        return None
    best = min(wishes, key=lambda wish: wish.rank)
    held = [wish for wish in wishes if _stands(wish, table)]
    if not held:
        return best.phase
    first = min(held, key=lambda wish: wish.rank)
    if RANK[best.crossing.vehicle] < RANK[first.crossing.vehicle]:
        return best.phase
    is_sooner = best.crossing.arrives_ms + terms.sooner_ms <= first.crossing.arrives_ms
    return best.phase if is_sooner and not any(wish.is_green for wish in held) else first.phase


def _stands(wish: _Wish, table: Table) -> bool:
    asked = table.standing.get(wish.key)
    return asked is not None and asked.phase == wish.phase


def _told(wish: _Wish, before: Asked | None, now_ms: int, terms: Terms) -> tuple[Asked, Why | None]:
    """A request as it stands from now on, and why its controller is told; None when there is nothing new."""
    if before is None:
        fresh = Asked(key=wish.key, crossing=wish.crossing, phase=wish.phase, version=now_ms, first_ms=now_ms)
        return fresh, Why.NEW
    if _has_moved(before, wish, terms):
        why = Why.MOVED
    elif before.sent_ms is None:
        why = Why.AGAIN
    elif now_ms - before.sent_ms >= terms.lease_ms // 3:
        why = Why.RENEWED
    else:
        return before, None
    green_ms = before.green_from_ms if before.phase == wish.phase else None
    version = max(now_ms, before.version + 1)
    return replace(
        before, crossing=wish.crossing, phase=wish.phase, version=version, sent_ms=None, green_from_ms=green_ms
    ), why


def _has_moved(before: Asked, wish: _Wish, terms: Terms) -> bool:
    by_ms = max(
        abs(before.crossing.arrives_ms - wish.crossing.arrives_ms),
        abs(before.crossing.leaves_ms - wish.crossing.leaves_ms),
    )
    return before.phase != wish.phase or before.crossing.vehicle != wish.crossing.vehicle or by_ms > terms.moved_ms


def _held_out(signal: Signal | None, table: Table, now_ms: int) -> set[str]:
    """Requests whose green was held as long as this junction bears."""
    most_ms = signal.hold_at_most_ms if signal is not None else 0
    return {
        key
        for key, asked in table.standing.items()
        if asked.green_from_ms is not None and now_ms - asked.green_from_ms >= most_ms
    }


def _end(asked: Asked, is_held_out: bool, is_wanted: bool, now_ms: int) -> Why:
    if is_held_out:
        return Why.HELD_TOO_LONG
    if is_wanted:
        return Why.YIELDED
    return Why.CROSSED if asked.crossing.arrives_ms - now_ms <= AT_JUNCTION_MS else Why.WITHDRAWN


def _lost(is_barred: bool, is_held_out: bool) -> Why:
    if is_held_out:
        return Why.HELD_TOO_LONG
    return Why.REFUSED if is_barred else Why.YIELDED


def bar(table: Table, key: str, until_ms: int) -> Table:
    """A request that its controller refused, or ended: it no longer stands, and is not asked again before a time."""
    standing: Mapping[str, Asked] = {one: asked for one, asked in table.standing.items() if one != key}
    return Table(standing=dict(standing), barred=table.barred | {key: until_ms})
