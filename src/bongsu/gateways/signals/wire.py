"""The REST profile as the city speaks it (docs/reference/signals.md); times on the wire are milliseconds from now."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from bongsu.core.errors import Unavailable
from bongsu.core.signal import Light, Mode, PriorityAsk, PriorityState, PriorityWord, Walk

AHEAD_AT_MOST_MS = 3_600_000

UNKNOWN = "unknown_key"

A = TypeVar("A")


class Missing(msgspec.Struct, frozen=True):
    """The body of a 404: a key that is not known, or a path that is not there."""

    why: str


class PhaseStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What one phase shows."""

    phase: int
    light: Light
    walk: Walk = Walk.DONT_WALK


class ControllerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A controller as it tells itself; another `boot` than before means that it forgot every request."""

    controller: str
    boot: str
    mode: Mode
    phases: tuple[PhaseStatus, ...]
    requests: tuple[PriorityWord, ...] = ()


def body_of(ask: PriorityAsk, now_ms: int) -> bytes:
    """The body of a request's PUT."""
    return msgspec.json.encode({
        "version": ask.version,
        "vehicle": ask.vehicle.value,
        "strategy": ask.strategy.value,
        "phase": ask.phase,
        "arrives_in_ms": _ahead(ask.arrives_ms - now_ms),
        "leaves_in_ms": _ahead(ask.leaves_ms - now_ms),
        "lease_ms": ask.lease_ms,
    })  # fmt: skip


def read(raw: bytes, kind: type[A], signal: str) -> A:
    """An answer; unknown fields are left alone. Raises Unavailable("signal.garbled")."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unavailable("signal.garbled", signal=signal) from None


def unknown(key: str, version: int) -> PriorityWord:
    """What a controller means that knows no such request: it is over there."""
    return PriorityWord(key=key, version=version, state=PriorityState.CANCELLED, phase=0, why=UNKNOWN)


def _ahead(ms: int) -> int:
    return max(-AHEAD_AT_MOST_MS, min(AHEAD_AT_MOST_MS, ms))
