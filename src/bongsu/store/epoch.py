"""One writer at a time, wherever it runs: each writer takes the next number, and only the newest number may write.

A writer that was paused, frozen with its machine or cut off wakes up with an old number: its next transaction finds
a newer one and is refused before anything of it stands. In PostgreSQL a lock of the session also tells who runs now,
so that nobody takes over by mistake.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, select, text, update
from sqlalchemy.exc import DBAPIError

from bongsu.core.errors import Conflict
from bongsu.store import schema

LOCK = 0x626F6E677375
"""The advisory lock of the running writer: "bongsu" in ASCII."""

TAKE_OVER_WITHIN_MS = 5_000

_NUMBER = select(schema.epoch.c.number).where(schema.epoch.c.id == 1).with_for_update()


def take(connection: Connection) -> int:
    """The next number; every writer before is refused from the commit on."""
    number: int = connection.execute(_NUMBER).scalar_one() + 1
    connection.execute(update(schema.epoch).where(schema.epoch.c.id == 1).values(number=number))
    return number


def check(connection: Connection, mine: int | None) -> None:
    """Hold the number until the end of this transaction; Conflict("store.taken_over") when it is no longer ours.

    A guest (`mine` None) holds it too, so that its rows and the writer's get their sequences one after the other.
    """
    found = connection.execute(_NUMBER).scalar_one()
    if mine is not None and found != mine:
        raise Conflict("store.taken_over", found=found, mine=mine)


def hold(engine: Engine, *, take_over: bool) -> Connection | None:
    """PostgreSQL: a session that says a writer runs here, for as long as it is open; None for SQLite.

    Raises Conflict("store.in_use") when another says so, unless its session is to be ended.
    """
    if engine.dialect.name != "postgresql":
        return None
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
        return connection
    if not take_over:
        connection.close()
        raise Conflict("store.in_use")
    return _take_from_others(connection)


def _take_from_others(connection: Connection) -> Connection:
    connection.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND (classid::bigint << 32) + objid::bigint = :key"
        ),
        {"key": LOCK},
    )
    connection.execute(text(f"SET lock_timeout = {TAKE_OVER_WITHIN_MS}"))
    try:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
    except DBAPIError:
        connection.close()
        raise Conflict("store.in_use") from None
    return connection
