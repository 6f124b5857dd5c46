"""Requests on their way to partners: written with the change that asks for them, kept until delivered or dead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, Row, select, update

from bongsu.core.entry import SCHEMA
from bongsu.core.request import Ask, OutboxState, Outgoing, Receipt, Request
from bongsu.store import schema
from bongsu.store.upcast import upcast_request

_INSERT = schema.outbox.insert()
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Request).decode


def add(connection: Connection, seq: int, requests: Sequence[Request]) -> None:
    """Put requests in line, due at once."""
    rows = [
        {
            "key": request.key,
            "seq": seq,
            "state": OutboxState.WAITING.value,
            "attempts": 0,
            "next_at": 0.0,
            "detail": "",
            "body": _encode(request),
            "schema": SCHEMA,
        }
        for request in requests
    ]
    if rows:
        connection.execute(_INSERT, rows)


def due(connection: Connection, now: datetime, at_most: int, but: Collection[str] = ()) -> list[Outgoing]:
    """Waiting requests whose time has come, oldest first, but those of these agencies (the last word of a key)."""
    table = schema.outbox
    query = (
        select(table)
        .where(table.c.state == OutboxState.WAITING.value, table.c.next_at <= now.timestamp())
        .where(*(~table.c.key.endswith(f".{agency}", autoescape=True) for agency in but))
        .order_by(table.c.seq, table.c.key)
        .limit(at_most)
    )
    return [_outgoing(row) for row in connection.execute(query)]


def undelivered(connection: Connection, at_most: int = 500) -> list[Outgoing]:
    """Dead letters, and those waiting after at least one failed try; newest first."""
    table = schema.outbox
    query = (
        select(table)
        .where(table.c.state.in_((OutboxState.WAITING.value, OutboxState.DEAD.value)), table.c.attempts > 0)
        .order_by(table.c.seq.desc())
        .limit(at_most)
    )
    return [_outgoing(row) for row in connection.execute(query)]


def asked(connection: Connection, incident: str, ask: Ask) -> list[Outgoing]:
    """Every request of one kind about a case, whatever came of it; newest first."""
    table = schema.outbox
    query = select(table).where(table.c.key.startswith(f"{incident}.", autoescape=True)).order_by(table.c.seq.desc())
    found = [_outgoing(row) for row in connection.execute(query)]
    return [one for one in found if one.request.ask is ask and one.request.incident.id == incident]


def settle(connection: Connection, receipt: Receipt, state: OutboxState, next_at: datetime) -> None:
    """Write down what came of one try."""
    table = schema.outbox
    connection.execute(
        update(table)
        .where(table.c.key == receipt.key)
        .values(
            state=state.value,
            attempts=table.c.attempts + 1,
            next_at=next_at.timestamp(),
            detail=receipt.detail[:500].replace("\0", ""),  # PostgreSQL keeps no NUL in a text
        )
    )


def retry(connection: Connection, key: str) -> bool:
    """Put a dead letter back in line, due at once; False when there is no such dead letter."""
    table = schema.outbox
    done = connection.execute(
        update(table)
        .where(table.c.key == key, table.c.state == OutboxState.DEAD.value)
        .values(state=OutboxState.WAITING.value, next_at=0.0)
    )
    return done.rowcount == 1


def _outgoing(row: Row[tuple[object, ...]]) -> Outgoing:
    return Outgoing(
        seq=row.seq,
        request=_decode(upcast_request(row.body, row.schema)),
        state=OutboxState(row.state),
        attempts=row.attempts,
        next_at=datetime.fromtimestamp(row.next_at, UTC),
        detail=row.detail,
    )
