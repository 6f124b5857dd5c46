"""What the ledger is told of priority at signals: each request, what came of it, and its end."""

from __future__ import annotations

from datetime import datetime

from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.recording import span_of
from bongsu.core.signal import PriorityWord
from bongsu.desk.priority import Asked

WHO = "signals"


def row(act: Act, at: datetime, signal: str, asked: Asked, what: str, span: str = "") -> LedgerRow:
    """A row of one request: the signal, the phase, the crew and what happened; `span` is its green."""
    crossing = asked.crossing
    return LedgerRow(
        at=at,
        act=act,
        who=WHO,
        incident=crossing.incident,
        reason=f"{signal} phase {asked.phase} {crossing.unit} {crossing.vehicle}: {what}",
        span=span,
    )


def left_row(at: datetime, signal: str, word: PriorityWord, incident: str, unit: str) -> LedgerRow:
    """The end of a request that a core before this one left standing."""
    reason = f"{signal} phase {word.phase} {unit}: restart"
    return LedgerRow(at=at, act=Act.SIGNAL_END, who=WHO, incident=incident, reason=reason)


def green_of(asked: Asked, word: PriorityWord, now_ms: int) -> str:
    """When the wanted phase was green under a request that is over, by our clock; "" when it never was."""
    from_ms = asked.green_from_ms
    if from_ms is None and word.green_ago_ms is not None:
        from_ms = now_ms - word.green_ago_ms
    if from_ms is None:
        return ""
    return span_of(from_ms, max(from_ms, now_ms - (word.green_end_ago_ms or 0)))
