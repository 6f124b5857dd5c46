"""The journal: every Entry in the order it was made true, with the report that caused it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, func, select

from bongsu.core.entry import SCHEMA, Entry, Recorded
from bongsu.core.errors import Conflict
from bongsu.core.pursuit import FlightNote
from bongsu.core.report import Ack, Report
from bongsu.core.revision import RecordKind, Revision, Staff
from bongsu.core.search import SearchNote
from bongsu.store import ledger, outbox, people, schema
from bongsu.store.upcast import upcast

_encode = msgspec.msgpack.Encoder().encode
_decode_entry = msgspec.msgpack.Decoder(Entry).decode


def append(connection: Connection, entry: Entry, report: Report | None) -> int:
    """Write an entry, its requests, its ledger rows and its report as one; return its sequence (from 1)."""
    seq = last_seq(connection) + 1
    connection.execute(
        schema.entries.insert().values(
            seq=seq,
            schema=SCHEMA,
            incident=_subject(entry),
            what=_what(entry),
            at=_at(entry),
            body=_encode(entry),
        )
    )
    outbox.add(connection, seq, entry.requests)
    ledger.add(connection, entry.rows)
    for revision in entry.revisions:
        if revision.kind is RecordKind.USER:
            people.revise(connection, revision.id, revision.body if isinstance(revision.body, Staff) else None)
    if report is not None:
        _keep(connection, seq, entry, report)
    return seq


def _subject(entry: Entry) -> str:
    if entry.changes:
        return entry.changes[0].incident.id
    return next((told[0].incident for told in (entry.exports, entry.legal_holds, _notes(entry)) if told), "")


def _what(entry: Entry) -> str:
    if entry.changes:
        return entry.changes[0].what.value
    told = {"revised": entry.revisions, "exported": entry.exports, "held": entry.legal_holds, "noted": _notes(entry)}
    return next(name for name, what in told.items() if what)


def _at(entry: Entry) -> float:
    said = entry.changes or entry.revisions or _notes(entry)
    if said:
        return said[0].at.timestamp()
    return (entry.exports[0].steps[-1].at if entry.exports else entry.legal_holds[0].changed_at).timestamp()


def _notes(entry: Entry) -> tuple[SearchNote | FlightNote, ...]:
    return (*entry.searches, *entry.flights)


def _keep(connection: Connection, seq: int, entry: Entry, report: Report) -> None:
    connection.execute(
        schema.reports.insert().values(
            sender=report.sender,
            key=report.key,
            digest=report.digest,
            seq=seq,
            incident=_subject(entry),
            body=_encode(report),
            at=_at(entry),
        )
    )


def find_ack(connection: Connection, report: Report) -> Ack | None:
    """The answer given when this report first came; Conflict when its key came with another content."""
    table = schema.reports
    row = connection.execute(
        select(table.c.digest, table.c.seq, table.c.incident).where(
            table.c.sender == report.sender, table.c.key == report.key
        )
    ).first()
    if row is None:
        return None
    if row.digest != report.digest:
        raise Conflict("report.key_reused", key=report.key)
    return Ack(seq=row.seq, incident=row.incident, duplicate=True)


def name_of(report: Report) -> int:
    """A short name for a report's key in memory; two keys may share one, so it only tells what was never heard."""
    return hash((report.sender, report.key))


def heard(connection: Connection) -> set[int]:
    """The short names of every report ever kept."""
    table = schema.reports
    rows = connection.execute(select(table.c.sender, table.c.key)).yield_per(10_000)
    return {hash((row.sender, row.key)) for row in rows}


def last_seq(connection: Connection) -> int:
    """The sequence of the newest entry, 0 in an empty journal."""
    return connection.scalar(select(func.max(schema.entries.c.seq))) or 0


def read(connection: Connection, after: int = 0) -> Iterator[Recorded]:
    """Every entry later than `after`, in order."""
    table = schema.entries
    rows = connection.execute(
        select(table.c.seq, table.c.schema, table.c.body).where(table.c.seq > after).order_by(table.c.seq)
    )
    for row in rows.yield_per(1000):
        if row.schema > SCHEMA:
            raise Conflict("store.newer", found=row.schema, known=SCHEMA)
        yield Recorded(seq=row.seq, entry=_decode_entry(upcast(row.body, row.schema)))


def history(connection: Connection, kind: RecordKind, record_id: str) -> list[Revision]:
    """Every version of one record, newest first."""
    table = schema.entries
    # An entry of revisions is of no incident, and incidents are indexed.
    revised = select(table.c.schema, table.c.body).where(table.c.incident == "", table.c.what == "revised")
    rows = connection.execute(revised.order_by(table.c.seq.desc()))
    return [
        revision
        for row in rows.yield_per(1000)
        for revision in _decode_entry(upcast(row.body, row.schema)).revisions
        if (revision.kind, revision.id) == (kind, record_id)
    ]
