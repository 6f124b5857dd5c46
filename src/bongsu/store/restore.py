"""A backup becomes a store again, whole or as it stood at a moment; on either database.

The backup is first built as an SQLite store beside the target, in its own layout, brought up to this release's and
cut at the moment asked for. Only when it is whole is it put in the target's place, in one step.

Of a moment: the journal is cut before its first entry later than the moment, and with it go the reports and requests
of the entries cut off. Nothing else is turned back: the ledger tells what people really did, and a request that was
delivered is not sent again; who may sign in and what the city owns are as newest known.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine, Table, delete, func, literal, select

from bongsu.core.errors import Conflict, NotFound
from bongsu.core.ledger import Act, LedgerRow
from bongsu.store import engine, epoch, ledger, migrate, schema
from bongsu.store.backup import ROWS_AT_ONCE, TABLES, Backup, sync_folder

STAGED = "bongsu.restoring"


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What stands now: the last entry, how many were cut off, and the backup's sum."""

    seq: int
    cut: int
    backup: str


def restore(
    path: Path, folder: Path, dsn: str, *, to: datetime | None, replace: bool, now: datetime, who: str
) -> Restored:
    """Put a backup in a store's place. Nothing is touched before the backup is found whole.

    Raises Invalid("backup.damaged"), Conflict("restore.not_empty"), ("store.in_use"), NotFound("backup.before").
    """
    backup = Backup(path)
    folder.mkdir(parents=True, exist_ok=True)
    staged = folder / STAGED
    _remove(staged)
    target = engine.postgresql(dsn) if dsn else engine.sqlite(folder / engine.FILE, writes=True)
    try:
        held = _claim(target, bool(dsn), replace=replace)
        try:
            made = engine.sqlite(staged, writes=True)
            done = _stage(made, backup, to, now, who)
            _put(made, target, staged, folder / engine.FILE)
        finally:
            if held is not None:
                held.close()
    finally:
        target.dispose()
        _remove(staged)
    return done


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _claim(target: Engine, server: bool, *, replace: bool) -> Connection | None:
    """Make sure that nobody writes the target, and that it may be written over."""
    if server:
        engine.check_postgresql(target)
    held = epoch.hold(target, take_over=False)
    with target.connect() as connection:
        if server:
            migrate.check(connection)
        if not replace and migrate.found(connection) and _holds_anything(connection):
            if held is not None:
                held.close()
            raise Conflict("restore.not_empty")
    return held


def _holds_anything(connection: Connection) -> bool:
    return any(connection.scalar(select(literal(1)).select_from(table).limit(1)) is not None for table in TABLES)


def _stage(made: Engine, backup: Backup, to: datetime | None, now: datetime, who: str) -> Restored:
    """The backup as a store of this release, cut, with the row that says so."""
    with made.begin() as connection:
        migrate.change(connection, backup.head.schema)
        for table, columns, block in backup.blocks():
            if table is not None:
                rows = [dict(zip(columns, row, strict=True)) for row in block.rows]
                connection.execute(table.insert(), rows)
        migrate.bring_up(connection)
        cut = _cut(connection, to) if to is not None else 0
        seq = connection.scalar(select(func.max(schema.entries.c.seq))) or 0
        until = f" to {to.isoformat()}" if to is not None else ""
        reason = f"backup {backup.digest[:16]} of {backup.head.at.isoformat()}{until}: {seq} entries, {cut} cut off"
        ledger.add(connection, [LedgerRow(at=now, act=Act.RESTORE, who=who, reason=reason)])
    return Restored(seq=seq, cut=cut, backup=backup.digest)


def _cut(connection: Connection, to: datetime) -> int:
    """Take off every entry from the first one later than the moment; how many."""
    entries = schema.entries
    later = connection.scalar(select(func.min(entries.c.seq)).where(entries.c.at > to.timestamp()))
    if later is None:
        return 0
    if later == 1:
        first = connection.scalar(select(entries.c.at).where(entries.c.seq == 1)) or 0.0
        raise NotFound("backup.before", at=to.isoformat(), first=datetime.fromtimestamp(first, UTC).isoformat())
    for table in (schema.reports, schema.outbox):
        connection.execute(delete(table).where(table.c.seq >= later))
    return connection.execute(delete(entries).where(entries.c.seq >= later)).rowcount


def _put(made: Engine, target: Engine, staged: Path, file: Path) -> None:
    """The staged store in the target's place, under a number no writer before can have."""
    if target.dialect.name == "postgresql":
        with made.connect() as source, target.begin() as connection:
            _copy(source, connection)
            epoch.take(connection)
        made.dispose()
        return
    with target.begin() as connection:
        number = epoch.take(connection) if migrate.found(connection) == schema.SCHEMA else 1
    with made.begin() as connection:
        connection.execute(schema.epoch.update().values(number=number))
    for open_ in (made, target):
        _close(open_)
    staged.replace(file)
    sync_folder(file.parent)


def _close(sqlite: Engine) -> None:
    """Fold the write-ahead log into the file and let go of it, so that the file alone is the store."""
    raw = sqlite.raw_connection()
    raw.cursor().execute("PRAGMA journal_mode=DELETE")
    raw.close()
    sqlite.dispose()


def _copy(source: Connection, target: Connection) -> None:
    for table in (*TABLES, schema.sessions, schema.links, schema.snapshots):
        target.execute(delete(table))
    for table in TABLES:
        _copy_table(source, target, table)


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    for some in source.execute(select(table)).yield_per(ROWS_AT_ONCE).partitions():
        target.execute(table.insert(), [row._asdict() for row in some])
