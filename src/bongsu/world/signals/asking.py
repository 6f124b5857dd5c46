"""Requests for priority at a controller: heard, refused, chosen between, begun and ended (after NTCIP 1211)."""

from __future__ import annotations

from msgspec.structs import replace

from bongsu.core.signal import OVER, Light, PriorityAsk, PriorityState, Strategy
from bongsu.world.signals.plan import Junction, slowest_ms
from bongsu.world.signals.state import RANK, Held, State

KEPT_MS = 600_000
"""So long a request that is over is remembered: its key's late words are known for what they are."""


def hear(junction: Junction, state: State, ask: PriorityAsk) -> tuple[State, Held]:
    """A request, or a later version of one; the state after it, and where that request stands."""
    known = state.find(ask.key)
    if known is not None and ask.version == known.version:
        return state, known
    fresh = _held(state, ask, known)
    why = _refusal(junction, state, ask, known)
    if why:
        fresh = replace(fresh, state=PriorityState.REFUSED, why=why, over_ms=state.now_ms)
        if why == "stale_version" or (known is not None and known.state not in OVER):
            return state, replace(fresh, version=known.version if known is not None else ask.version)
    return _with(state, fresh), fresh


def cancel(state: State, key: str, version: int) -> tuple[State, Held | None]:
    """End a request; None where there is none. One that is over stays as it ended."""
    known = state.find(key)
    if known is None or known.state in OVER:
        return state, known
    if version < known.version:
        return state, replace(known, state=PriorityState.REFUSED, why="stale_version")
    over = _over(replace(known, version=version), PriorityState.CANCELLED, "", state.now_ms)
    return _with(state, over), over


def _held(state: State, ask: PriorityAsk, known: Held | None) -> Held:
    running = known is not None and known.state not in OVER
    lease = state.now_ms + ask.lease_ms
    fresh = Held(
        key=ask.key,
        version=ask.version,
        vehicle=ask.vehicle,
        strategy=ask.strategy,
        phase=ask.phase,
        arrives_ms=ask.arrives_ms,
        leaves_ms=ask.leaves_ms,
        lease_until_ms=lease,
        order=known.order if running and known is not None else state.heard + 1,
    )
    if running and known is not None and known.phase == ask.phase:
        return replace(fresh, state=known.state, green_from_ms=known.green_from_ms)
    return fresh


def _refusal(junction: Junction, state: State, ask: PriorityAsk, known: Held | None) -> str:
    """Why a request is refused, "" where it is taken."""
    numbers = {phase.number for phase in junction.phases}
    running = [one for one in state.asks if one.state not in OVER and one.key != ask.key]
    grounds = {
        "stale_version": known is not None and ask.version < known.version,
        "switched_off": state.refuses,
        "unknown_phase": ask.phase not in numbers,
        "wrong_times": ask.arrives_ms > ask.leaves_ms or ask.lease_ms <= 0,
        "too_late": ask.leaves_ms <= state.now_ms,
        "held_too_long": known is not None and known.why == "held_too_long" and state.now_ms < state.rest_until_ms,
        "too_many": len(running) >= junction.most_asks,
    }
    return next((why for why, holds in grounds.items() if holds), "")


def tend(junction: Junction, state: State) -> State:
    """What time does to requests: leases and windows end, and the next one begins. At most one is active after it."""
    asks = tuple(_tended(junction, state, ask) for ask in state.asks)
    asks = tuple(one for one in asks if one.over_ms is None or state.now_ms - one.over_ms < KEPT_MS)
    held_out = any(ask.why == "held_too_long" and ask.over_ms == state.now_ms for ask in asks)
    rest_ms = state.now_ms + junction.cycle_ms if held_out else state.rest_until_ms
    return _chosen(junction, replace(state, asks=asks, rest_until_ms=rest_ms))


def _tended(junction: Junction, state: State, ask: Held) -> Held:
    if ask.state in OVER:
        return ask
    held_ms = 0 if state.held_since_ms is None else state.now_ms - state.held_since_ms
    if ask.state is PriorityState.ACTIVE and held_ms >= junction.hold_at_most_ms:
        return _over(ask, PriorityState.ENDED, "held_too_long", state.now_ms)
    if state.now_ms >= ask.lease_until_ms:
        return _over(ask, PriorityState.ENDED, "lease_over", state.now_ms)
    if state.now_ms >= ask.leaves_ms:
        why = "served" if ask.green_from_ms is not None else "not_reached"
        return _over(ask, PriorityState.ENDED, why, state.now_ms)
    return ask


def _over(ask: Held, state: PriorityState, why: str, now_ms: int) -> Held:
    end_ms = now_ms if ask.green_from_ms is not None and ask.green_to_ms is None else ask.green_to_ms
    return replace(ask, state=state, why=why, over_ms=now_ms, green_to_ms=end_ms)


def _chosen(junction: Junction, state: State) -> State:
    """By class, then arrival, then first asked; the one at work only gives way to a higher class that is due."""
    due = [ask for ask in state.asks if ask.state is PriorityState.QUEUED and _is_due(junction, state, ask)]
    best = min(due, key=lambda ask: (RANK[ask.vehicle], ask.arrives_ms, ask.order), default=None)
    active = state.active
    if best is None or state.now_ms < state.rest_until_ms:
        return state
    if active is not None:
        if RANK[best.vehicle] >= RANK[active.vehicle]:
            return state
        state = _with(state, replace(active, state=PriorityState.QUEUED, why="overridden"))
    return _with(state, replace(best, state=PriorityState.ACTIVE, why=""))


def _is_due(junction: Junction, state: State, ask: Held) -> bool:
    lead_ms = slowest_ms(junction, skips=ask.strategy is Strategy.PREEMPT)
    return ask.arrives_ms - lead_ms <= state.now_ms


def note_green(state: State) -> State:
    """Keep when the active request's phase was first green under it, and since when it is held."""
    active = state.active
    if active is None:
        return replace(state, held_since_ms=None)
    is_green = any(ring.phase == active.phase and ring.light is Light.GREEN for ring in state.rings)
    if not is_green:
        return replace(state, held_since_ms=None)
    if active.green_from_ms is None:
        state = _with(state, replace(active, green_from_ms=state.now_ms))
    return state if state.held_since_ms is not None else replace(state, held_since_ms=state.now_ms)


def _with(state: State, ask: Held) -> State:
    others = tuple(one for one in state.asks if one.key != ask.key)
    asks = tuple(sorted((*others, ask), key=lambda one: one.order))
    return replace(state, asks=asks, heard=max(state.heard, ask.order))
