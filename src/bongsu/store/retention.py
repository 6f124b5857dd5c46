"""What the law says to forget is forgotten to the second: content is erased, that there was something stays known.

Erased are a delivered request's and a report's body, a ledger row's payload, salt and name (its leaf stays, so every
proof still holds: RFC 6962), and ended sessions and sign-in links altogether. Each batch writes what it erased on the
ledger in its own transaction, so the ledger's own count says whether anybody else erased a row.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select, tuple_, update

from bongsu.core.ledger import Act, LedgerRow
from bongsu.settings import RetentionSettings
from bongsu.store import ledger, schema, snapshots

BATCH = 250


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each."""

    outbox: int = 0
    sessions: int = 0
    links: int = 0
    reports: int = 0
    ledger: int = 0
    snapshots: int = 0

    @property
    def rows(self) -> int:
        """How many in all."""
        return sum(msgspec.structs.astuple(self))

    def plus(self, more: Erased) -> Erased:
        """Both together."""
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(more), strict=True)
        return Erased(**dict(zip(self.__struct_fields__, (one + other for one, other in pairs), strict=True)))


def due(connection: Connection, terms: RetentionSettings, now: datetime) -> Erased:
    """What is past its time now, without touching it."""

    def many(table: Table, which: ColumnElement[bool]) -> int:
        return connection.scalar(select(func.count()).select_from(table).where(which)) or 0

    past = _past(terms, now)
    counts = {table.name: many(table, which) for table, which in past.items()}
    return Erased(**counts, snapshots=snapshots.count_beyond(connection, terms.snapshots))


def erase(connection: Connection, terms: RetentionSettings, now: datetime, who: str) -> Erased:
    """Erase one batch of what is past its time, with its row on the ledger."""
    past = _past(terms, now)
    nothing: dict[str, Any] = {"body": b""}
    forgotten = {**nothing, "salt": b"", "who": ""}
    erased = Erased(
        outbox=_blank(connection, schema.outbox, past[schema.outbox], nothing),
        sessions=connection.execute(delete(schema.sessions).where(past[schema.sessions])).rowcount,
        links=connection.execute(delete(schema.links).where(past[schema.links])).rowcount,
        reports=_blank(connection, schema.reports, past[schema.reports], nothing),
        ledger=_blank(connection, schema.ledger, past[schema.ledger], forgotten),
        snapshots=snapshots.thin(connection, terms.snapshots),
    )
    if erased.rows:
        ledger.add(connection, [LedgerRow(at=now, act=Act.DELETE, who=who, reason=_said(erased))])
    return erased


def _past(terms: RetentionSettings, now: datetime) -> dict[Table, ColumnElement[bool]]:
    """Which rows of each table have been kept for their whole time."""

    def until(days: int) -> float:
        return (now - timedelta(days=days)).timestamp()

    outbox, reports, kept = schema.outbox, schema.reports, schema.ledger
    sessions_until = until(terms.sessions_days)
    return {
        outbox: and_(schema.DELIVERED_NOT_ERASED, outbox.c.next_at <= until(terms.outbox_days)),
        schema.sessions: schema.sessions.c.until <= sessions_until,
        schema.links: schema.links.c.until <= sessions_until,
        reports: and_(schema.NOT_ERASED, reports.c.at <= until(terms.reports_days)),
        kept: and_(schema.NOT_ERASED, kept.c.at <= until(terms.ledger_days), kept.c.act.in_(ledger.ACCESS)),
    }


def _blank(connection: Connection, table: Table, which: ColumnElement[bool], values: dict[str, Any]) -> int:
    keys = list(table.primary_key.columns)
    some = select(*keys).where(which).limit(BATCH)
    return connection.execute(update(table).where(tuple_(*keys).in_(some)).values(values)).rowcount


def _said(erased: Erased) -> str:
    return " ".join(f"{name}={count}" for name, count in msgspec.structs.asdict(erased).items() if count)
