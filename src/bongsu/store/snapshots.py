"""Boards as they stood after an entry: a start reads the newest and only the entries after it.

A snapshot is a shortcut and never the truth: one that is damaged, or of another schema, is left unread.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import structlog
from sqlalchemy import Connection, delete, func, select

from bongsu.core.entry import SCHEMA
from bongsu.store import journal, schema

log = structlog.get_logger()


def put(connection: Connection, seq: int, body: bytes, at: datetime, keep: int) -> None:
    """Keep the board as of an entry, and the newest `keep` in all."""
    table = schema.snapshots
    digest = hashlib.sha256(body).hexdigest()
    connection.execute(delete(table).where(table.c.seq == seq))
    connection.execute(table.insert().values(seq=seq, schema=SCHEMA, at=at.timestamp(), digest=digest, body=body))
    thin(connection, keep)


def thin(connection: Connection, keep: int) -> int:
    """Drop all but the newest `keep`; how many went."""
    table = schema.snapshots
    newest = select(table.c.seq).order_by(table.c.seq.desc()).limit(keep)
    return connection.execute(delete(table).where(table.c.seq.not_in(newest.scalar_subquery()))).rowcount


def count_beyond(connection: Connection, keep: int) -> int:
    """How many `thin` would drop."""
    return max(0, (connection.scalar(select(func.count()).select_from(schema.snapshots)) or 0) - keep)


def find(connection: Connection) -> bytes | None:
    """The newest whole snapshot of this schema that the journal reaches."""
    table = schema.snapshots
    last = journal.last_seq(connection)
    query = select(table.c.seq, table.c.schema, table.c.digest).where(table.c.seq <= last)
    for row in connection.execute(query.order_by(table.c.seq.desc())).all():
        if row.schema != SCHEMA:
            log.info("store.snapshot_of_another_schema", journal_seq=row.seq, schema=row.schema)
            continue
        body: bytes = connection.execute(select(table.c.body).where(table.c.seq == row.seq)).scalar_one()
        if hashlib.sha256(body).hexdigest() == row.digest:
            return body
        log.warning("store.snapshot_damaged", journal_seq=row.seq)
    return None
